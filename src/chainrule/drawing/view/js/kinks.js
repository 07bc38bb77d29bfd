// Where an operation has no derivative: its slopes to the left and to the right differ.

import { OPERANDS } from "../generated/facts.js";
import { BEND, JUMP, KINK_STEP, LEAST_BEND } from "../generated/tolerances.js";
import { isClose } from "./closeness.js";
import { formatShort } from "./numbers.js";
import { phrase } from "./phrasing.js";

/** Whether a local derivative or the result of a node jumps very close to its operands. */
export function isAtKink(graph, index) {
  const node = graph.nodes[index];
  const kernel = node.op && graph.kernels[node.op];
  const { kinks = [], isOwn } = graph.ops[node.op] || {};
  if (!kernel || (!kinks.length && !isOwn)) return false;
  const numbers = graph.operandData(index);
  const out = kernel.value(...numbers);
  return numbers.some((x, slot) => {
    const here = node.partials[slot];
    if (here === null || Number.isNaN(here)) return false;
    const step = KINK_STEP * (Math.abs(x) || 1);
    return [x - step, x + step].some((moved) => {
      const nearby = numbers.map((one, at) => (at === slot ? moved : one));
      const near = kernel.value(...nearby);
      const slope = kernel.partials[slot](...nearby, near);
      return !isClose(near, out, JUMP, JUMP) || !isClose(slope, here, BEND, LEAST_BEND);
    });
  });
}

/** The kink that a node is exactly at. */
export function exactKink(graph, index) {
  const numbers = graph.operandData(index);
  const { kinks } = graph.ops[graph.nodes[index].op];
  return kinks.find(({ at }) => at.every((x, slot) => x === numbers[slot]));
}

/** Where an operation has its kink or jump, and what convention holds there. */
export function kinkWords(graph, index) {
  const { op } = graph.nodes[index];
  const numbers = graph.operandData(index);
  const exact = exactKink(graph, index);
  const point = numbers.map((x, slot) => `${OPERANDS[slot]} = ${formatShort(x)}`).join(" and ");
  const kind = graph.ops[op].texts.every((text) => text === "0") ? "jump" : "kink";
  const convention = exact ? ` (${exact.why})` : "";
  return phrase("NO_DERIVATIVE", { kind, op, point, convention });
}
