// The numbers of a weight or a neuron, with their gradients, in words.

import { capitalised, formatNumber, h, signOf } from "../../../drawing/view/js/main.js";
import { say } from "../words.js";

/** The names of the inputs. */
export const INPUTS = ["x1", "x2"];

/** @param {number} layer @param {number} at @param {boolean} isLast */
export function nameOf(layer, at, isLast) {
  if (!layer) return INPUTS[at];
  return isLast ? say("output") : say("neuron_of_layer", { at: at + 1, layer });
}

/** @param {import("./training.js").Training} training @param {{ name: string }[][]} columns
 *  @param {Part | null} part @returns {HTMLElement[]} */
export function detailOf({ network, layers }, columns, part) {
  if (!part) return [h("p", say("point_at"))];
  const title = (/** @type {string} */ words) => h("p.subject", words);
  network.differentiate(); // the mean loss of all points
  const row = (/** @type {string} */ words, /** @type {number} */ at) =>
    h(
      "li",
      h("span", words),
      numberOf(network.numbers[at]),
      h("code.soft", "grad"),
      numberOf(network.gradient[at]),
    );
  if (part.from !== undefined) {
    const [from, to] = [columns[part.layer - 1][part.from], columns[part.layer][part.to]];
    const words = say("weight_title", { from: from.name, to: to.name });
    return [title(words), h("ul", row(say("weight"), part.at))];
  }
  const { name } = columns[part.layer][part.at];
  if (!part.layer) return [title(say("input_title", { name }))];
  const { weights, bias } = layers[part.layer - 1][part.at];
  const words = (/** @type {number} */ from) =>
    part.layer === 1 ? INPUTS[from] : say("neuron", { at: from + 1 });
  return [
    title(say("neuron_title", { name: capitalised(name) })),
    h("ul", ...weights.map(({ at }, from) => row(words(from), at)), row(say("bias"), bias.at)),
  ];
}

/** @param {number} x */
function numberOf(x) {
  return h(`output.${signOf(x)}`, formatNumber(x));
}
