// Gradients carried down a graph as intervals; the same as verdict/gradients/track.py.

import { AGREEMENT } from "../generated/tolerances.js";

/** What arrives at each node from those above it, and how far rounding may have moved it. */
export class Track {
  /** @param {number} count @param {number} root */
  constructor(count, root) {
    this.middle = Array(count).fill(0);
    this.width = Array(count).fill(0);
    this.middle[root] = 1;
  }

  /** Add what a node passes on: its gradient, which may be off by `width`, times its local
   *  derivatives, which may be off by `errors`. */
  handDown(gradient, width, { operands, partials }, errors) {
    operands.forEach((operand, slot) => {
      const partial = partials[slot];
      if (partial === null) return;
      const value = gradient * partial;
      const error = errors[slot];
      this.middle[operand] += value;
      this.width[operand] +=
        Math.abs(partial) * width +
        Math.abs(gradient) * error +
        width * error +
        AGREEMENT * Math.abs(value);
    });
  }
}
