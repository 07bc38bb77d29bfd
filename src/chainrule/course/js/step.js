// A step of a lesson: its text, its graph with sliders and curve, and what is to be done.

import {
  applyDeeds,
  changed,
  deedsIn,
  deedsOf,
  h,
  mount,
  togglePractice,
} from "../../drawing/view/js/main.js";
import { Curve } from "../../playground/js/curve.js";
import { Inputs } from "../../playground/js/inputs.js";
import { reachOf } from "../../playground/js/ranges.js";
import { Descent } from "./descent.js";
import { doingOf } from "./doings.js";
import { evaluate, Numbers } from "./numbers.js";
import { Secant } from "./secant.js";
import { Texts } from "./text.js";
import { Trainer } from "./trainer.js";

/** The height of a figure's own bars, in pixels. */
const BARS = 130;

export class Step {
  /** Other numbers of expressions, by name. @type {Record<string, () => number>} */
  extras = {};
  /** Parts that follow every change. @type {{ show(): void }[]} */
  parts = [];

  /** @param {StepContent} content @param {StepSetting} setting */
  constructor(content, setting) {
    this.content = content;
    this.setting = setting;
    this.texts = new Texts(setting.language);
    const { graph, root, inputs } = setting.graphs[content.graph];
    this.root = root;
    this.snapshot = graph;
    this.names = inputs.map(({ name }) => name);
    this.view = h("div.view");
    this.heading = h("h2", { tabindex: -1, lang: setting.language }, content.title);
    this.doing = doingOf(this);
    this.intro = [this.heading, h("div.text", ...this.texts.blocks(content.text))];
    const { show, secant, descend, train } = content;
    const isAlone = !show.length && !secant && !descend && !train;
    this.stage = isAlone ? null : h("div.stage", { "data-do": content.do });
    if (content.show.includes("graph")) this.stage?.append(this.view);
    this._addPanels();
  }

  _addPanels() {
    const { content, stage } = this;
    if (content.show.includes("sliders") && content.sliders.length) {
      this.inputs = new Inputs(
        (index, x, isDragging) => this.change(index, x, isDragging),
        (name) => this._choose(name),
      );
      stage.append(this.inputs.element);
    }
    if (content.show.includes("curve") && content.plot) {
      this.plot = content.plot;
      this.curve = new Curve(
        (x, isDragging) => this.change(this.node(this.plot).index, x, isDragging),
        (name) => this._choose(name),
      );
      this.curve.isGuess = content.do === "predict";
      stage.append(this.curve.element);
    }
    if (content.secant && this.curve) this._add(new Secant(this));
    if (content.descend) this._add(new Descent(this));
    if (content.train) this._add(new Trainer(this));
  }

  /** @param {{ element: HTMLElement, show(): void }} part */
  _add(part) {
    this.parts.push(part);
    this.stage.append(part.element);
  }

  /** Begin, once the step stands on the page. */
  begin() {
    const { content } = this;
    const isGuess = content.do === "predict";
    const hides = isGuess || content.do === "judged";
    this.remove = mount(
      this.view,
      hides ? withoutGradients(this.snapshot, isGuess) : this.snapshot,
      {
        frame: isGuess ? "still" : "figure",
        isUpright: content.do === "judged" || isLargerUpright(this.snapshot, this.view, isGuess),
        isRepair: Boolean(content.hand),
        theme: this.setting.isDark ? "dark" : "light",
        follow: () => this.follow(),
      },
    );
    /** @type {App} */
    this.app = /** @type {any} */ (this.view).chainruleView;
    if (isGuess) {
      this._hide(content.hidden);
      this.app.camera.fit();
    }
    if (content.hand) this._beginRepair();
    this._buildInputs();
    this.curve?.build([this.plot, ...content.sliders.filter((x) => x !== this.plot)], this.root);
    this.update();
    if (content.do === "judged" && !content.hand)
      togglePractice(this.app, deedsIn(this.app.graph, this.setting.deeds).practice);
  }

  /** Sliders that reach as far as the first numbers need. */
  _buildInputs() {
    this.reach = 0;
    this.inputs?.build(this.app.graph, this.content.sliders, this.root);
  }

  /** @param {string[]} names */
  _hide(names) {
    this.app.graph.hidden = new Set(names.map((name) => this.node(name).index));
    changed(this.app);
  }

  /** All gradients as if somebody had set them, some of them wrong; or as they were left. */
  _beginRepair() {
    const { numbers } = this;
    const { hand: wrong } = this.content;
    for (const node of this.app.graph.nodes) {
      const right = numbers.grads[node.index];
      if (right === null) continue; // as at a constant
      const asked = wrong[node.label];
      node.hand = { value: asked ? Number(evaluate(asked, numbers)) : right, text: "" };
    }
    const deeds = deedsIn(this.app.graph, this.setting.deeds);
    if (Object.keys(deeds.hand).length) applyDeeds(this.app, deeds);
    changed(this.app);
  }

  /** @param {string} name */
  node(name) {
    return this.app.graph.nodes.find(({ label }) => label === name);
  }

  /** The present numbers. */
  get numbers() {
    const { app, snapshot } = this;
    return new Numbers(app.graph, snapshot, (name) => this.extras[name]());
  }

  /** @param {string} name */
  _choose(name) {
    if (this.curve) this.plot = name;
    this.update();
  }

  /** Give an input another number. @param {number} index @param {number} x
   *  @param {boolean} isDragging */
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
    this.follow();
  }

  /** Give several inputs other numbers at once. @param {Map<string, number>} numbers */
  set(numbers) {
    const { graph } = this.app;
    const leaves = graph.nodes.filter(({ operands }) => !operands.length);
    graph.setLeaves(leaves.map(({ index, label, data }) => [index, numbers.get(label) ?? data]));
    changed(this.app);
    this.update();
  }

  /** The numbers with which the step started. */
  restart() {
    this.app.graph.restore();
    changed(this.app);
    this._buildInputs();
    this.update();
  }

  /** Follow a change, when the next frame is drawn. */
  follow() {
    if (!this.app || this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.view.isConnected || !this.content.show.includes("graph")) this.update();
    });
  }

  /** Show the present numbers everywhere but in the view. */
  update() {
    const { graph } = this.app;
    this.inputs?.show(graph, this.curve ? this.plot : null);
    if (this.curve) {
      const { index, data } = this.node(this.plot);
      const row = this.inputs?.rows.find(({ name }) => name === this.plot);
      this.reach = Math.max(this.reach, row?.reach ?? reachOf(data));
      this.curve.show(graph, index, this.root, this.reach);
    }
    for (const part of this.parts) part.show();
    this.texts.show(this.numbers);
    if (this.content.hand || (graph.practice && this.content.do === "judged"))
      this.setting.keep({ graph: this.content.graph, deeds: deedsOf(this.app) });
    if (this.doing && "follow" in this.doing) this.doing.follow();
  }

  /** Show what was to be guessed. */
  reveal() {
    this.app.graph.hidden.clear();
    if (this.curve) this.curve.isGuess = false;
    changed(this.app);
    this.update();
  }

  finish() {
    this.setting.done();
  }

  /** @param {boolean} isDark */
  colour(isDark) {
    this.app.theme = isDark ? "dark" : "light";
    this.app.colour();
    for (const part of this.parts) part.show();
  }

  end() {
    for (const part of this.parts) if (part instanceof Trainer) part.pause();
    cancelAnimationFrame(this.frame);
    this.remove();
  }
}

/** Whether a graph has to be shrunk less from top to bottom than from left to right. Practice takes
 *  the former in any case, because a panel stands beside it.
 *  @param {Snapshot} snapshot @param {HTMLElement} view @param {boolean} isGuess */
function isLargerUpright({ states, upright }, view, isGuess) {
  if (!upright) return false;
  const { width, height } = view.getBoundingClientRect();
  const scale = (/** @type {[number, number]} */ [wide, high]) =>
    Math.min(width / wide, (height - (isGuess ? 0 : BARS)) / high, 1);
  return scale(upright.states[0].size) > scale(states[0].size);
}

/** A snapshot before its backward pass; in a guess its edges say nothing either.
 *  @param {Snapshot} snapshot @param {boolean} isGuess @returns {Snapshot} */
function withoutGradients(snapshot, isGuess) {
  const nodes = snapshot.nodes.map((node) => ({ ...node, grad: undefined, byHand: false }));
  return { ...snapshot, nodes, local: snapshot.local && !isGuess };
}
