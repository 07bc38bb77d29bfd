// Verdicts on gradients set by hand: right or wrong, and the likely mistake. Python's check
// (verdict/gradients) gives the same verdicts; a test compares the two.

import { NOT_CERTAIN, NOT_COMPARABLE, RIGHT, WRONG } from "../generated/facts.js";
import * as tolerances from "../generated/tolerances.js";
import { agrees, Digits, isClose } from "./closeness.js";
import { totalOf } from "./guesses.js";
import { isAtKink, kinkWords } from "./kinks.js";
import { isConventional, measure } from "./measure.js";
import { Naming } from "./naming.js";
import { formatShort } from "./numbers.js";
import { phrase, spoken } from "./phrasing.js";
import { Track } from "./track.js";

/** The verdict on every gradient set by hand, by its node.
 *  @param {Graph} graph @returns {Map<number, Verdict>} */
export function judgements(graph) {
  return graph.nodes.some((node) => node.hand) ? new Judge(graph).verdicts() : new Map();
}

/** Numbers stand for what their digits leave open, and that is carried down on two tracks:
 *  `implied` takes wrong gradients as they should be, `typed` as they are. */
class Judge {
  /** @param {Graph} graph */
  constructor(graph) {
    const { nodes, root } = graph;
    this.graph = graph;
    this.exact = graph.gradients().map((x) => x ?? 0);
    this.total = nodes.map(() => 0);
    this.total[root] = 1;
    this.rounding = nodes.map(() => 0); // how far off the expected gradients may be
    this.implied = new Track(nodes.length, root);
    this.typed = new Track(nodes.length, root);
    this.upstream = nodes.map(() => [0, 0]); // what a node passes on, and how far that may be off
    this.culprit = new Map(); // the node whose mistake a node inherits
    this.doubts = { kink: new Map(), stale: new Map(), unknown: new Map() };
    this.budget = tolerances.NUDGE_BUDGET;
    this.results = new Map();
    this.naming = new Naming(this);
  }

  verdicts() {
    const { descending, nodes, root } = this.graph;
    this.formulaErrors = nodes.map((node) => formulaErrors(this.graph, node));
    for (const index of descending) this._passDown(index);
    this.noise = this._noise();
    this._readDigits();
    for (const index of descending) {
      if (nodes[index].hand) this.results.set(index, this._judged(index));
      this._handDown(index);
    }
    for (const [index, verdict] of this.results) {
      if (verdict.status === WRONG) Object.assign(verdict, this.naming.mistake(index));
    }
    const why = spoken("{root} does not depend on it", { root: this.graph.nameOf(root) });
    for (const { index, hand } of nodes.slice(root + 1)) {
      if (hand) this.results.set(index, verdictOn(NOT_COMPARABLE, hand.value, NaN, why));
    }
    return this.results;
  }

  /** Whatever makes a node doubtful makes everything below it doubtful. */
  _passDown(index) {
    const node = this.graph.nodes[index];
    if (!node.operands.length) return;
    const kernel = node.ownBackward ? null : this.graph.kernels[node.op];
    node.operands.forEach((operand, slot) => {
      const partial = node.partials[slot];
      if (partial === null) return;
      const [size, error] = [Math.abs(partial), this.formulaErrors[index][slot]];
      const moved = size * this.rounding[index] + error * this.total[index];
      this.total[operand] += size * this.total[index];
      this.rounding[operand] += Number.isFinite(moved) ? moved : 0;
    });
    const here = {
      kink: kernel && isAtKink(this.graph, index),
      stale: kernel && !this.graph.isEdited && isStale(this.graph, node, kernel),
      unknown: !kernel,
    };
    for (const [kind, sources] of Object.entries(this.doubts)) {
      const source = here[kind] ? index : sources.get(index);
      if (source === undefined) continue;
      for (const operand of node.operands) if (!sources.has(operand)) sources.set(operand, source);
    }
  }

  /** How much rounding inside the graph may move the root. */
  _noise() {
    const { nodes, root } = this.graph;
    const parts = nodes.slice(0, root + 1).map(({ index, data, operands }) => {
      const part = Math.abs(this.exact[index] * data);
      return operands.length && part < Infinity ? part : 0;
    });
    return (tolerances.EPSILON / 2) * totalOf(parts);
  }

  /** What the digits of each number leave open. */
  _readDigits() {
    const { nodes, root } = this.graph;
    const typed = nodes.slice(0, root + 1).filter(({ hand }) => hand);
    const inexact = typed.filter(({ index }) => !this.agrees(index, this.exact[index]));
    const numbers = (nodes) => nodes.map(({ hand }) => hand.value);
    this.digits = new Digits(numbers(inexact), numbers(typed));
    this.widths = nodes.map(() => 0);
    for (const { index, hand } of inexact) this.widths[index] = this.digits.halfWidth(hand.value);
  }

  /** Whether a gradient is this number, apart from what rounding inside the graph does. */
  agrees(index, number) {
    return agrees(this.found(index), number, Math.min(this.rounding[index], 1e300));
  }

  found(index) {
    return this.graph.nodes[index].hand.value;
  }

  /** Whether a gradient is the right one as far as its digits and those above it can tell. */
  _isNear(index) {
    const [found, width] = [this.found(index), this.widths[index]];
    if (agrees(found, this.exact[index], width)) return true;
    return agrees(found, this.implied.middle[index], width + this.implied.width[index]);
  }

  _judged(index) {
    const found = this.graph.nodes[index].hand.value;
    const expected = this.exact[index];
    const verdict = (status, why = "") => verdictOn(status, found, expected, why);
    const { unknown, stale } = this.doubts;
    const doubt = this._doubt(index, expected);
    const isHidden = unknown.has(index) || stale.has(index);
    if (doubt) return verdictOn(NOT_COMPARABLE, found, isHidden ? NaN : expected, doubt);
    const isExact = this.agrees(index, expected);
    const isNear = isExact || this._isNear(index);
    const kink = this._kink(index);
    if (kink) {
      const between = kink.isBetween(found) || isNear;
      return { ...verdict(between ? NOT_COMPARABLE : WRONG, kink.words), slopes: kink.slopes };
    }
    if (isExact) return verdict(...this._right(index, ""));
    return isNear ? verdict(...this._rounded(index)) : verdict(WRONG);
  }

  /** The verdict on a gradient that rounding explains, and maybe something else as well. */
  _rounded(index) {
    const [found, exact, width] = [this.found(index), this.exact[index], this.widths[index]];
    const expected = formatShort(exact);
    const isRounded = agrees(found, exact, width);
    const mistake = isRounded ? this.naming.disguised(index) : "";
    if (mistake)
      return [NOT_CERTAIN, phrase("DISGUISED", { expected, mistake }).replace(/\.$/, "")];
    if (Math.abs(found - exact) + width > tolerances.UNCERTAIN * Math.abs(exact))
      return [NOT_CERTAIN, phrase("FEW_DIGITS", { expected })];
    return this._right(index, phrase(isRounded ? "ROUNDED" : "FOLLOWS_ROUNDED", { expected }));
  }

  /** Why the right gradient is unknown; empty if it is known. */
  _doubt(index, expected) {
    const { unknown, stale } = this.doubts;
    const name = (sources) => this.graph.nameOf(sources.get(index));
    if (unknown.has(index)) return phrase("NO_FORMULA", { node: name(unknown) });
    if (stale.has(index)) return phrase("STALE", { node: name(stale) });
    if (Number.isFinite(expected)) return "";
    return phrase("NOT_FINITE", { expected: formatShort(expected) });
  }

  /** The kink that the gradient goes through; null where none matters. */
  _kink(index) {
    if (!this.doubts.kink.has(index)) return null;
    const nudged = this._nudged(index);
    const isMeasured = nudged !== null && !Number.isNaN(nudged.value);
    if (isMeasured && !nudged.hasKink && isConventional(nudged, this.exact[index])) return null;
    const words = kinkWords(this.graph, this.doubts.kink.get(index));
    if (!isMeasured) return { words, slopes: null, isBetween: () => nudged !== null };
    const { left, right } = nudged;
    const [low, high] = [Math.min(left, right), Math.max(left, right)];
    const room = 1e-3 * Math.max(Math.abs(left), Math.abs(right)) + nudged.rounding;
    const isBetween = (x) => low - room <= x && x <= high + room;
    return { words, slopes: nudged.hasJump ? null : [left, right], isBetween };
  }

  /** Nudge a node and measure how the root follows; null where that takes too long. */
  _nudged(index) {
    const { nodes, kernels, root } = this.graph;
    const above = this.graph.above(index).filter((user) => user <= root);
    this.budget -= tolerances.NUDGE_CALLS * above.length;
    if (this.budget < 0) return null;
    const numbers = Float64Array.from(nodes, (node) => node.data);
    const follow = (x) => {
      numbers[index] = x;
      for (const user of above) {
        const { op, operands } = nodes[user];
        numbers[user] = kernels[op].value(...operands.map((operand) => numbers[operand]));
      }
      return numbers[root];
    };
    return measure(follow, nodes[index].data, this.noise);
  }

  _right(index, remark) {
    let words = remark;
    const expected = this.exact[index];
    const nudged = index === this.graph.root ? null : this._nudged(index);
    if (nudged === null || Number.isNaN(nudged.value)) return [RIGHT, words];
    const size = Math.abs(expected);
    if (Math.abs(nudged.value - expected) > Math.max(10 * nudged.error, 1e-6 * size))
      words ||= phrase("ANALYTIC", { nudged: formatShort(nudged.value) });
    if (!size || !this._isHidden(index, size, nudged)) return [RIGHT, words];
    return [NOT_COMPARABLE, phrase("CANCELLATION", { expected: formatShort(expected) })];
  }

  /** Whether rounding hides the effect of a node, however far it is nudged. */
  _isHidden(index, size, nudged) {
    const { nodes, root } = this.graph;
    const x = Math.abs(nodes[index].data) || 1;
    const lost = this.noise + tolerances.EPSILON * Math.abs(nodes[root].data);
    return nudged.error > tolerances.HIDDEN * size && lost > (tolerances.HIDDEN * size * x) / 4;
  }

  /** Pass this node's gradient on to its operands, and note whose mistake they inherit. */
  _handDown(index) {
    const node = this.graph.nodes[index];
    const { status } = this.results.get(index) || {};
    const isTaken = status === RIGHT || status === NOT_CERTAIN;
    let source = isTaken ? undefined : this.culprit.get(index);
    if (status === WRONG && !this.follows(index)) source = index;
    const errors = this.errors(index);
    for (const track of [this.implied, this.typed]) {
      const isTyped = isTaken || (track === this.typed && status === WRONG);
      const isFound = isTyped && Number.isFinite(node.hand.value);
      const gradient = isFound ? node.hand.value : track.middle[index];
      const off = track.width[index];
      const step = index === this.graph.root ? 0 : this.digits.halfStep(gradient, off);
      const width = isFound ? this.widths[index] : off + step;
      track.handDown(gradient, width, node, errors);
      this.upstream[index] = [gradient, width]; // as typed
    }
    node.operands.forEach((operand, slot) => {
      if (node.partials[slot] === null || source === undefined) return;
      if (!this.culprit.has(operand)) this.culprit.set(operand, source);
    });
  }

  /** How far off the local derivatives of a node may be that somebody used. */
  errors(index) {
    const { nodes } = this.graph;
    const { operands, partials } = nodes[index];
    return this.formulaErrors[index].map((error, slot) => {
      const mayBeRounded = this.widths[operands[slot]] > 0 || !nodes[operands[slot]].hand;
      return error + (partials[slot] && mayBeRounded ? this.digits.halfStep(partials[slot]) : 0);
    });
  }

  /** Whether a wrong gradient is right given the wrong one above it. */
  follows(index) {
    const room = this.widths[index] + this.typed.width[index];
    return this.culprit.has(index) && agrees(this.found(index), this.typed.middle[index], room);
  }
}

/** How far off each local derivative of a node may be: one that uses the result, such as
 *  1 - out * out, loses digits where the result was rounded to nearly 1. */
function formulaErrors(graph, node) {
  const { EPSILON, FORMULA_ERROR } = tolerances;
  const kernel = node.ownBackward ? null : graph.kernels[node.op];
  const numbers = graph.operandData(node.index);
  return node.partials.map((partial, slot) => {
    let error = partial === null ? 0 : FORMULA_ERROR * EPSILON * Math.abs(partial);
    if (partial === null || !kernel || !graph.ops[node.op].texts[slot].includes("out"))
      return error;
    for (const moved of [node.data * (1 - 2 * EPSILON), node.data * (1 + 2 * EPSILON)]) {
      const off = Math.abs(kernel.partials[slot](...numbers, moved) - partial);
      if (off < Infinity) error = Math.max(error, off);
    }
    return error;
  });
}

function verdictOn(status, found, expected, why) {
  return { status, found, expected, mistake: "", why };
}

/** Whether a node's local derivatives are no longer those at the numbers of its operands. */
function isStale(graph, node, kernel) {
  const numbers = graph.operandData(node.index);
  return node.partials.some((stored, slot) => {
    if (stored === null) return false;
    const now = kernel.partials[slot](...numbers, node.data);
    return !(isClose(stored, now, 1e-9, 1e-300) || (Number.isNaN(stored) && Number.isNaN(now)));
  });
}
