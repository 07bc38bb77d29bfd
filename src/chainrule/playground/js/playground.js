// The playground as a whole: what is typed becomes a graph, and every part follows its numbers.

import { changed, h, mount, stateText } from "../../drawing/view/js/main.js";
import { Code, KINDS } from "./code.js";
import { Curve } from "./curve.js";
import { Editor } from "./editor.js";
import { copied } from "./giving.js";
import { Head } from "./head.js";
import { Inputs } from "./inputs.js";
import { firstLanguage, followLanguage } from "./language.js";
import { readerFor } from "./reader.js";
import { Train } from "./training/train.js";
import { say, speak } from "./words.js";

/** How long the address waits for more changes, in milliseconds. */
const WAIT = 250;

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

export class Playground {
  /** How many times the lines were read: a late answer to an earlier text is thrown away. */
  turn = 0;

  /** What is shown: a graph, or the training of a network. @type {"graph" | "train"} */
  shown = "graph";

  theme = "auto";

  /** The graph as another language or the other view left it. @type {Left | null} */
  left = null;

  /** @param {{ examples: Example[], sets: DataSets, words: PageWords }} content what there is to
   *    choose, what a network can be trained on, and what the page can say
   *  @param {PageSettings} settings @param {HTMLElement} host */
  constructor(content, settings, host) {
    this.content = content;
    this.examples = content.examples;
    this.settings = settings;
    this.reader = readerFor(settings);
    this.element = h("div.page");
    this.element.addEventListener("click", ({ target }) =>
      this.head.fold(/** @type {Element} */ (target)),
    );
    this._build(firstLanguage(content.words.languages, settings.language));
    host.replaceChildren(this.element);
    followLanguage((language) => this.speak(language));
    DARK.addEventListener("change", () => this.colour());
    window.addEventListener("hashchange", () => this._followAddress());
  }

  /** Build all parts in a language; what is in them comes later. @param {string} language */
  _build(language) {
    speak(this.content.words, language);
    document.title = say("playground_title");
    this.editor = new Editor(this.examples, this.reader, (text) => this.open({ text }));
    this.inputs = new Inputs(
      (index, x, isDragging) => this.change(index, x, isDragging),
      (name) => this.choose(name),
    );
    this.curve = new Curve(
      (x, isDragging) => this._dragCurve(x, isDragging),
      (name) => this.choose(name),
    );
    this.code = new Code(KINDS);
    this.curve.element.hidden = this.code.element.hidden = true; // until there is a graph
    this.view = h("div.view", { id: "view" });
    this.main = h(
      "main",
      h("div.side", this.editor.element, this.inputs.element),
      this.view,
      this.curve.element,
      this.code.element,
    );
    this.train = new Train(this.content.sets, () => this._changed());
    this.head = new Head(this);
    this.element.replaceChildren(this.head.element);
    this.colour();
  }

  /** Begin with what the address says, or with the first example. */
  async begin() {
    await this._openHash(location.hash.slice(1) || this.settings.hash || "");
  }

  /** Show the same in another language. @param {string} language */
  async speak(language) {
    const { train, code } = this;
    const { isRunning } = train;
    train.pause();
    this.head.making?.abort();
    this._leave();
    this._build(language);
    this.code.kind = code.kind;
    if (train.training) this.train.goOn(train);
    this._turn(this.shown);
    if (this.shown === "graph") await this._return();
    else if (isRunning) this.train.start();
  }

  /** Take the graph down, and keep how it was. */
  _leave() {
    if (!this.app) return;
    const { text } = this.answer;
    const { history } = this.app.memory;
    const typed = this.editor.area.value;
    this.left = { text, plot: this.plot, view: stateText(this.app), typed, history };
    this.app = null;
    this.remove();
    this.remove = null;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** Show the graph as it was left, or the first example. */
  async _return() {
    const { typed, history, ...graph } = this.left ?? { text: this.examples[0].answer.text };
    await this.open(graph);
    if (history) this.app.memory.history.goOn(history);
    if (typed !== undefined && typed !== graph.text) await this.open({ text: typed });
  }

  /** Show what an address says. @param {string} hash */
  async _openHash(hash) {
    const parts = new URLSearchParams(hash);
    this._turn(parts.has("train") ? "train" : "graph");
    if (parts.has("train")) this.train.open(parts);
    else await this.open({ text: (this.answer ?? this.examples[0].answer).text, ...wanted(parts) });
  }

  /** Show the other view as it was left. @param {"graph" | "train"} view */
  async turnTo(view) {
    this._turn(view);
    if (view === "train" && !this.train.training) this.train.open(new URLSearchParams());
    if (view === "graph" && !this.app) await this._return();
    this._write();
  }

  /** @param {"graph" | "train"} view */
  _turn(view) {
    this.shown = view;
    this.head.show(view);
    const main = view === "train" ? this.train.element : this.main;
    if (this.element.lastChild !== main) this.element.replaceChildren(this.head.element, main);
    if (view !== "train") this.train.pause();
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
    this.code.element.hidden = false;
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
    changed(app, true);
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
    this._changed();
  }

  /** The address follows once nothing has changed for a moment. */
  _changed() {
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

  /** The state for the address. */
  get hash() {
    if (this.shown === "train") return this.train.text;
    if (!this.app) return "";
    const parts = { code: this.answer.text, plot: this.plot ?? "", view: stateText(this.app) };
    return new URLSearchParams(parts).toString();
  }

  _write() {
    clearTimeout(this.waiting);
    const { hash } = this;
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", `#${hash}`);
  }

  async _followAddress() {
    const hash = location.hash.slice(1);
    if (hash !== this.hash && hash) await this._openHash(hash);
  }

  async copyLink() {
    this._write();
    const isCopied = await copied(location.href);
    this.head.say(say(isCopied ? "link_copied" : "link_not_copied"));
  }

  turnTheme() {
    this.theme = this.isDark ? "light" : "dark";
    this.colour();
  }

  colour() {
    this.isDark = this.theme === "auto" ? DARK.matches : this.theme === "dark";
    document.documentElement.classList.toggle("dark", this.isDark);
    if (this.train.training) this.train.recolour();
    if (!this.app) return;
    this.app.theme = this.isDark ? "dark" : "light";
    this.app.colour();
  }
}

/** @param {URLSearchParams} parts @returns {Partial<Wanted>} */
function wanted(parts) {
  if (!parts.has("code")) return {};
  return { text: parts.get("code"), plot: parts.get("plot"), view: parts.get("view") ?? "" };
}
