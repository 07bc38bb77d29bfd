// Practice: numbers are hidden, and each is predicted, typed and judged. A wrong answer brings a
// hint, a second one the rule, and a third one the derivation.

import { NOT_CERTAIN, NOT_COMPARABLE, RIGHT, WRONG } from "../generated/facts.js";
import { agrees, Digits, digitsNeeded, isCoarse } from "./closeness.js";
import { judgements } from "./judge.js";
import { parseNumber } from "./numbers.js";
import { hintsFor } from "./ways.js";

export const [MOST_TRIES, MOST_HINTS] = [3, 2];

/** @type {Phase[]} */
export const PHASES = ["forward", "backward"];

export class Practice {
  /** @type {Phase} */
  phase = "backward";
  /** What was done at each node, by phase. @type {Record<Phase, Map<number, Attempt>>} */
  attempts = { forward: new Map(), backward: new Map() };
  /** The verdicts on the gradients that were typed. @type {Map<number, Verdict>} */
  verdicts = new Map();

  /** @param {Graph} graph */
  constructor(graph) {
    this.graph = graph;
    this.grads = graph.gradients();
    this.data = graph.nodes.map(({ data }) => data);
    this.tasks = { forward: this._forward(), backward: this._backward() };
    this.sets = { forward: new Set(this.tasks.forward), backward: new Set(this.tasks.backward) };
  }

  /** The nodes whose value can be asked for, operands first. */
  _forward() {
    const { nodes, kernels } = this.graph;
    const isKnown = ({ op, data }) => op && kernels[op] && Number.isFinite(data);
    return nodes.filter(isKnown).map(({ index }) => index);
  }

  /** The nodes whose gradient can be asked for, users first. */
  _backward() {
    const { graph } = this;
    const reached = new Set([graph.root, ...graph.events.map((event) => event.operand)]);
    const isKnown = (index) => Number.isFinite(this.grads[index]) && reached.has(index);
    return graph.descending.filter(
      (index) => graph.nodes[index].kind !== "constant" && isKnown(index),
    );
  }

  /** What was done at a node. @param {number} index @param {Phase} phase @returns {Attempt} */
  at(index, phase = this.phase) {
    return this.attempts[phase].get(index) ?? { tries: [], hints: 0, done: "", unclear: "" };
  }

  isTask(index) {
    return this.sets[this.phase].has(index);
  }

  /** Whether a number is not to be seen yet. @param {number} index @param {Phase} phase */
  hides(index, phase) {
    if (phase === "forward" && this.phase === "backward") return false; // its values are given
    return this.sets[phase].has(index) && !this.at(index, phase).done;
  }

  /** The gradient that is shown: null until it has been found. */
  gradient(index) {
    if (this.phase === "forward" || this.hides(index, "backward")) return null;
    return this.grads[index];
  }

  /** The next task after a node that isn't done; null where all are. */
  next(after = null) {
    const tasks = this.tasks[this.phase];
    const from = tasks.indexOf(after) + 1;
    const open = [...tasks.slice(from), ...tasks.slice(0, from)];
    return open.find((index) => !this.at(index).done && index !== after) ?? null;
  }

  /** Whether something is left to do, with the numbers with which it began. */
  get isOpen() {
    const { nodes } = this.graph;
    return this.next() !== null && nodes.every(({ data }, at) => Object.is(data, this.data[at]));
  }

  /** Judge an answer. @param {number} index @param {string} text */
  answer(index, text) {
    const before = this.at(index);
    const tries = [...before.tries, text];
    const status = this._status(index, text);
    if (status === NOT_CERTAIN) this._set(index, { ...before, unclear: text });
    else if (status !== WRONG) this._set(index, { ...before, tries, unclear: "", done: "right" });
    else {
      const hints = Math.max(before.hints, Math.min(tries.length, MOST_HINTS));
      const done = tries.length < MOST_TRIES ? "" : "shown";
      this._set(index, { tries, hints, unclear: "", done });
    }
  }

  _status(index, text) {
    if (this.phase === "backward") {
      this._judge(index, text);
      const { status, kind } = this.verdicts.get(index);
      return kind === "too coarse" ? NOT_CERTAIN : status;
    }
    const [x, value] = [parseNumber(text), this.graph.nodes[index].data];
    if (agrees(x, value, new Digits([x], [x]).halfWidth(x))) return RIGHT;
    return isCoarse(x, value) ? NOT_CERTAIN : WRONG;
  }

  /** How many digits an answer needs that may be right, but has too few of them.
   *  @param {number} index */
  digitsNeeded(index) {
    const numbers = this.phase === "backward" ? this.grads : this.graph.nodes.map((x) => x.data);
    return digitsNeeded(parseNumber(this.at(index).unclear), numbers[index]);
  }

  /** @param {number} index @param {Attempt} attempt */
  _set(index, { tries, hints, done, unclear }) {
    this.attempts[this.phase].set(index, { tries, hints, done, unclear });
  }

  /** Ask for the next hint without an answer. */
  hint(index) {
    const before = this.at(index);
    const hints = Math.min(MOST_HINTS, before.hints + 1);
    this._set(index, { ...before, hints, unclear: "" });
  }

  /** Give up: the derivation is shown. */
  show(index) {
    this._set(index, { ...this.at(index), done: "shown" });
  }

  /** The hints that have been given for a gradient: before the first try how it is found, and then
   *  those of the mistake. */
  hintsAt(index) {
    const hints = hintsFor(this.graph, index, this.verdicts.get(index)?.kind);
    return hints.slice(0, this.at(index).hints);
  }

  /** Begin the tasks of this phase anew. */
  again() {
    this.attempts[this.phase].clear();
    this.verdicts = new Map();
  }

  /** Go on from what was done before. @param {PracticeState} state */
  restore({ phase, ...attempts }) {
    this.phase = phase;
    for (const each of PHASES)
      for (const [index, attempt] of Object.entries(attempts[each]))
        this.attempts[each].set(Number(index), attempt);
    this._judge();
    for (const [index, { tries, done }] of this.attempts.backward)
      if (done === "shown") this._judge(index, tries.at(-1));
  }

  /** What `restore` takes. @returns {PracticeState} */
  get state() {
    const written = (/** @type {Phase} */ phase) => Object.fromEntries(this.attempts[phase]);
    return { phase: this.phase, forward: written("forward"), backward: written("backward") };
  }

  /** Whether an answer counts although no single one is right. */
  isAtKink(index) {
    return this.verdicts.get(index)?.status === NOT_COMPARABLE;
  }

  /** Judge all gradients that were typed, in the light of each other; `text` is one more. Where the
   *  right one was shown, what had been typed explains nothing below it any more, and its verdict
   *  stays.
   *  @param {number} [index] @param {string} [text] */
  _judge(index, text) {
    const { nodes } = this.graph;
    const kept = nodes.map((node) => node.hand);
    for (const node of nodes) {
      const { tries, done } = this.at(node.index, "backward");
      const typed = node.index === index ? text : done !== "shown" && tries.at(-1);
      node.hand = typed ? { value: parseNumber(typed), text: typed } : null;
    }
    this.verdicts = new Map([...this.verdicts, ...judgements(this.graph)]);
    for (const node of nodes) node.hand = kept[node.index];
  }

  /** How many tasks are done, and how. */
  score() {
    const found = this.tasks[this.phase].map((index) => this.at(index));
    const count = (is) => found.filter(is).length;
    return {
      all: found.length,
      done: count(({ done }) => done),
      first: count(({ done, tries, hints }) => done === "right" && tries.length === 1 && !hints),
      shown: count(({ done }) => done === "shown"),
    };
  }
}
