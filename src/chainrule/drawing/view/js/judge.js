// Verdicts on gradients set by hand: right or wrong, and the likely mistake. Python's check
// (verdict/gradients) gives the same verdicts; a test compares the two.

import { NOT_COMPARABLE, RIGHT, WRONG } from "../generated/facts.js";
import * as tolerances from "../generated/tolerances.js";
import { agrees, isClose, writtenDigits } from "./closeness.js";
import { everyGuess, totalOf } from "./guesses.js";
import { isAtKink, kinkWords } from "./kinks.js";
import { isConventional, measure } from "./measure.js";
import { formatShort } from "./numbers.js";
import { phrase } from "./phrasing.js";

/** The verdict on every gradient set by hand, by its node.
 *  @param {Graph} graph @returns {Map<number, Verdict>} */
export function judgements(graph) {
  return graph.nodes.some((node) => node.hand) ? new Judge(graph).verdicts() : new Map();
}

class Judge {
  /** @param {Graph} graph */
  constructor(graph) {
    this.graph = graph;
    this.exact = graph.gradients().map((x) => x ?? 0);
    this.total = graph.nodes.map(() => 0);
    this.implied = graph.nodes.map(() => 0); // what follows from the gradients above
    this.outgoing = graph.nodes.map(() => 0); // what a node hands on
    this.total[graph.root] = this.implied[graph.root] = 1;
    this.culprit = new Map(); // the node whose mistake a node inherits
    this.doubts = { kink: new Map(), stale: new Map(), unknown: new Map() };
    this.budget = tolerances.NUDGE_BUDGET;
    this.results = new Map();
  }

  verdicts() {
    const { descending, nodes, root } = this.graph;
    for (const index of descending) this._passDown(index);
    this.noise = this._noise();
    for (const index of descending) {
      if (nodes[index].hand) this.results.set(index, this._judged(index));
      this._handDown(index);
    }
    for (const [index, verdict] of this.results) {
      if (verdict.status === WRONG) this._blame(index, verdict);
    }
    const why = `${this.graph.nameOf(root)} does not depend on it`;
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
      if (partial !== null) this.total[operand] += Math.abs(partial) * this.total[index];
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

  _agrees(index, number, isTyped = true) {
    const slack = tolerances.SLACK * Math.min(this.total[index], 1e300);
    return agrees(this.graph.nodes[index].hand.value, number, slack, isTyped);
  }

  _judged(index) {
    const found = this.graph.nodes[index].hand.value;
    const expected = this.exact[index];
    const verdict = (status, why = "") => verdictOn(status, found, expected, why);
    const { unknown, stale } = this.doubts;
    const doubt = this._doubt(index, expected);
    const isHidden = unknown.has(index) || stale.has(index);
    if (doubt) return verdictOn(NOT_COMPARABLE, found, isHidden ? NaN : expected, doubt);
    const kink = this._kink(index);
    if (kink) {
      const between = kink.isBetween(found) || this._agrees(index, expected);
      return { ...verdict(between ? NOT_COMPARABLE : WRONG, kink.words), slopes: kink.slopes };
    }
    if (this._agrees(index, expected)) {
      if (this._disguise(index)) return verdict(WRONG);
      return verdict(...this._right(index, expected));
    }
    if (this._agrees(index, this.implied[index]) && !this.culprit.has(index))
      return verdict(RIGHT, phrase("FOLLOWS_ROUNDED"));
    return verdict(WRONG);
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
    const room = 1e-3 * Math.max(Math.abs(left), Math.abs(right));
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

  /** The mistake that gives exactly this number, which also looks like a rounded right one. */
  _disguise(index) {
    const isExact = this._agrees(index, this.exact[index], false);
    const isTelling =
      writtenDigits(this.graph.nodes[index].hand.value) >= tolerances.TELLING_DIGITS;
    return isExact || isTelling ? "" : this._exactMistake(index);
  }

  _exactMistake(index) {
    const { value: found } = this.graph.nodes[index].hand;
    for (const { gradient, mistake } of everyGuess(this._parts(index), this.graph))
      if (agrees(found, gradient, 0, false)) return mistake;
    return "";
  }

  _right(index, expected) {
    const isRough = !this._agrees(index, expected, false);
    let words = isRough ? phrase("ROUNDED", { expected: formatShort(expected) }) : "";
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

  /** Work out what the operands should hold if this node's gradient is taken as right. */
  _handDown(index) {
    const node = this.graph.nodes[index];
    const { status } = this.results.get(index) || {};
    const holdsOne = (status === RIGHT || status === WRONG) && Number.isFinite(node.hand.value);
    const gradient = holdsOne ? node.hand.value : this.implied[index];
    this.outgoing[index] = gradient;
    let source = status === RIGHT ? undefined : this.culprit.get(index);
    if (status === WRONG && !this._follows(index)) source = index;
    node.operands.forEach((operand, slot) => {
      if (node.partials[slot] === null) return;
      this.implied[operand] += node.partials[slot] * gradient;
      if (source !== undefined && !this.culprit.has(operand)) this.culprit.set(operand, source);
    });
  }

  /** Whether a gradient is what a mistake above it implies. */
  _follows(index) {
    return this.culprit.has(index) && this._agrees(index, this.implied[index]);
  }

  /** Name the likeliest mistake behind a wrong gradient. */
  _blame(index, verdict) {
    if (this._follows(index))
      verdict.mistake = phrase("FOLLOWS", { node: this.graph.nameOf(this.culprit.get(index)) });
    else if (index === this.graph.root) verdict.mistake = atTheRoot(verdict.found);
    else if (this._agrees(index, this.exact[index])) verdict.mistake = this._exactMistake(index);
    else {
      const [mistake, also] = this._likely(index, verdict.found);
      verdict.mistake = mistake;
      verdict.why ||= also;
    }
  }

  _likely(index, found) {
    const parts = this._parts(index);
    let first = null;
    for (const one of everyGuess(parts, this.graph)) {
      if (!this._agrees(index, one.gradient)) continue;
      first ||= one;
      if (parts.length > tolerances.FEW_PATHS) break;
      if (one.kind === first.kind || !one.isTelling) continue;
      return [first.mistake, phrase("ALSO", { gradient: formatShort(found), cause: one.cause })];
    }
    return [first ? first.mistake : phrase("UNKNOWN"), ""];
  }

  /** The contributions to a node's gradient, one for each use that passes something on. */
  _parts(index) {
    const { nodes, kernels, ops, root } = this.graph;
    return nodes[index].users
      .filter(([user, slot]) => user <= root && nodes[user].partials[slot] !== null)
      .sort(([one, slot], [two, other]) => two - one || slot - other)
      .map(([index, slot]) => {
        const { op, partials, data: out } = nodes[index];
        const [user, partial, above] = [
          this.graph.nameOf(index),
          partials[slot],
          this.outgoing[index],
        ];
        const rule = { op, kernel: kernels[op], text: ops[op].texts[slot] };
        const numbers = this.graph.operandData(index);
        return { user, above, partial, value: partial * above, ...rule, slot, numbers, out };
      });
  }
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

/** The mistake in the root's own gradient, which is 1 by definition. */
function atTheRoot(found) {
  if (found === -1) return phrase("ROOT_FLIPPED");
  if (found && Number.isInteger(found))
    return phrase("ROOT_MULTIPLE", { factor: formatShort(found) });
  return phrase("ROOT");
}
