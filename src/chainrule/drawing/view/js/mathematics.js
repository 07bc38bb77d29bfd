// Formulas typeset in MathML.

import { mathml } from "./dom.js";
import { clipped, formatShort } from "./numbers.js";

const m = mathml;
const SIGNS = { "*": "·", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "-": "−", "%": "mod" };
const LOGIC = { not: "¬", and: "∧", or: "∨" };
const BINDING = { "+": 2, "-": 2, "*": 3, "%": 3 };
const CONSTANT_SIGNS = { pi: "π", e: "e", inf: "∞" };

/** A text among mathematics. In a row, a text by itself is an operator. */
export const words = (text) => m("mtext", text);
const operator = (sign) => m("mo", SIGNS[sign] || sign);
const row = (...parts) =>
  m("mrow", ...parts.map((part) => (typeof part === "string" ? operator(part) : part)));
export const inline = (...parts) => m("math", row(...parts));
export const block = (...parts) => m("math", { display: "block" }, row(...parts));

export function identifier(name) {
  const numbered = /^v(\d+)$/.exec(name);
  if (numbered) return m("msub", m("mi", "v"), m("mn", numbered[1]));
  return m("mi", { mathvariant: name.length > 1 ? "normal" : null }, clipped(name));
}

export function number(x) {
  return m("mn", { class: x < 0 ? "negative" : null }, formatShort(x));
}

/** d above / d below. */
export function derivative(above, below) {
  const part = (name) => row(m("mi", { mathvariant: "normal" }, "d"), name);
  return m("mfrac", part(above), part(below));
}

function fenced(part, left = "(", right = ")") {
  return row(left, part, right);
}

/** A number as a factor: a negative one gets parentheses. */
export function factor(x) {
  return x < 0 || Object.is(x, -0) ? fenced(number(x)) : number(x);
}

/** Parts with signs between them; the first sign stands for those that are left out. */
export function joined(parts, ...signs) {
  return row(...parts.flatMap((part, at) => (at ? [signs[at - 1] ?? signs[0], part] : [part])));
}

/** A formula with an element for each operand's name.
 *  @param {Tree} tree @param {Record<string, Element>} names */
export function formula(tree, names) {
  return set(tree, names)[0];
}

/** An element, and how tightly its outermost operator binds.
 *  @param {Tree} tree @param {Record<string, Element>} names @returns {[Element, number]} */
function set(tree, names) {
  if (typeof tree === "number") return [m("mn", formatShort(tree)), tree < 0 ? 1 : 9];
  if (typeof tree === "string") {
    const name = names[tree] || m("mi", tree);
    return [/** @type {Element} */ (name.cloneNode(true)), name.matches(".negative") ? 1 : 9];
  }
  const [word, ...parts] = /** @type {[string, ...any[]]} */ (tree);
  const inner = (part, atLeast = 0) => {
    const [element, binding] = set(part, names);
    return binding >= atLeast ? element : fenced(element);
  };
  const every = (some, atLeast = 0) => some.map((part) => inner(part, atLeast));
  switch (word) {
    case "constant":
      return [m("mi", CONSTANT_SIGNS[parts[0]]), 9];
    case "/":
      return [m("mfrac", ...every(parts)), 9];
    case "//":
      return [fenced(m("mfrac", ...every(parts)), "⌊", "⌋"), 9];
    case "**":
      return [m("msup", inner(parts[0], 9), inner(parts[1])), 5];
    case "negative":
      return [row("-", inner(parts[0], 5)), 4];
    case "same":
      return set(parts[0], names);
    case "call":
      return call(parts[0], every(parts.slice(1)));
    case "if":
      return [choice(...every(parts)), 0];
    case "not":
      return [row(LOGIC.not, inner(parts[0], 9)), 1];
    case "and":
    case "or":
      return [joined(every(parts, 1), LOGIC[word]), 0];
    case "compare":
      return [joined(every(parts.slice(1), 2), ...parts[0]), 1];
  }
  const bind = BINDING[word];
  return [joined([inner(parts[0], bind), inner(parts[1], bind + (word !== "+"))], word), bind];
}

/** @returns {[Element, number]} */
function call(name, operands) {
  if (name === "sqrt") return [m("msqrt", operands[0]), 9];
  if (name === "exp") return [m("msup", m("mi", "e"), operands[0]), 5];
  if (name === "abs") return [fenced(operands[0], "|", "|"), 9];
  const word = m("mi", { mathvariant: "normal" }, name === "log" ? "ln" : name);
  return [row(word, "(", joined(operands, ","), ")"), 9];
}

function choice(condition, yes, no) {
  const line = (value, ...when) => m("mtr", m("mtd", value), m("mtd", ...when));
  const lines = [line(yes, words("if\u00a0"), condition), line(no, words("otherwise"))];
  return row("{", m("mtable", { columnalign: "left" }, ...lines));
}
