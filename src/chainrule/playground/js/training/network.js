// A calculation with parameters, over many points at once: its loss, its gradient, a step downhill.

import { KERNELS } from "../../../drawing/view/js/main.js";
import { apply } from "../columns.js";

/** How many points are computed together: their numbers fit into the processor's cache. */
const BLOCK = 128;

export class Network {
  /** @param {Calculation} calculation @param {Sample[]} points */
  constructor({ nodes, inputs, target, output, root, parameters }, points) {
    this.points = points;
    this.output = output;
    this.root = root;
    /** The node of each coordinate of a point. */
    this.given = [...inputs, target];
    this.parameters = parameters;
    this.coordinates = this.given.map((_, at) => Float64Array.from(points, (point) => point[at]));
    this.numbers = Float64Array.from(parameters, (index) => nodes[index].data);
    this.gradient = new Float64Array(parameters.length);
    this.values = nodes.map(({ data }) => new Float64Array(BLOCK).fill(data));
    this.grads = nodes.map(() => new Float64Array(BLOCK));
    const moves = movedBy(nodes, parameters);
    this.steps = nodes.flatMap(({ op, operands }, index) =>
      op && index <= root ? [stepOf(index, KERNELS[op], operands, this.values, moves)] : [],
    );
    this.moving = [...moves];
    /** What a step passes on to an operand. */
    this.passed = new Float64Array(BLOCK);
    this.forth = this.steps.filter(({ index }) => index <= output);
  }

  /** Take a step against the gradient of the mean loss of some points, and return that loss.
   *  @param {number} rate @param {number} from @param {number} to */
  step(rate, from = 0, to = this.points.length) {
    const loss = this.differentiate(from, to);
    for (const at of this.numbers.keys()) this.numbers[at] -= rate * this.gradient[at];
    return loss;
  }

  /** The mean loss of some points; `gradient` is then its gradient.
   *  @param {number} from @param {number} to */
  differentiate(from = 0, to = this.points.length) {
    let loss = 0;
    this.gradient.fill(0);
    for (const [, count] of this._blocks(this.coordinates, from, to)) {
      this._forward(this.steps, count);
      this._backward(count);
      loss += total(this.values[this.root], count);
      for (const [at, index] of this.parameters.entries())
        this.gradient[at] += total(this.grads[index], count);
    }
    for (const at of this.gradient.keys()) this.gradient[at] /= to - from;
    return loss / (to - from);
  }

  /** The mean loss of all points, and the share of those on the right side. */
  score() {
    const { coordinates, points } = this;
    let [loss, right] = [0, 0];
    for (const [start, count] of this._blocks(coordinates, 0, points.length)) {
      this._forward(this.steps, count);
      loss += total(this.values[this.root], count);
      const [outputs, targets] = [this.values[this.output], coordinates.at(-1)];
      for (let row = 0; row < count; row++)
        right += Number(outputs[row] > 0 === targets[start + row] > 0);
    }
    return { loss: loss / points.length, accuracy: right / points.length };
  }

  /** What some nodes are at many inputs.
   *  @param {Float64Array[]} inputs the coordinates @param {number[]} nodes @returns {Float64Array[]} */
  answers(inputs, nodes = [this.output]) {
    const found = nodes.map(() => new Float64Array(inputs[0].length));
    for (const [start, count] of this._blocks(inputs, 0, inputs[0].length)) {
      this._forward(this.forth, count);
      for (const [at, index] of nodes.entries())
        found[at].set(this.values[index].subarray(0, count), start);
    }
    return found;
  }

  /** Put block after block of points into their nodes; each is where it starts and its size.
   *  @param {Float64Array[]} coordinates @param {number} from @param {number} to */
  *_blocks(coordinates, from, to) {
    const widest = Math.min(BLOCK, to - from);
    for (const [at, index] of this.parameters.entries())
      this.values[index].fill(this.numbers[at], 0, widest);
    for (let start = from; start < to; start += BLOCK) {
      const end = Math.min(start + BLOCK, to);
      for (const [at, column] of coordinates.entries())
        this.values[this.given[at]].set(column.subarray(start, end));
      yield [start, end - start];
    }
  }

  /** Compute nodes at the points of a block. @param {Step[]} steps */
  _forward(steps, count) {
    for (const { kernel, operands, out } of steps) apply(kernel.value, operands, out, count);
  }

  /** The gradients of the loss at the points of the last forward pass. */
  _backward(count) {
    const { grads, steps, root, passed } = this;
    for (const index of this.moving) grads[index].fill(0, 0, count);
    grads[root].fill(1, 0, count);
    for (let at = steps.length - 1; at >= 0; at--) {
      const { index, kernel, slots, operands, out } = steps[at];
      const above = grads[index];
      for (const { slot, operand } of slots) {
        const into = grads[operand];
        apply(kernel.partials[slot], [...operands, out], passed, count);
        for (let row = 0; row < count; row++)
          if (above[row] !== 0) into[row] += passed[row] * above[row];
      }
    }
  }
}

/** The nodes that change with the parameters. @returns {Set<number>} */
function movedBy(nodes, parameters) {
  const moves = new Set(parameters);
  for (const [index, { operands }] of nodes.entries())
    if (operands.some((operand) => moves.has(operand))) moves.add(index);
  return moves;
}

/** A node as a step: its numbers and its operands', and which of them get a gradient.
 *  @returns {Step} */
function stepOf(index, kernel, operands, values, moves) {
  const columns = operands.map((operand) => values[operand]);
  const slots = operands
    .map((operand, slot) => ({ slot, operand }))
    .filter(({ operand }) => moves.has(operand));
  return { index, kernel, slots, operands: columns, out: values[index] };
}

/** @param {Float64Array} column */
function total(column, count) {
  let sum = 0;
  for (let row = 0; row < count; row++) sum += column[row];
  return sum;
}
