// The view as a whole: what is chosen, what is shown, and who has to be told when that changes.

import { Camera } from "./camera.js";
import { CanvasPicture } from "./canvas.js";
import { button, h } from "./dom.js";
import { nodeWords } from "./explain.js";
import { fold, foldAll, placeFocus, unfold } from "./folding.js";
import { judge } from "./judge.js";
import { Help, press } from "./keys.js";
import { Graph } from "./model.js";
import { numeral } from "./numbers.js";
import { Panel } from "./panel.js";
import { Player } from "./player.js";
import { Scene } from "./scene.js";
import { Search } from "./search.js";
import { SvgPicture } from "./svg.js";
import { Tip } from "./tip.js";

export const MOST_SVG = 1500;

export class App {
  constructor(host, data, settings) {
    this.host = host;
    this.data = data;
    this.graph = new Graph(data);
    this.scene = new Scene(data, this.graph);
    Object.assign(this, { chosen: null, hovered: null, hasFocus: false, verdicts: new Map() });
    this.focused = data.root;
    this.theme = settings.theme || "auto";
    this._judge();
    this._furnish();
    this._follow();
  }

  // ---- the parts ---------------------------------------------------------------------------

  _furnish() {
    const { data } = this;
    this.stage = h("div", {
      class: "stage",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "expression graph",
      "aria-label": this._subject(),
    });
    this.live = h("div", { class: "unseen", "aria-live": "polite", role: "status" });
    this.notice = h("p", { class: "notice", role: "alert", hidden: true });
    this.search = new Search(this);
    this.panel = new Panel(this);
    this.help = new Help(this);
    this.tip = new Tip(this);
    this.camera = new Camera(this.stage, this.scene, {
      moved: () => this._moved(),
      point: (place) => this._point(place),
      click: (place) => this._click(place),
    });
    this.player = data.summary ? null : new Player(this);
    this.root = h(
      "div",
      { class: "chainrule" },
      this._toolbar(),
      h(
        "div",
        { class: "middle" },
        h("div", { class: "window" }, this.stage, this.tip.element, this.notice),
        this.panel.element,
      ),
      this.player ? this.player.element : h("p", { class: "step-words summary" }, `${data.note}.`),
      this.help.element,
      this.live,
    );
    this.host.replaceChildren(this.root);
    this._colour();
    this.camera.measure();
    this.camera.fit();
    const isLarge = this.graph.nodes.length > MOST_SVG;
    this.picture = isLarge ? new CanvasPicture(this.stage, this) : new SvgPicture(this.stage, this);
  }

  _subject() {
    const { nodes } = this.graph;
    const root = nodes[this.data.root];
    const value = this.data.summary
      ? this.data.note
      : `${nodes.length} nodes. ${this.graph.nameOf(root.index)} is ${numeral(root.data)}`;
    return (
      `Expression graph of ${this.data.title}, ${value}. Arrow keys go from node to node, ` +
      "enter explains one, question mark lists all keys."
    );
  }

  _size() {
    const count = this.graph.nodes.length;
    return this.data.note || `${count.toLocaleString("en")} node${count === 1 ? "" : "s"}`;
  }

  _toolbar() {
    const folds = this.data.areas.length
      ? button("fold", "Collapse or open all scopes", () => foldAll(this))
      : null;
    return h(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "View" },
      h("h1", { title: this.data.title }, this.data.title, " ", h("small", {}, this._size())),
      this.search.element,
      h(
        "div",
        { class: "buttons" },
        folds,
        button("minus", "Zoom out (−)", () => this.camera.zoom(0.8)),
        button("plus", "Zoom in (+)", () => this.camera.zoom(1.25)),
        button("fit", "Show the whole graph (0)", () => this.camera.fit()),
        button("theme", "Light or dark (T)", () => this.turnTheme()),
        button("help", "Help (?)", () => this.help.toggle()),
      ),
    );
  }

  _follow() {
    this.stage.addEventListener("focus", () => this._focus(true));
    this.stage.addEventListener("blur", () => this._focus(false));
    this.root.addEventListener("keydown", (event) => {
      const target = event.composedPath()[0];
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
      if (event.key === "Escape" && typing) this.stage.focus();
      else if (typing || (target.tagName === "BUTTON" && ["Enter", " "].includes(event.key)))
        return;
      else if (press(this, event)) event.preventDefault();
    });
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.onDark = () => this._colour();
    this.dark.addEventListener("change", this.onDark);
    this.watcher = new ResizeObserver(() => this._resized());
    this.watcher.observe(this.stage);
  }

  remove() {
    if (this.player) this.player.pause();
    this.watcher.disconnect();
    this.dark.removeEventListener("change", this.onDark);
    this.picture.remove();
  }

  _resized() {
    if (!this.camera.measure()) return;
    if (this.camera.isFitted) this.camera.fit();
    this.picture.resize();
  }

  _moved() {
    this.tip.hide();
    if (!this.picture) return;
    this.picture.moveCamera();
    if (this.camera.k !== this.highlightedAt) this.picture.highlight();
    this.highlightedAt = this.camera.k;
  }

  /** Say something to readers who cannot see. */
  say(words) {
    this.live.textContent = words;
  }

  // ---- colours -----------------------------------------------------------------------------

  turnTheme() {
    this.theme = this.isDark ? "light" : "dark";
    this._colour();
    this.say(`${this.theme} colours`);
  }

  _colour() {
    const system = window.matchMedia("(prefers-color-scheme: dark)").matches;
    this.isDark = this.theme === "auto" ? system : this.theme === "dark";
    this.root.classList.toggle("dark", this.isDark);
    if (this.picture) this.picture.recolour();
  }

  // ---- the pointer -------------------------------------------------------------------------

  _point(place) {
    const found = place && this.scene.at(place.x, place.y);
    const thing = found && found.thing !== undefined ? found.thing : null;
    this.stage.classList.toggle("pointing", Boolean(found));
    if (thing === null) this.tip.hide();
    else this.tip.show(thing, place);
    if (thing === this.hovered) return;
    this.hovered = thing;
    this.picture.highlight();
  }

  _click(place) {
    const found = this.scene.at(place.x, place.y);
    this.stage.focus({ preventScroll: true });
    if (!found) this.choose(null);
    else if (found.area !== undefined) this.fold(found.area);
    else if (found.thing < 0) this.fold(-1 - found.thing);
    else this.choose(found.thing);
  }

  // ---- choosing ----------------------------------------------------------------------------

  /** Choose a node and explain it; with `reveal` the window goes to it. */
  choose(thing, reveal = false) {
    if (thing !== null && this.scene.standsFor[thing] < 0) unfold(this, thing);
    this.chosen = thing;
    if (thing !== null) this.focused = thing;
    this.panel.show();
    this._resized();
    this.picture.highlight();
    if (thing === null) return;
    this.camera.reveal(this.scene.boxes.get(thing), reveal ? 0.45 : 0);
    this.say(nodeWords(this.graph, thing));
  }

  _focus(has) {
    this.hasFocus = has;
    placeFocus(this);
    this.picture.highlight();
  }

  escape() {
    this.choose(null);
    this.stage.focus();
  }

  editField(name) {
    if (this.focused < 0) return;
    this.choose(this.focused);
    const field = this.panel.body.querySelector(`input[name="${name}"]`);
    if (!field) {
      this.say("This number cannot be edited.");
      return;
    }
    field.focus();
    field.select();
  }

  fold(area) {
    fold(this, area);
  }

  /** The scene is another one: scopes were opened or closed. */
  rebuild() {
    if (this.chosen !== null && !this.scene.boxes.has(this.chosen)) {
      this.chosen = null;
      this.panel.show();
    }
    this.hovered = null;
    placeFocus(this);
    this.picture.build();
  }

  // ---- numbers -----------------------------------------------------------------------------

  seek(step) {
    const before = this.graph.nodes.map((node) => node.grad);
    const wasShown = this.graph.at;
    if (step === null) this.graph.restore();
    this.graph.seek(step);
    const changed = this.graph.nodes.filter((node) => !Object.is(node.grad, before[node.index]));
    if (wasShown === null || step === null) this._judge();
    const all = wasShown === null || step === null || changed.length > 200;
    this.picture.refresh(all ? null : changed.map((node) => node.index));
    this.picture.highlight();
    this.panel.refresh();
    if (step === null) this._notice();
    if (!this.camera.isFitted && step > 0) this._followPass();
  }

  /** Keep the node that passes its gradient on in the window. */
  _followPass() {
    const { at, events, root } = this.graph;
    const thing = this.scene.standsFor[at > 1 ? events[at - 2] : root];
    const box = this.scene.boxes.get(thing);
    if (box) this.camera.reveal(box);
  }

  edit(index, x) {
    if (this.player) this.player.pause();
    this.graph.edit(index, x);
    this._numbersChanged();
    this.say(
      `${this.graph.nameOf(index)} is now ${numeral(x)}; ${this.graph.nameOf(
        this.graph.root,
      )} is ${numeral(this.graph.nodes[this.graph.root].data)}`,
    );
  }

  setByHand(index, hand) {
    this.graph.nodes[index].hand = hand;
    this._numbersChanged();
    const verdict = this.verdicts.get(index);
    if (verdict) this.say(`${verdict.status}. ${verdict.mistake} ${verdict.why}`);
  }

  _numbersChanged() {
    this._judge();
    this._notice();
    this.picture.refresh();
    this.picture.highlight();
    if (this.player) this.player.show();
    this.panel.refresh();
  }

  _judge() {
    this.verdicts = new Map();
    const set = this.graph.nodes.filter((node) => node.hand);
    if (!set.length) return;
    const grads = this.graph.gradients();
    for (const node of set)
      this.verdicts.set(node.index, judge(this.graph, node.index, grads[node.index]));
  }

  /** Say where a number first stopped being a number. */
  _notice() {
    const node = this.graph.isEdited && this.graph.firstBroken();
    const words = node && this.graph.words[node.op];
    this.notice.hidden = !node;
    if (!node) return;
    const name = this.graph.nameOf(node.index) || "a constant";
    const needs = words && words.domain ? `: ${node.op} needs ${words.domain}` : "";
    this.notice.textContent = node.operands.length
      ? `${name} is the first that is ${numeral(node.data)}${needs}.`
      : `${name} was set to ${numeral(node.data)}, and so is what depends on it.`;
  }
}
