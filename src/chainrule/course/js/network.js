// A graph as a network: fast passes over many points, and steps downhill.

import { Graph } from "../../drawing/view/js/main.js";

export class Network {
  /** @param {Snapshot} snapshot @param {string[]} names the inputs @param {Training} training */
  constructor(snapshot, names, { points, inputs, target, output }) {
    const graph = new Graph(snapshot);
    const indexOf = (/** @type {string} */ name) =>
      graph.nodes.find(({ label }) => label === name).index;
    this.points = points;
    this.root = graph.root;
    this.output = indexOf(output);
    this.given = [...inputs, target].map(indexOf);
    this.parameters = names.filter((name) => name !== target && !inputs.includes(name));
    this.indices = this.parameters.map(indexOf);
    this.values = Float64Array.from(graph.nodes, ({ data }) => data);
    this.grads = new Float64Array(this.values.length);
    this.steps = graph.nodes
      .filter(({ op, index }) => op && index <= graph.root)
      .map(({ op, index, operands }) => ({ index, operands, kernel: graph.kernels[op] }));
  }

  /** Compute every node at a point. @param {number[]} point */
  forward(point) {
    const { values } = this;
    for (const [at, x] of point.entries()) values[this.given[at]] = x;
    for (const { index, operands, kernel } of this.steps)
      values[index] = kernel.value(...operands.map((operand) => values[operand]));
  }

  /** The gradients of the loss at the point of the last forward pass. */
  backward() {
    const { values, grads } = this;
    grads.fill(0);
    grads[this.root] = 1;
    for (let at = this.steps.length - 1; at >= 0; at--) {
      const { index, operands, kernel } = this.steps[at];
      if (grads[index] === 0) continue;
      const numbers = operands.map((operand) => values[operand]);
      for (const [slot, operand] of operands.entries())
        grads[operand] += kernel.partials[slot](...numbers, values[index]) * grads[index];
    }
  }

  /** Once over all points: after each, every parameter moves against its gradient.
   *  @param {number} rate */
  epoch(rate) {
    for (const point of this.points) {
      this.forward(point);
      this.backward();
      for (const index of this.indices) this.values[index] -= rate * this.grads[index];
    }
  }

  /** The mean loss, and the share of points whose sign is right. */
  score() {
    let [loss, right] = [0, 0];
    for (const point of this.points) {
      this.forward(point);
      loss += this.values[this.root];
      right += Number(this.values[this.output] * point[2] > 0);
    }
    return { loss: loss / this.points.length, accuracy: right / this.points.length };
  }

  /** What the network answers at a point. @param {number} x @param {number} y */
  answer(x, y) {
    this.forward([x, y]);
    return this.values[this.output];
  }

  /** The parameters, by name. */
  get named() {
    return new Map(this.parameters.map((name, at) => [name, this.values[this.indices[at]]]));
  }
}
