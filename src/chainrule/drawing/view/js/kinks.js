// Where a gradient has no single value: the slopes on the two sides of a number differ.

import { OPERANDS } from "./formulas.js";
import { plain } from "./numbers.js";

const [NUDGE, APART] = [1e-6, 1e-3];

/** The kink that a node's gradient goes through: its two slopes and where it is; null for none. */
export function kinkAbove(graph, index) {
  const above = graph.above(index);
  if (index === graph.root || !above.every((user) => graph.kernels[graph.nodes[user].op]))
    return null;
  const here = graph.nodes[index].data;
  const step = NUDGE * Math.max(1, Math.abs(here));
  const now = graph.nodes.map((node) => node.data);
  const [left, right] = [here - step, here + step].map((x) => moved(graph, above, index, x));
  const low = (now[graph.root] - left[graph.root]) / (here - left[index]);
  const high = (right[graph.root] - now[graph.root]) / (right[index] - here);
  const noise = (1e-15 * Math.abs(now[graph.root])) / step;
  const isOne = Math.abs(high - low) <= APART * Math.max(Math.abs(low), Math.abs(high)) + noise;
  if (isOne || !Number.isFinite(high - low)) return null;
  const source = above.find((user) => jumps(graph, user, left, right));
  if (source === undefined) return null;
  return { low, high, where: place(graph, graph.nodes[source]) };
}

/** All numbers with another one at a node. */
function moved(graph, above, index, x) {
  const numbers = graph.nodes.map((node) => node.data);
  numbers[index] = x;
  for (const user of above) {
    const { op, operands } = graph.nodes[user];
    numbers[user] = graph.kernels[op].value(...operands.map((operand) => numbers[operand]));
  }
  return numbers;
}

/** Whether a local derivative of a node is another one on either side. */
function jumps(graph, user, left, right) {
  const { op, operands } = graph.nodes[user];
  const at = (numbers, partial) =>
    partial(...operands.map((operand) => numbers[operand]), numbers[user]);
  return graph.kernels[op].partials.some((partial) => {
    const [one, two] = [at(left, partial), at(right, partial)];
    return !(Math.abs(one - two) <= APART * Math.max(Math.abs(one), Math.abs(two)) + 1e-9);
  });
}

function place(graph, node) {
  const numbers = node.operands.map(
    (operand, turn) => `${OPERANDS[turn]} = ${plain(graph.nodes[operand].data)}`,
  );
  return `${node.op} has no derivative at ${numbers.join(" and ")}`;
}
