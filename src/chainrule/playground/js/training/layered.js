// Layers of neurons as a calculation: the same operations in the same order as `nn.MLP`.

import { Random } from "./random.js";

/** The two inputs of a network. */
const INPUTS = 2;

/** A network whose last neuron is linear, and the loss of its answer, `binary_cross_entropy`.
 *  @param {number[]} hidden how many neurons each hidden layer has
 *  @param {string} activation what follows the sum in these @param {number} seed
 *  @returns {Calculation & { layers: Neuron[][] }} */
export function layered(hidden, activation, seed) {
  const random = new Random(seed);
  const nodes = [];
  const parameters = [];
  const add = (/** @type {string} */ op, operands = [], data = 0) =>
    nodes.push({ op, operands, data }) - 1;
  const parameter = (/** @type {number} */ start) => {
    const index = add("", [], start);
    parameters.push(index);
    return { index, at: parameters.length - 1 };
  };
  const neuron = (below, bound, isLinear) => {
    const weights = below.map(() => parameter(random.uniform(-bound, bound)));
    const bias = parameter(0);
    const sum = weights.reduce(
      (sum, weight, at) => add("add", [sum, add("mul", [weight.index, below[at]])]),
      bias.index,
    );
    return { weights, bias, index: isLinear ? sum : add(activation, [sum]) };
  };

  const inputs = Array.from({ length: INPUTS }, () => add(""));
  const target = add("");
  const layers = [];
  for (let [below, at] = [inputs, 0]; at <= hidden.length; at++) {
    const isLast = at === hidden.length;
    const count = isLast ? 1 : hidden[at];
    const bound = Math.sqrt(6 / (below.length + count)); // "xavier"
    layers.push(Array.from({ length: count }, () => neuron(below, bound, isLast)));
    below = layers.at(-1).map(({ index }) => index);
  }
  const [{ index: output }] = layers.at(-1);
  const rest = add("sub", [add("", [], 1), target]);
  const one = add("mul", [target, add("softplus", [add("neg", [output])])]);
  const root = add("add", [one, add("mul", [rest, add("softplus", [output])])]);
  return { nodes, inputs, target, output, root, parameters, layers };
}
