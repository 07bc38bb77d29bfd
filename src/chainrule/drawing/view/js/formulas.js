// Kernels for the user's own operations, whose formulas arrive as syntax trees.

import { KERNELS } from "../generated/rules.js";
import { F } from "./special.js";

const CONSTANTS = { pi: Math.PI, e: Math.E, inf: Infinity };
const UNARY = { negative: (x) => -x, same: (x) => x, not: (x) => Number(!x) };
const BINARY = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
};
const COMPARE = { "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne" };

/** The value of a tree for named numbers; `kernels` has the functions that it calls.
 *  @param {Tree} tree @param {Record<string, number>} names @param {Record<string, Kernel>} kernels
 *  @returns {any} */
export function compute(tree, names, kernels) {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") return names[tree];
  const [word, ...parts] = /** @type {[string, ...any[]]} */ (tree);
  const value = (part) => compute(part, names, kernels);
  if (word in UNARY) return UNARY[word](value(parts[0]));
  if (word in BINARY) return F[BINARY[word]](value(parts[0]), value(parts[1]));
  switch (word) {
    case "constant":
      return CONSTANTS[parts[0]];
    case "and":
      return Number(parts.every(value));
    case "or":
      return Number(parts.some(value));
    case "if":
      return value(parts[0]) ? value(parts[1]) : value(parts[2]);
    case "call":
      return kernels[parts[0]].value(...parts.slice(1).map(value));
  }
  const sides = parts.slice(1).map(value);
  return Number(parts[0].every((sign, at) => F[COMPARE[sign]](sides[at], sides[at + 1])));
}

/** The kernels of a graph's operations: the table's own, and those of the user's formulas.
 *  @param {Record<string, Operation>} ops */
export function kernelsFor(ops) {
  /** @type {Record<string, Kernel>} */
  const kernels = Object.create(null);
  Object.assign(kernels, KERNELS);
  const run =
    (tree) =>
    (...numbers) =>
      compute(tree, { x: numbers[0], y: numbers[1], z: numbers[2], out: numbers.at(-1) }, kernels);
  for (const [name, { formula, partials, isGate, isEager }] of Object.entries(ops)) {
    if (Object.hasOwn(KERNELS, name)) continue;
    kernels[name] = { value: run(formula), partials: partials.map(run), isGate, isEager };
  }
  return kernels;
}
