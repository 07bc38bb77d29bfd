// The numbers of a weight or a neuron, with their gradients, in words.

import { formatNumber, h, signOf } from "../../../drawing/view/js/main.js";

/** The names of the inputs. */
export const INPUTS = ["x1", "x2"];

const HINT =
  "Point at a line or a neuron for its numbers and their gradients, those of the loss of all " +
  "points. The arrow keys move from neuron to neuron.";

/** @param {number} layer @param {number} at @param {boolean} isLast */
export function nameOf(layer, at, isLast) {
  if (!layer) return INPUTS[at];
  return isLast ? "the output" : `neuron ${at + 1} of layer ${layer}`;
}

/** @param {import("./training.js").Training} training @param {{ name: string }[][]} columns
 *  @param {Part | null} part @returns {HTMLElement[]} */
export function detailOf({ network, layers }, columns, part) {
  if (!part) return [h("p", HINT)];
  const title = (/** @type {string} */ words) => h("p.subject", words);
  network.differentiate(); // the mean loss of all points
  const row = (/** @type {string} */ words, /** @type {number} */ at) =>
    h(
      "li",
      h("span", words),
      numberOf(network.numbers[at]),
      h("span.soft", "gradient"),
      numberOf(network.gradient[at]),
    );
  if (part.from !== undefined) {
    const [from, to] = [columns[part.layer - 1][part.from], columns[part.layer][part.to]];
    return [title(`From ${from.name} to ${to.name}`), h("ul", row("weight", part.at))];
  }
  const { name } = columns[part.layer][part.at];
  if (!part.layer) return [title(`${name}, one of the two coordinates of a point`)];
  const { weights, bias } = layers[part.layer - 1][part.at];
  const words = (/** @type {number} */ from) =>
    part.layer === 1 ? INPUTS[from] : `neuron ${from + 1}`;
  return [
    title(`${name[0].toUpperCase()}${name.slice(1)}: the weights of its inputs, and its bias`),
    h("ul", ...weights.map(({ at }, from) => row(words(from), at)), row("bias", bias.at)),
  ];
}

/** @param {number} x */
function numberOf(x) {
  return h(`output.${signOf(x)}`, formatNumber(x));
}
