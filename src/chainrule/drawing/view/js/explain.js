// The chain rule at one node, in mathematics and in words.

import { OPERANDS } from "../generated/facts.js";
import { h } from "./dom.js";
import {
  block,
  derivative,
  factor,
  formula,
  identifier,
  inline,
  number,
  operator,
  row,
  words,
} from "./mathematics.js";
import { numeral, plain } from "./numbers.js";

const MOST_PATHS = 8;

/** A node as it stands in a formula: its name, or its number where it has none. */
function inFormula(graph, index) {
  const name = graph.nameOf(index);
  return name ? identifier(name) : number(graph.nodes[index].data);
}

function operandNames(graph, node) {
  return operandsAs((index) => inFormula(graph, index), graph, node);
}

function operandNumbers(graph, node) {
  return operandsAs((index) => number(graph.nodes[index].data), graph, node);
}

function operandsAs(written, graph, node) {
  const names = { out: written(node.index) };
  node.operands.forEach((operand, turn) => {
    names[OPERANDS[turn]] = written(operand);
  });
  const condition = graph.nodes[node.operands[0]];
  if (graph.words[node.op].isGate && condition.kind === "constant") {
    names.x = words(`the condition (here ${condition.data ? "true" : "false"})`);
  }
  return names;
}

/** A formula of a row; a gate's condition stands in it as it is, without "≠ 0". */
function asWritten(tree, rule) {
  if (!rule.isGate || !Array.isArray(tree)) return tree;
  return tree[0] === "compare" ? tree[2] : tree.map((part) => asWritten(part, rule));
}

/** How the node's number comes about. */
export function howMade(graph, index) {
  const node = graph.nodes[index];
  const rule = graph.words[node.op];
  if (!node.operands.length) return null;
  if (!rule) return h("p", {}, `Made by ${node.opName || "an operation"} without a formula.`);
  const line = [
    inFormula(graph, index),
    operator("="),
    formula(asWritten(rule.formula, rule), operandNames(graph, node)),
  ];
  const numbers = formula(asWritten(rule.formula, rule), operandNumbers(graph, node));
  return h(
    "div",
    { class: "maths" },
    block(...line),
    block(operator("="), numbers, operator("="), number(node.data)),
  );
}

/** dL/da = Σ dL/du · du/da over every use u of a, in symbols and in numbers. */
export function chainRule(graph, index) {
  const root = graph.nameOf(graph.root) ? identifier(graph.nameOf(graph.root)) : identifier("root");
  const here = inFormula(graph, index);
  const head = derivative(root.cloneNode(true), here.cloneNode(true));
  if (index === graph.root) {
    return [
      h("p", {}, "The backward pass starts here:"),
      h("div", { class: "maths" }, block(head, operator("="), number(1))),
    ];
  }
  const grads = graph.gradients();
  const paths = pathsTo(graph, index, grads);
  if (!paths.length) return [h("p", {}, whyNothing(graph, index, grads))];
  const shown = paths.slice(0, MOST_PATHS);
  const more = paths.length - shown.length;
  const symbols = shown.map((path) => {
    if (path.user === graph.root) return localFormula(graph, path);
    const above = derivative(root.cloneNode(true), inFormula(graph, path.user));
    const local = derivative(inFormula(graph, path.user), here.cloneNode(true));
    return row(above, operator("*"), local);
  });
  const numbers = shown.map((path, at) => {
    const isFirst = at === 0 && !more && shown.length === 1;
    if (path.user === graph.root) return isFirst ? number(path.partial) : factor(path.partial);
    return row(factor(path.above), operator("*"), factor(path.partial));
  });
  const cut = more ? [operator("+"), operator("…")] : [];
  const lines = [
    row(...sum(symbols), ...cut),
    row(...sum(numbers), ...cut),
    number(grads[index]),
  ].filter((line, at, all) => !at || line.textContent !== all[at - 1].textContent);
  return [
    paths.length > 1
      ? h("p", {}, `${paths.length} paths lead here, and their gradients add up:`)
      : null,
    h(
      "div",
      { class: "maths" },
      block(head, operator("="), lines[0]),
      ...lines.slice(1).map((line) => block(operator("="), line)),
    ),
    h(
      "ul",
      { class: "because" },
      ...shown.map((path) => because(graph, index, path)),
      more ? h("li", {}, `and ${more.toLocaleString("en")} more paths`) : null,
    ),
  ].filter(Boolean);
}

/** What arrives at a node, one row a use of it. */
function pathsTo(graph, index, grads) {
  const rows = [];
  for (const [user, turn] of [...graph.nodes[index].users].reverse()) {
    const node = graph.nodes[user];
    const partial = node.partials[turn];
    if (partial === null || grads[user] === null || node.ownBackward) continue;
    rows.push({ user, turn, partial, above: grads[user], amount: partial * grads[user] });
  }
  return rows;
}

function sum(parts) {
  return parts.flatMap((part, at) => (at ? [operator("+"), part] : [part]));
}

/** The local derivative by the table, with this node's operands in it; else its number. */
function localFormula(graph, { user, turn, partial }) {
  const node = graph.nodes[user];
  const rule = graph.words[node.op];
  if (!rule) return number(partial);
  return formula(asWritten(rule.partials[turn], rule), operandNames(graph, node));
}

function because(graph, index, path) {
  const node = graph.nodes[path.user];
  const rule = graph.words[node.op];
  const left = derivative(inFormula(graph, path.user), inFormula(graph, index));
  if (!rule) {
    return h(
      "li",
      {},
      inline(left, operator("="), number(path.partial)),
      ` as it was given: ${node.opName || "this operation"} has no formula.`,
    );
  }
  const names = operandNames(graph, node);
  const partial = asWritten(rule.partials[path.turn], rule);
  const shape = formula(partial, names);
  const result = formula(asWritten(rule.formula, rule), names);
  const value = number(path.partial);
  const isPlain = shape.textContent === value.textContent;
  return h(
    "li",
    {},
    inline(left, operator("="), shape, ...(isPlain ? [] : [operator("="), value])),
    " because ",
    inline(inFormula(graph, path.user), operator("="), result),
    ": ",
    ...rule.reasons[path.turn].map((piece) =>
      typeof piece === "string" ? piece : inline(formula(piece[0], names)),
    ),
    ".",
    kinkAt(rule, node, graph),
  );
}

function kinkAt(rule, node, graph) {
  const at = node.operands.map((operand) => graph.nodes[operand].data);
  const kink = rule.kinks.find((one) => one.at.every((x, turn) => x === at[turn]));
  return kink ? h("em", {}, ` This is a kink. ${kink.why}.`) : null;
}

function whyNothing(graph, index, grads) {
  const node = graph.nodes[index];
  if (node.kind === "constant") return "A constant cannot change, so it has no gradient.";
  if (!graph.order.includes(index)) return `${graph.nameOf(graph.root)} does not depend on it.`;
  if (grads[index] === null) {
    return "It is used by an operation with a _backward of its own, which cannot be followed here.";
  }
  return "Nothing flows here: its gradient is 0.";
}

/** A step of the pass in one sentence. */
export function stepWords(graph) {
  if (graph.at === null)
    return "Press play, or N on the keyboard, to run the backward pass one node at a time.";
  if (graph.at === 0) return "Before the pass: no gradient is known.";
  const root = graph.nameOf(graph.root) || "root";
  const end = graph.at === graph.length ? " The pass is complete." : "";
  if (graph.at === 1) return `It starts at the root: d${root}/d${root} = 1.${end}`;
  const index = graph.events[graph.at - 2];
  const node = graph.nodes[index];
  const name = graph.nameOf(index);
  if (node.ownBackward) return `${name} calls a _backward of its own, unknown here.${end}`;
  const parts = graph
    .contributions(index)
    .map(
      ({ operand, partial, amount }) =>
        `${graph.nameOf(operand) || plain(graph.nodes[operand].data)} gets ` +
        `${wrapped(node.grad)} × ${wrapped(partial)} = ${plain(amount)}`,
    );
  return parts.length
    ? `${name} (${node.symbol}): ${parts.join("; ")}.${end}`
    : `${name} (${node.symbol}) passes nothing on.${end}`;
}

function wrapped(x) {
  return x < 0 ? `(${plain(x)})` : plain(x);
}

/** The gradient that is shown, in words. */
export function gradientWords(graph, index, written = numeral) {
  const shown = graph.shown(index);
  if (shown === null) return "not computed";
  return written(shown) + (graph.showsHand(index) ? " by hand" : "");
}

/** A node in words, for hovering and for readers who cannot see it. */
export function nodeWords(graph, index) {
  const node = graph.nodes[index];
  const kind = node.isRoot ? "root" : node.operands.length ? "operation" : node.kind;
  const made = node.operands.length
    ? ` made by ${node.symbol} of ${node.operands
        .map((x) => graph.nameOf(x) || plain(graph.nodes[x].data))
        .join(", ")}`
    : "";
  const grad = node.kind === "constant" ? "" : `, gradient ${gradientWords(graph, index)}`;
  const remark = node.remark ? `, ${node.remark}` : "";
  const name = graph.nameOf(index) || "constant";
  return `${name}, ${kind}${made}, data ${numeral(node.data)}${grad}${remark}`;
}
