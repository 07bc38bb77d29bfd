// The playground as a whole: what is typed becomes a graph, and every part follows its numbers.

import { changed, h, iconButton, mount, stateText } from "../../drawing/view/js/main.js";
import { Code } from "./code.js";
import { Curve } from "./curve.js";
import { Editor } from "./editor.js";
import { copied, savePage, savePng, saveSvg } from "./giving.js";
import { Inputs } from "./inputs.js";
import { readerFor } from "./reader.js";

/** How long the address waits for more changes, in milliseconds. */
const WAIT = 250;

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

export class Playground {
  /** How many times the lines were read: a late answer to an earlier text is thrown away. */
  turn = 0;

  /** @param {Example[]} examples @param {PageSettings} settings */
  constructor(examples, settings) {
    this.examples = examples;
    this.settings = settings;
    this.reader = readerFor(settings);
    this.editor = new Editor(examples, this.reader, (text) => this.open({ text }));
    this.inputs = new Inputs(
      (index, x, isDragging) => this.change(index, x, isDragging),
      (name) => this.choose(name),
    );
    this.curve = new Curve(
      (x, isDragging) => this._dragCurve(x, isDragging),
      (name) => this.choose(name),
    );
    this.code = new Code();
    this.view = h("div.view", { id: "view" });
    this.toast = h("p.toast", { role: "status" });
    this.element = h(
      "div.page",
      this._head(),
      h(
        "main",
        h("div.side", this.editor.element, this.inputs.element),
        this.view,
        this.curve.element,
        this.code.element,
      ),
    );
    this.theme = "auto";
    this.colour();
    DARK.addEventListener("change", () => this.colour());
    window.addEventListener("hashchange", () => this._followAddress());
  }

  _head() {
    const button = (words, onclick) => h("button", { onclick }, words);
    const menu = h(
      "details.menu",
      h("summary", "Download"),
      h(
        "div.choices",
        button("SVG", () => saveSvg(this.app)),
        button("PNG", () => savePng(this.app)),
        button("HTML page", () => savePage(this.answer, this._hash())),
      ),
    );
    menu.addEventListener("click", ({ target }) => {
      if (/** @type {Element} */ (target).tagName === "BUTTON") menu.open = false;
    });
    return h(
      "header.head",
      h("h1", "chainrule", h("span", "playground")),
      this.toast,
      this.settings.course ? h("a.button", { href: this.settings.course }, "Course") : null,
      button("Copy link", () => this._copyLink()),
      menu,
      iconButton("theme", "Light or dark", () => this.turnTheme()),
    );
  }

  /** Begin with what the address says, or with the first example. */
  async begin() {
    const hash = location.hash.slice(1) || this.settings.hash || "";
    const { text } = this.examples[0].answer;
    await this.open({ text, ...readHash(hash) });
  }

  /** Read lines and show their graph. @param {Wanted} wanted */
  async open({ text, view, plot }) {
    this.turn += 1;
    const { turn } = this;
    this.editor.text = text; // Python in the page may take seconds to start
    const answer = await this._ask(text);
    if (!answer || turn !== this.turn) return;
    if ("error" in answer) {
      this.editor.say(answer);
      this.view.classList.toggle("stale", Boolean(this.app));
      if (!this.app) await this.open({ text: this.examples[0].answer.text });
      this.editor.say(answer);
      return;
    }
    this.editor.say(null);
    this._show(answer, view, plot);
  }

  /** The graph of some lines; examples are laid out beforehand.
   *  @param {string} text @returns {Promise<Answer | Refusal | null>} */
  async _ask(text) {
    const known = [...this.examples.map(({ answer }) => answer), this.settings.answer, this.answer];
    const found = known.find((answer) => answer?.text === text);
    return found ?? this.reader.read(text);
  }

  /** @param {Answer} answer @param {string} [view] @param {string} [plot] */
  _show(answer, view, plot) {
    const moved = view === undefined ? this._moved() : new Map();
    this.remove?.();
    this.answer = answer;
    this.view.classList.remove("stale");
    this.remove = mount(this.view, answer.graph, {
      frame: "figure",
      theme: this.isDark ? "dark" : "light",
      state: view,
      follow: () => this._follow(),
    });
    /** @type {App} */
    this.app = /** @type {any} */ (this.view).chainruleView;
    const names = answer.inputs.map(({ name }) => name);
    this.inputs.build(this.app.graph, names, answer.root);
    this.curve.build(names, answer.root);
    const example = this.examples.find((one) => one.answer.text === answer.text);
    const wishes = [plot, example?.plot, this.plot, names[0]];
    this.plot = wishes.find((name) => names.includes(name));
    this.curve.element.hidden = !names.length;
    this._keep(moved);
    this.update();
    this._write();
  }

  /** The inputs that were moved, and from where to where. */
  _moved() {
    const nodes = this.app?.graph.nodes ?? [];
    const edited = nodes.filter(
      (node) => node.kind === "leaf" && this.app.graph.isChanged(node.index),
    );
    return new Map(edited.map(({ label, data, original }) => [label, [original.data, data]]));
  }

  /** While lines are typed, a moved input keeps its number unless its own line was changed.
   *  @param {Map<string, number[]>} moved */
  _keep(moved) {
    const { graph } = this.app;
    /** @type {[number, number][]} */
    const edits = graph.nodes
      .filter(({ label, kind, data }) => kind === "leaf" && moved.get(label)?.[0] === data)
      .map(({ index, label }) => [index, moved.get(label)[1]]);
    if (!edits.length) return;
    graph.setLeaves(edits);
    this.app.done();
  }

  /** Give an input another number; a drag becomes one step of undo at its end.
   *  @param {number} index @param {number} x @param {boolean} isDragging */
  change(index, x, isDragging) {
    const { app } = this;
    if (app.graph.practice) return;
    if (!isDragging) {
      app.edit(index, x);
      return;
    }
    app.player.pause();
    app.graph.edit(index, x);
    changed(app);
  }

  _dragCurve(x, isDragging) {
    const { index } = this.app.graph.nodes.find(({ label }) => label === this.plot);
    this.change(index, x, isDragging);
  }

  /** Choose the input that the curve belongs to. @param {string} name */
  choose(name) {
    this.plot = name;
    this._follow();
  }

  /** Follow a change, at the latest when the next frame is drawn. */
  _follow() {
    if (!this.app) return;
    if (!this.frame)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.update();
      });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this._write(), WAIT);
  }

  /** Show the present numbers everywhere but in the view. */
  update() {
    const { graph } = this.app;
    this.inputs.show(graph, this.plot);
    if (this.plot) {
      const { index } = graph.nodes.find(({ label }) => label === this.plot);
      this.curve.show(graph, index, this.answer.root, this.inputs.reach(this.plot));
    }
    this.code.show(this.answer, graph);
  }

  _hash() {
    const parts = { code: this.answer.text, plot: this.plot ?? "", view: stateText(this.app) };
    return new URLSearchParams(parts).toString();
  }

  _write() {
    clearTimeout(this.waiting);
    const hash = this._hash();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", `#${hash}`);
  }

  async _followAddress() {
    const hash = location.hash.slice(1);
    if (hash !== this._hash() && hash)
      await this.open({ text: this.answer.text, ...readHash(hash) });
  }

  async _copyLink() {
    this._write();
    const isCopied = await copied(location.href);
    this._say(isCopied ? "The link is copied" : "Copy the address of this page");
  }

  /** @param {string} words */
  _say(words) {
    this.toast.textContent = words;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      this.toast.textContent = "";
    }, 2500);
  }

  turnTheme() {
    this.theme = this.isDark ? "light" : "dark";
    this.colour();
  }

  colour() {
    this.isDark = this.theme === "auto" ? DARK.matches : this.theme === "dark";
    document.documentElement.classList.toggle("dark", this.isDark);
    if (!this.app) return;
    this.app.theme = this.isDark ? "dark" : "light";
    this.app.colour();
  }
}

/** @param {string} hash @returns {Partial<Wanted>} */
function readHash(hash) {
  const parts = new URLSearchParams(hash);
  if (!parts.has("code")) return {};
  return { text: parts.get("code"), plot: parts.get("plot"), view: parts.get("view") ?? "" };
}
