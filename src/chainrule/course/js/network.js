// A lesson's graph as a network that can be trained.

import { Graph } from "../../drawing/view/js/main.js";
import { Network } from "../../playground/js/training/network.js";

/** @param {Snapshot} snapshot @param {string[]} names the inputs @param {Training} training
 *  @returns {{ network: Network, parameters: string[] }} */
export function networkOf(snapshot, names, { points, inputs, target, output }) {
  const { nodes, root } = new Graph(snapshot);
  const indexOf = (/** @type {string} */ name) => nodes.find(({ label }) => label === name).index;
  const parameters = names.filter((name) => name !== target && !inputs.includes(name));
  const calculation = {
    nodes,
    inputs: inputs.map(indexOf),
    target: indexOf(target),
    output: indexOf(output),
    root,
    parameters: parameters.map(indexOf),
  };
  return { network: new Network(calculation, points), parameters };
}
