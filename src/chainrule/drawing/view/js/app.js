// The view as a whole: what is selected, what is shown, and which parts follow a change.

import { Camera } from "./camera.js";
import { CanvasPicture } from "./canvas.js";
import { changed, edit, seek, setByHand } from "./changes.js";
import { h } from "./dom.js";
import { nodeWords } from "./explain.js";
import { fold, placeFocus, unfold } from "./folding.js";
import { frame, stageFor, subject } from "./frame.js";
import { judgements } from "./judge.js";
import { Help, press } from "./keys.js";
import { Memory } from "./memory.js";
import { Minimap } from "./minimap.js";
import { Graph } from "./model.js";
import { Panel } from "./panel.js";
import { spoken } from "./phrasing.js";
import { Player } from "./player.js";
import { PracticeBar } from "./practising.js";
import { Scene } from "./scene.js";
import { Search } from "./search.js";
import { SvgPicture } from "./svg.js";
import { Tip } from "./tip.js";

/** Above this size SVG pans too slowly: 60 frames a second at 374 nodes, 49 at 557. */
const MOST_SVG = 300;

const NARROW = 640;

/** In a window that is narrow and high a graph runs from top to bottom, if it has such a layout.
 *  @param {Snapshot} data @param {HTMLElement} host @param {boolean} [isUpright]
 *  @returns {Snapshot} */
function oriented(data, host, isUpright) {
  const { width, height } = host.getBoundingClientRect();
  if (!data.upright || !(isUpright ?? (width < NARROW && height > width))) return data;
  const { sizes, areas, states } = data.upright;
  const nodes = data.nodes.map((node, index) => ({ ...node, ...sizes[index] }));
  return { ...data, nodes, areas, direction: "TB", states };
}

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

export class App {
  /** The node that the panel explains. @type {number | null} */
  chosen = null;
  /** The thing under the pointer. @type {number | null} */
  hovered = null;
  hasFocus = false;
  isInUse = false;
  /** Aborting this removes the listeners outside the view. */
  lifetime = new AbortController();
  /** @type {Map<number, Verdict>} */
  verdicts;
  /** The buttons whose state changes.
   *  @type {Record<"practise" | "undo" | "redo", HTMLButtonElement>} */
  toolbar;

  edit = edit.bind(null, this);
  fold = fold.bind(null, this);
  seek = seek.bind(null, this);
  setByHand = setByHand.bind(null, this);

  /** @param {HTMLElement} host @param {Snapshot} data @param {Settings} settings */
  constructor(host, data, settings) {
    data = oriented(data, host, settings.isUpright);
    this.data = data;
    this.graph = new Graph(data);
    this.scene = new Scene(data, this.graph);
    this.verdicts = judgements(this.graph);
    this.focused = data.root;
    this.theme = settings.theme || "auto";
    this.hasPage = Boolean(settings.page);
    this.isAlone = this.hasPage && window.self === window.top;
    this.isFramed = this.hasPage && !this.isAlone;
    this.stage = stageFor(this);
    this.live = h("div.unseen", { "aria-live": "polite", role: "status" });
    this.notice = h("p.notice", { role: "alert", hidden: true });
    this.brief = h("p.brief", { "aria-hidden": "true", hidden: true });
    this.search = new Search(this);
    this.panel = new Panel(this);
    this.help = new Help(this);
    this.tip = new Tip(this);
    this.map = new Minimap(this);
    this.camera = new Camera(this.stage, this.scene, {
      moved: () => this._moved(),
      point: (point) => this._point(point),
      click: (point) => this._click(point),
      wheel: (event) => this._mayZoom(event),
    });
    this.player = this.data.summary ? null : new Player(this);
    this.practiceBar = this.data.summary ? null : new PracticeBar(this);
    this.memory = new Memory(this, settings.follow);
    this.root = frame(this);
    if (settings.frame) this.root.classList.add(settings.frame);
    this.isStill = settings.frame === "still";
    this.graph.isRepair = Boolean(settings.isRepair);
    host.replaceChildren(this.root);
    this._use(false);
    this.colour();
    this.camera.measure();
    this._open();
    const isLarge = this.graph.nodes.length > MOST_SVG;
    this.picture = isLarge ? new CanvasPicture(this.stage, this) : new SvgPicture(this.stage, this);
    this._follow();
    this.memory.begin(settings.state);
  }

  /** Show the whole graph or, if that would be illegible, the root. */
  _open() {
    const { boxes, standsFor } = this.scene;
    const isFigure = this.root.matches(".figure, .still");
    this.camera.open(boxes.get(standsFor[this.graph.root]), isFigure);
  }

  _follow() {
    this.stage.addEventListener("focus", () => this._focus(true));
    this.stage.addEventListener("blur", () => this._focus(false));
    this.root.addEventListener("focusin", () => this._use(true));
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.root.contains(/** @type {Node | null} */ (relatedTarget))) this._use(false);
    });
    this.root.addEventListener("keydown", (event) => {
      const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
      const pressing = /^(A|BUTTON|SUMMARY)$/.test(target.tagName);
      if (event.key === "Escape" && typing) this.stage.focus();
      else if (typing || (pressing && ["Enter", " "].includes(event.key))) return;
      else if (press(this, event)) event.preventDefault();
    });
    const { signal } = this.lifetime;
    if (this.hasPage) document.addEventListener("keydown", (x) => this._keyOfPage(x), { signal });
    DARK.addEventListener("change", () => this.colour(), { signal });
    // Print in light colours, and finish a picture that is still being drawn.
    window.addEventListener("beforeprint", () => this.colour(false), { signal });
    window.addEventListener("afterprint", () => this.colour(), { signal });
    this.watcher = new ResizeObserver(() => this._resized());
    this.watcher.observe(this.stage);
  }

  /** On a page of its own, the view handles keys even if nothing has the focus. */
  _keyOfPage(event) {
    const isNowhere = [document.body, document.documentElement].includes(event.target);
    if (!isNowhere || !press(this, event)) return;
    event.preventDefault();
    if (document.activeElement === document.body) this.stage.focus({ preventScroll: true });
  }

  remove() {
    this.lifetime.abort();
    this.watcher.disconnect();
    this.player?.pause();
    this.picture.remove();
  }

  /** Show everything anew after something was done, and note it for undo and for the link. */
  done() {
    changed(this);
    this.memory.record();
  }

  /** Show the bar of the pass or of the practice, and what can be undone. */
  showBar() {
    if (!this.player) return;
    const isPractising = Boolean(this.graph.practice);
    this.root.classList.toggle("practising", isPractising);
    this.player.element.hidden = isPractising;
    this.player.show();
    this.practiceBar.show();
    this.stage.setAttribute("aria-label", subject(this));
    this.toolbar.practise.setAttribute("aria-pressed", String(isPractising));
    this.toolbar.undo.disabled = !this.memory.history.canUndo;
    this.toolbar.redo.disabled = !this.memory.history.canRedo;
  }

  _resized() {
    if (!this.camera.measure()) return;
    if (this.camera.isHome && this.chosen === null) this._open();
    else if (this.camera.isFitted) this.camera.fit();
    this.map.move();
    this.picture.resize();
  }

  _moved() {
    this.tip.hide();
    this.map.move();
    this.memory.write();
    if (!this.picture) return;
    this.picture.moveCamera();
    if (this.camera.k !== this.highlightedAt) this.picture.highlight();
    this.highlightedAt = this.camera.k;
  }

  /** Announce something to screen readers. */
  say(words) {
    this.live.textContent = words;
  }

  turnTheme() {
    this.theme = this.isDark ? "light" : "dark";
    this.colour();
    this.say(spoken(this.isDark ? "dark theme" : "light theme"));
  }

  /** Apply the theme, or this shade. @param {boolean} [isDark] */
  colour(isDark) {
    this.isDark = isDark ?? (this.theme === "auto" ? DARK.matches : this.theme === "dark");
    this.root.classList.toggle("dark", this.isDark);
    this.map.build();
    this.picture?.recolour();
  }

  /** Inside another page the wheel is for that page, unless the view is in use. */
  _mayZoom(event) {
    const isMeant = this.isAlone || event.ctrlKey || event.metaKey || this.isInUse;
    if (!isMeant) this.hint(spoken("Hold Ctrl and scroll to zoom, or click the picture first."));
    return isMeant;
  }

  /** Say something over the picture for a moment. @param {string} words */
  hint(words, time = 1800) {
    clearTimeout(this.hinting);
    this.brief.textContent = words;
    this.brief.hidden = false;
    this.hinting = setTimeout(() => {
      this.brief.hidden = true;
    }, time);
  }

  _point(point) {
    const target = point && this.scene.at(point.x, point.y);
    const thing = target?.thing ?? null;
    this.stage.classList.toggle("pointing", Boolean(target));
    if (thing === null) this.tip.hide();
    else this.tip.show(thing, point);
    if (thing === this.hovered) return;
    this.hovered = thing;
    this.picture.highlight();
  }

  _click(point) {
    const target = this.scene.at(point.x, point.y);
    this.stage.focus({ preventScroll: true });
    if (!target) this.choose(null);
    else if (target.area !== undefined) this.fold(target.area);
    else if (target.thing < 0) this.fold(-1 - target.thing);
    else this.choose(target.thing);
  }

  /** Select a node and explain it; `reveal` also brings it into a legible view. */
  choose(thing, reveal = false) {
    if (this.isStill) return;
    if (thing !== null && this.scene.standsFor[thing] < 0) unfold(this, thing);
    const { camera } = this;
    const isOpening = this.chosen === null && camera.isFitted;
    this.chosen = thing;
    if (thing !== null) this.focused = thing;
    this.panel.show();
    this._resized();
    if (thing === null && camera.isNear) this._open();
    this.picture.highlight();
    this.memory.write();
    if (thing === null) return;
    const box = this.scene.boxes.get(thing);
    if (isOpening) camera.approach(box);
    else camera.reveal(box, reveal);
    this.say(nodeWords(this.graph, thing));
  }

  /** While the view is in use, the wheel and a finger move its picture and not the page. */
  _use(is) {
    this.isInUse = is;
    this.root.classList.toggle("aside", !this.isAlone && !is);
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
    const field = this.panel.field(name);
    field?.focus();
    field?.select();
    if (!field) this.say(spoken("This number can't be edited."));
  }

  /** Scopes were collapsed or opened. */
  rebuild() {
    this.memory.write();
    if (this.chosen !== null && !this.scene.boxes.has(this.chosen)) {
      this.chosen = null;
      this.panel.show();
    }
    this.hovered = null;
    placeFocus(this);
    this.map.build();
    this.picture.build();
  }
}
