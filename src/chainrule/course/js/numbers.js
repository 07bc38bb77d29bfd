// The numbers of a step's graph by name, and expressions over them, as in course/expression.py.

import { Graph } from "../../drawing/view/js/main.js";

export class Numbers {
  /** @param {Graph} graph @param {Snapshot} snapshot @param {(name: string) => number} extra */
  constructor(graph, snapshot, extra) {
    this.graph = graph;
    this.snapshot = snapshot;
    this.extra = extra;
    this.indices = new Map(graph.nodes.map(({ label, index }) => [label, index]));
    this.grads = graph.gradients();
  }

  /** @param {string} name */
  node(name) {
    return this.graph.nodes[this.indices.get(name)];
  }

  /** @param {string} name */
  value(name) {
    return this.node(name).data;
  }

  /** @param {string} name */
  grad(name) {
    return this.grads[this.indices.get(name)];
  }

  /** @param {string} name @param {string} operand */
  local(name, operand) {
    const { operands, partials } = this.node(name);
    const wanted = this.indices.get(operand);
    return operands.reduce((sum, each, slot) => sum + (each === wanted ? partials[slot] : 0), 0);
  }

  /** The numbers after some inputs have been changed. @param {Map<string, number>} changes */
  after(changes) {
    const graph = new Graph(this.snapshot);
    const leaves = graph.nodes.filter(({ operands }) => !operands.length);
    graph.setLeaves(
      leaves.map(({ index, label }) => [index, changes.get(label) ?? this.graph.nodes[index].data]),
    );
    return new Numbers(graph, this.snapshot, this.extra);
  }

  /** The numbers with which the step starts. */
  start() {
    return new Numbers(new Graph(this.snapshot), this.snapshot, this.extra);
  }
}

/** @param {Asked} asked @param {Numbers} numbers */
export function evaluate({ tree, after }, numbers) {
  if (!after.length) return computed(tree, numbers, () => numbers.start());
  const changes = new Map(
    after.map(([name, how, part]) => {
      const x = Number(computed(part, numbers, () => numbers));
      return [name, how === "+" ? numbers.value(name) + x : x];
    }),
  );
  return computed(tree, numbers.after(changes), () => numbers);
}

/** @type {Record<string, (...numbers: number[]) => number | boolean>} */
const OPERATIONS = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "**": (x, y) => x ** y,
  "<": (x, y) => x < y,
  "<=": (x, y) => x <= y,
  ">": (x, y) => x > y,
  ">=": (x, y) => x >= y,
  "==": (x, y) => x === y,
  "!=": (x, y) => x !== y,
  neg: (x) => -x,
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};

/** @param {Tree} tree @param {Numbers} now @param {() => Numbers} before
 *  @returns {number | boolean} */
function computed(tree, now, before) {
  if (!Array.isArray(tree)) return Number(tree);
  const [what, ...rest] = /** @type {[string, ...any[]]} */ (tree);
  const inner = (/** @type {Tree} */ part) => computed(part, now, before);
  if (what === "value") return now.value(rest[0]);
  if (what === "grad") return now.grad(rest[0]);
  if (what === "local") return now.local(rest[0], rest[1]);
  if (what === "extra") return now.extra(rest[0]);
  if (what === "before") return computed(rest[0], before(), before);
  if (what === "and") return rest.every(inner);
  if (what === "or") return rest.some(inner);
  if (what === "not") return !inner(rest[0]);
  return OPERATIONS[what](...rest.map((part) => Number(inner(part))));
}
