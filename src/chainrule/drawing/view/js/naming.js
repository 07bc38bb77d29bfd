// The name of the mistake behind a wrong gradient, as in verdict/gradients/naming.py.

import { WRONG } from "../generated/facts.js";
import { MOST_COMPARED, TELLING_DIGITS } from "../generated/tolerances.js";
import { agrees, writtenDigits } from "./closeness.js";
import { equallyLikely, everyGuess, fittingGuesses, guess } from "./guesses.js";
import { formatShort } from "./numbers.js";
import { phrase } from "./phrasing.js";

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
    if (index === graph.root) return { kind: "root", mistake: atTheRoot(found) };
    const parts = this._parts(index);
    const guesses = [
      ...this._swapped(index),
      ...everyGuess(parts, graph),
      ...this._otherNodes(index),
    ];
    const fitting = fittingGuesses(guesses, parts, found, judge.widths[index]);
    if (!fitting.length) return { kind: "unknown", mistake: phrase("UNKNOWN") };
    return sentence(equallyLikely(fitting));
  }

  /** The mistake that gives exactly a number that the right one may be rounded to; or empty. */
  disguised(index) {
    const found = this.judge.found(index);
    const parts = this._parts(index);
    if (writtenDigits(found) >= TELLING_DIGITS || !parts.length) return "";
    const { culprit, implied } = this.judge;
    if (culprit.has(index) || this.judge.agrees(index, implied.middle[index])) return "";
    const exact = fittingGuesses(everyGuess(parts, this.graph), [], found, 0);
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

  /** Whether a node holds the gradient of another one. */
  _holds(index, other) {
    const { exact, implied, widths } = this.judge;
    const [found, width] = [this.judge.found(index), widths[index]];
    if (agrees(found, exact[other], width)) return true;
    return agrees(found, implied.middle[other], width + implied.width[other]);
  }

  /** Two nodes that hold each other's gradient. */
  *_swapped(index) {
    const wrong = [...this.judge.results]
      .filter(([other, { status }]) => status === WRONG && !this.judge.follows(other))
      .map(([other]) => other)
      .sort((one, two) => two - one);
    for (const other of wrong.length <= MOST_COMPARED ? wrong : []) {
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
    others.sort((one, two) => away(one) - away(two) || one.index - two.index);
    const other = others.find((one) => this._holds(index, one.index));
    if (!other) return;
    const cause = phrase("ANOTHER_NODES", { other: this.graph.nameOf(other.index) });
    yield guess("another node's", cause, [this.judge.exact[other.index]], cause, false);
  }
}

/** A mistake in words, or several that explain the number equally well. */
function sentence(mistakes) {
  const [first] = mistakes;
  if (mistakes.length === 1) return { kind: first.kind, mistake: first.mistake };
  const quoted = mistakes.map(({ mistake }) => `“${mistake.replace(/\.$/, "")}”`);
  const words = `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
  return { kind: "several", mistake: phrase("NOT_CERTAIN", { mistakes: words }) };
}

/** The mistake in the root's own gradient, which is 1 by definition. */
function atTheRoot(found) {
  if (found === -1) return phrase("ROOT_FLIPPED");
  if (found && Number.isInteger(found))
    return phrase("ROOT_MULTIPLE", { factor: formatShort(found) });
  return phrase("ROOT");
}
