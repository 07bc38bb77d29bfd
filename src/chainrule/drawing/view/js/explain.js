// The chain rule at one node, in mathematics and in words.

import { OPERANDS } from "../generated/facts.js";
import { h } from "./dom.js";
import { exactKink } from "./kinks.js";
import {
  block,
  derivative,
  factor,
  formula,
  identifier,
  inline,
  joined,
  number,
  words,
} from "./mathematics.js";
import { formatNumber, formatShort } from "./numbers.js";
import { spoken } from "./phrasing.js";
import { tidied } from "./tidy.js";

const MOST_PATHS = 8;

/** A node as it stands in a formula: its name, or its number where it has none.
 *  @param {Graph} graph @param {number} index */
function inFormula(graph, index) {
  const name = graph.nameOf(index);
  return name ? identifier(name) : number(graph.nodes[index].data);
}

/** What the table's names of operands stand for at a node.
 *  @param {Graph} graph @param {GraphNode} node @param {(index: number) => Element} write */
function namesAt(graph, node, write = (index) => inFormula(graph, index)) {
  /** @type {Record<string, Element>} */
  const names = { out: write(node.index) };
  for (const [slot, operand] of node.operands.entries()) names[OPERANDS[slot]] = write(operand);
  const condition = graph.nodes[node.operands[0]];
  if (node.op === "where" && condition.kind === "constant") {
    names.x = words(
      spoken(condition.data ? "the condition (here true)" : "the condition (here false)"),
    );
  }
  return names;
}

/** A row's formula for display: the condition of a choice appears without "≠ 0".
 *  @param {any} tree @param {string} op @returns {Tree} */
function asWritten(tree, op) {
  if (op !== "where" || !Array.isArray(tree)) return tree;
  return tree[0] === "compare" ? tree[2] : tree.map((part) => asWritten(part, op));
}

/** How a node is computed; a function that makes a choice is called by its name.
 *  @param {GraphNode} node @param {Operation} rule @returns {Tree} */
function result(node, rule) {
  if (node.op === "where" || !hasChoice(rule.formula)) return asWritten(rule.formula, node.op);
  return ["call", node.op, ...OPERANDS.slice(0, node.operands.length)];
}

/** @param {any} tree @returns {boolean} */
const hasChoice = (tree) => Array.isArray(tree) && (tree[0] === "if" || tree.some(hasChoice));

/** The formula that a node was computed by, with names and with numbers.
 *  @param {Graph} graph @param {number} index */
export function forwardFormula(graph, index) {
  const node = graph.nodes[index];
  const rule = graph.ops[node.op];
  if (!node.operands.length) return null;
  if (!rule)
    return h(
      "p",
      spoken("{op} computed it; its formula isn't known.", {
        op: node.opName || spoken("An operation"),
      }),
    );
  const tree = result(node, rule);
  const numbers = namesAt(graph, node, (operand) => number(graph.nodes[operand].data));
  return h(
    "div.maths",
    block(inFormula(graph, index), "=", formula(tree, namesAt(graph, node))),
    block("=", formula(tree, numbers), "=", number(node.data)),
  );
}

/** The value that is asked for. @param {Graph} graph @param {number} index */
export function forwardQuestion(graph, index) {
  const node = graph.nodes[index];
  const tree = result(node, graph.ops[node.op]);
  const name = inFormula(graph, index);
  return h(
    "div.maths.asked",
    block(name, "=", formula(tree, namesAt(graph, node)), "=", words("?")),
  );
}

/** The gradient that is asked for, and where it comes from: the nodes that use this one, and their
 *  gradients where they have been found. @param {Graph} graph @param {number} index */
export function gradientQuestion(graph, index) {
  const root = rootName(graph);
  const users = [...new Set(graph.nodes[index].users.map(([user]) => user))]
    .filter((user) => user <= graph.root)
    .reverse();
  const lines = users.slice(0, MOST_PATHS).map((user) => {
    const node = graph.nodes[user];
    const rule = graph.ops[node.op];
    const known = graph.shown(user);
    const written = rule
      ? [inline(inFormula(graph, user), "=", formula(result(node, rule), namesAt(graph, node)))]
      : [nameOrNumber(graph, user)];
    const above = derivative(root.cloneNode(true), inFormula(graph, user));
    const found = known === null ? spoken(" isn't found yet") : inline("=", number(known));
    return h("li", spoken("Used by "), ...written, spoken(", where "), inline(above), found, ".");
  });
  const more = users.length - MOST_PATHS;
  const rest = more === 1 ? "and by one more node." : "and by {more} more nodes.";
  if (more > 0) lines.push(h("li", spoken(rest, { more: more.toLocaleString("en") })));
  return h(
    "div",
    h("div.maths.asked", block(derivative(root, inFormula(graph, index)), "=", words("?"))),
    lines.length ? h("ul.because", ...lines) : null,
  );
}

/** dL/da = Σ dL/du · du/da over every use u of a, in symbols and in numbers.
 *  @param {Graph} graph @param {number} index */
export function chainRule(graph, index) {
  const left = derivative(rootName(graph), inFormula(graph, index));
  if (index === graph.root) {
    const one = block(left, "=", number(1));
    return [h("p", spoken("The backward pass starts here:")), h("div.maths", one)];
  }
  const grads = graph.gradients();
  const paths = pathsTo(graph, index, grads);
  if (!paths.length) return [h("p", whyNothing(graph, index, grads))];
  const [first, ...others] = sums(graph, index, paths, grads[index]);
  const reasons = paths.slice(0, MOST_PATHS).map((path) => because(graph, index, path));
  const more = paths.length - MOST_PATHS;
  const rest = more === 1 ? "and one more path" : "and {more} more paths";
  if (more > 0) reasons.push(h("li", spoken(rest, { more: more.toLocaleString("en") })));
  const count = spoken("{count} paths lead here, and their gradients add up:", {
    count: paths.length,
  });
  return [
    ...(paths.length > 1 ? [h("p", count)] : []),
    h("div.maths", block(left, "=", first), ...others.map((line) => block("=", line))),
    h("ul.because", ...reasons),
  ];
}

/** @param {Graph} graph */
function rootName(graph) {
  return identifier(graph.nameOf(graph.root) || "root");
}

/** The paths by which gradients reach a node, one for each use of it.
 *  @param {Graph} graph @param {number} index @param {(number | null)[]} grads */
function pathsTo(graph, index, grads) {
  return [...graph.nodes[index].users].reverse().flatMap(([user, slot]) => {
    const node = graph.nodes[user];
    const [partial, above] = [node.partials[slot], grads[user]];
    const isBlocked = partial === null || above === null || node.ownBackward;
    return isBlocked ? [] : [{ user, slot, partial, above }];
  });
}

/** The sum over the paths in symbols, in numbers and as one value, without repeated lines.
 *  @param {Graph} graph @param {number} index @param {Path[]} paths @param {number} grad */
function sums(graph, index, paths, grad) {
  const shown = paths.slice(0, MOST_PATHS);
  const symbols = shown.map((path) => {
    if (path.user === graph.root) return localFormula(graph, path);
    const above = derivative(rootName(graph), inFormula(graph, path.user));
    const local = derivative(inFormula(graph, path.user), inFormula(graph, index));
    return joined([above, local], "*");
  });
  const numbers = shown.map(({ user, above, partial }) => {
    if (user !== graph.root) return joined([factor(above), factor(partial)], "*");
    return paths.length === 1 ? number(partial) : factor(partial);
  });
  const cut = paths.length > MOST_PATHS ? ["…"] : [];
  const sum = (parts) => joined([...parts, ...cut], "+");
  const lines = [sum(symbols), sum(numbers), number(grad)];
  return lines.filter((line, at) => !at || line.textContent !== lines[at - 1].textContent);
}

/** The local derivative as a formula of the operands or, without a rule, as a number.
 *  @param {Graph} graph @param {Path} path */
function localFormula(graph, { user, slot, partial }) {
  const node = graph.nodes[user];
  const rule = graph.ops[node.op];
  if (!rule) return number(partial);
  /** @type {[Record<string, number>, Record<string, number>]} */
  const [numbers, constants] = [{ out: node.data }, {}];
  for (const [at, operand] of node.operands.entries()) {
    const { data, kind } = graph.nodes[operand];
    numbers[OPERANDS[at]] = data;
    if (kind === "constant") constants[OPERANDS[at]] = data;
  }
  return formula(tidied(rule.partials[slot], numbers, constants), namesAt(graph, node));
}

/** Why a local derivative is what it is.
 *  @param {Graph} graph @param {number} index @param {Path} path */
function because(graph, index, path) {
  const node = graph.nodes[path.user];
  const rule = graph.ops[node.op];
  const left = derivative(inFormula(graph, path.user), inFormula(graph, index));
  const value = number(path.partial);
  if (!rule) {
    const why = spoken(" as it was set in Python: the formula of {op} isn't known.", {
      op: node.opName || spoken("this operation"),
    });
    return h("li", inline(left, "=", value), why);
  }
  const names = namesAt(graph, node);
  const local = localFormula(graph, path);
  const isPlain = local.textContent === value.textContent;
  const computed = formula(result(node, rule), names);
  const reason = rule.reasons[path.slot].map((piece) =>
    typeof piece === "string" ? spoken(piece) : inline(formula(piece[0], names)),
  );
  const kink = exactKink(graph, path.user);
  return h(
    "li",
    inline(left, "=", local),
    ...(isPlain ? [] : [" ", inline("=", value)]), // a line may end before it
    spoken(" because "),
    inline(inFormula(graph, path.user), "=", computed),
    ": ",
    ...reason,
    ".",
    kink ? h("em", ` ${spoken("This is a kink.")} ${kink.why}.`) : null,
  );
}

/** @param {Graph} graph @param {number} index @param {(number | null)[]} grads */
function whyNothing(graph, index, grads) {
  if (graph.nodes[index].kind === "constant") {
    return spoken("A constant can't change, so it has no gradient.");
  }
  if (index > graph.root)
    return spoken("{root} doesn't depend on it.", { root: graph.nameOf(graph.root) });
  if (grads[index] === null) {
    return spoken("It is used by an operation with its own _backward, which this page can't run.");
  }
  return spoken("No gradient flows here, so its gradient is 0.");
}

/** A step of the pass in one sentence. @param {Graph} graph */
export function stepWords(graph) {
  if (graph.at === null) return spoken("Press Play to run the backward pass one step at a time.");
  if (graph.at === 0) return spoken("Before the pass, no gradient is known.");
  const root = graph.nameOf(graph.root) || "root";
  const end = graph.at === graph.length ? ` ${spoken("The pass is complete.")}` : "";
  if (graph.at === 1)
    return `${spoken("The pass starts at the root: d{root}/d{root} = 1.", { root })}${end}`;
  const { user, slot, operand } = graph.event;
  const { grad, ownBackward, partials } = graph.nodes[user];
  const name = graph.nameOf(user);
  if (ownBackward) {
    const words = spoken("{name} calls its own _backward, which this page can't run.", { name });
    return words + end;
  }
  const taker = nameOrNumber(graph, operand);
  const factors = `${formatShort(grad)} × ${wrapped(partials[slot])}`;
  const amount = partials[slot] * grad;
  const before = graph.gradients(graph.at - 1)[operand];
  const gets =
    before === null
      ? `${factors} = ${formatShort(amount)}`
      : spoken("{before} {more} = {sum}, where {amount} = {factors}", {
          before: formatShort(before),
          more: signed(amount),
          sum: formatShort(before + amount),
          amount: formatShort(amount),
          factors,
        });
  return `${spoken("{name} → {taker}: {taker} gets {gets}.", { name, taker, gets })}${end}`;
}

/** A number after a sum: "+ 3" or "− 3". */
function signed(x) {
  return x < 0 ? `− ${formatShort(-x)}` : `+ ${formatShort(x)}`;
}

/** @param {Graph} graph @param {number} index */
export function nameOrNumber(graph, index) {
  return graph.nameOf(index) || formatShort(graph.nodes[index].data);
}

/** @param {Graph} graph @param {GraphNode} node */
export function operandNames(graph, node) {
  return node.operands.map((operand) => nameOrNumber(graph, operand));
}

function wrapped(x) {
  return x < 0 ? `(${formatShort(x)})` : formatShort(x);
}

/** The gradient that is shown, in words. @param {Graph} graph @param {number} index */
export function gradientWords(graph, index, written = formatNumber) {
  const shown = graph.shown(index);
  if (shown === null) return spoken(graph.practice ? "not found yet" : "not computed");
  return graph.showsHand(index) ? spoken("{x} by hand", { x: written(shown) }) : written(shown);
}

/** The value that is shown, in words. @param {Graph} graph @param {number} index */
export function dataWords(graph, index, written = formatNumber) {
  const shown = graph.shownData(index);
  return shown === null ? spoken("not found yet") : written(shown);
}

/** A node in words, for hovering and for readers who can't see it.
 *  @param {Graph} graph @param {number} index */
export function nodeWords(graph, index) {
  const node = graph.nodes[index];
  if (node.kind === "stack") return [node.label, ...node.lines].join(", ");
  const kind = node.isRoot ? "root" : node.operands.length ? "operation" : node.kind;
  const operands = operandNames(graph, node).join(", ");
  const origin = node.operands.length
    ? spoken(" computed by {op} from {operands}", { op: node.symbol, operands })
    : "";
  const grad =
    node.kind === "constant" ? "" : spoken(", gradient {x}", { x: gradientWords(graph, index) });
  const remark = node.remark && !graph.practice ? `, ${node.remark}` : "";
  const name = graph.nameOf(index) || spoken("constant");
  return `${name}, ${spoken(kind)}${origin}, data ${dataWords(graph, index)}${grad}${remark}`;
}
