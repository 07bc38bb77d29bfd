// The name of the mistake behind a wrong gradient, as in verdict/gradients/naming.py.

import { WRONG } from "../generated/facts.js";
import { MOST_COMPARED, TELLING_DIGITS, UNCERTAIN } from "../generated/tolerances.js";
import { agrees, digitsNeeded, isClose, isCoarse, writtenDigits } from "./closeness.js";
import {
  doubled,
  equallyLikely,
  everyGuess,
  fittingGuesses,
  guess,
  shiftedPoints,
} from "./guesses.js";
import { formatShort } from "./numbers.js";
import { phrase, spoken } from "./phrasing.js";

export class Naming {
  constructor(judge) {
    this.judge = judge;
    this.graph = judge.graph;
  }

  /** The kind of the most likely mistake, and the sentence that tells it; several where they
   *  explain the number equally well. */
  mistake(index) {
    const { judge, graph } = this;
    const found = judge.found(index);
    if (judge.follows(index)) {
      const node = graph.nameOf(judge.culprit.get(index));
      return { kind: "follows", mistake: phrase("FOLLOWS", { node }) };
    }
    if (index === graph.root) {
      const root = graph.nameOf(index);
      return { kind: "root", mistake: phrase(found === -1 ? "ROOT_FLIPPED" : "ROOT", { root }) };
    }
    if (Number.isNaN(found)) return { kind: "unknown", mistake: phrase("NOT_A_NUMBER") };
    const { exact, rounded } = this._fitting(index);
    const likely = equallyLikely(exact.length ? exact : rounded);
    const isNamed = exact.length || rounded.some((one) => one.isTelling);
    const isDoubled = likely.length === 1 && likely[0].kind === "doubled";
    if (isNamed && !isDoubled) return sentence(likely);
    const other = this._tooCoarse(index) ?? this._commonFactor(index);
    if (other) return other;
    if (likely.length) return sentence(likely);
    return { kind: "unknown", mistake: phrase("UNKNOWN") };
  }

  /** The mistake that gives exactly a number that the right one may be rounded to; or empty. */
  disguised(index) {
    const found = this.judge.found(index);
    const parts = this._parts(index);
    if (writtenDigits(found) >= TELLING_DIGITS || !parts.length) return "";
    const { culprit, implied } = this.judge;
    if (culprit.has(index) || this.judge.agrees(index, implied.middle[index])) return "";
    const { exact } = fittingGuesses(everyGuess(parts, this.graph), [], found, 0);
    return exact.find((one) => one.isTelling)?.mistake || "";
  }

  /** The contributions to a node's gradient, one for each use that passes something on. */
  _parts(index) {
    const { nodes, kernels, ops, root } = this.graph;
    return nodes[index].users
      .filter(([user, slot]) => user <= root && nodes[user].partials[slot] !== null)
      .sort(([one, slot], [two, other]) => two - one || slot - other)
      .map(([index, slot]) => {
        const { op, partials, data: out } = nodes[index];
        const user = this.graph.nameOf(index);
        const partial = partials[slot];
        const [above, width] = this.judge.upstream[index];
        const error = this.judge.errors(index)[slot];
        const spreads = [width / Math.abs(above), error / Math.abs(partial)];
        const spread = spreads.reduce((sum, x) => sum + (x < 1 ? x : 0), 0);
        const rule = { op, kernel: kernels[op], text: ops[op].texts[slot] };
        const numbers = this.graph.operandData(index);
        return {
          user,
          above,
          partial,
          value: partial * above,
          ...rule,
          slot,
          numbers,
          out,
          spread,
        };
      });
  }

  /** The guesses that give a node's gradient exactly, and as far as rounding can tell. */
  _fitting(index) {
    const parts = this._parts(index);
    const guesses = [
      ...this._swapped(index),
      ...everyGuess(parts, this.graph),
      ...shiftedPoints(parts),
      ...this._otherNodes(index),
      ...doubled(parts),
    ];
    return fittingGuesses(guesses, parts, this.judge.found(index), this.judge.widths[index]);
  }

  /** Whether a node holds the gradient of another one, rather than its own. */
  _holds(index, other) {
    const { exact, implied, widths } = this.judge;
    const [found, width] = [this.judge.found(index), widths[index]];
    if (isClose(exact[index], exact[other], UNCERTAIN)) return false;
    if (Math.abs(found - exact[index]) <= Math.abs(found - exact[other])) return false;
    if (agrees(found, exact[other], width)) return true;
    return agrees(found, implied.middle[other], width + implied.width[other]);
  }

  /** The nodes that are wrong by a mistake of their own; none where there are too many. */
  _wrong() {
    const wrong = [...this.judge.results]
      .filter(([other, { status }]) => status === WRONG && !this.judge.follows(other))
      .map(([other]) => other)
      .sort((one, two) => two - one);
    return wrong.length <= MOST_COMPARED ? wrong : [];
  }

  /** Two nodes that hold each other's gradient. */
  *_swapped(index) {
    for (const other of this._wrong()) {
      if (other === index || !this._holds(index, other) || !this._holds(other, index)) continue;
      const names = [Math.min(index, other), Math.max(index, other)].map((at) =>
        this.graph.nameOf(at),
      );
      const cause = phrase("SWAPPED", { node: names[0], other: names[1] });
      yield guess("swapped", cause, [this.judge.found(index)]);
      return;
    }
  }

  /** A node that holds the gradient of another one, the nearest that fits. */
  *_otherNodes(index) {
    const nodes = this.graph.nodes.slice(0, this.graph.root + 1);
    const size = Math.abs(this.judge.found(index));
    if (nodes.length > MOST_COMPARED || size === 0 || size === 1) return;
    const others = nodes.filter((node) => node.index !== index && node.kind !== "constant");
    const away = (other) => Math.abs(other.index - index);
    others.sort((one, two) => away(one) - away(two));
    const other = others.find((one) => this._holds(index, one.index));
    if (!other) return;
    const cause = phrase("ANOTHER_NODES", { other: this.graph.nameOf(other.index) });
    yield guess("another node's", cause, [this.judge.exact[other.index]], cause, false);
  }

  _tooCoarse(index) {
    const [found, exact] = [this.judge.found(index), this.judge.exact[index]];
    if (isCoarse(-found, exact)) return { kind: "sign", mistake: phrase("FLIPPED") };
    if (!isCoarse(found, exact)) return null;
    const digits = digitsNeeded(found, exact);
    return { kind: "too coarse", mistake: phrase("TOO_COARSE", { digits }) };
  }

  /** The factor by which another node's gradient is off too. */
  _commonFactor(index) {
    const { judge, graph } = this;
    const { exact, widths } = judge;
    const found = judge.found(index);
    for (const other of this._wrong()) {
      if (other === index || !exact[index] || !exact[other]) continue;
      const ratio = exact[index] / exact[other];
      const room = widths[index] + widths[other] * Math.abs(ratio);
      if (!agrees(found, judge.found(other) * ratio, room)) continue;
      const factor = formatShort(found / exact[index], 3);
      const mistake = phrase("MULTIPLE_TOO", { factor, other: graph.nameOf(other) });
      return { kind: "common factor", mistake };
    }
    return null;
  }
}

/** A mistake in words, or several that explain the number equally well. */
function sentence(mistakes) {
  const [first] = mistakes;
  if (mistakes.length === 1) return { kind: first.kind, mistake: first.mistake };
  const quoted = mistakes.map(({ mistake }) =>
    spoken("“{mistake}”", { mistake: mistake.replace(/\.$/, "") }),
  );
  const words = [quoted.slice(0, -1).join(", "), quoted.at(-1)].join(` ${spoken("and")} `);
  return { kind: "several", mistake: phrase("NOT_CERTAIN", { mistakes: words }) };
}
