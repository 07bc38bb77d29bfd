// Formulas typeset in MathML.

import { mathml } from "./dom.js";
import { clipped, formatShort } from "./numbers.js";

/** @import { Tree } from "../types.js" */

const m = mathml;
const SIGNS = { "*": "·", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "-": "−", "%": "mod" };
const BINDING = { "+": 2, "-": 2, "*": 3, "%": 3, "/": 9, "//": 9, "**": 5, negative: 4, same: 4 };
const CONSTANT_SIGNS = { pi: "π", e: "e", inf: "∞" };

export function identifier(name) {
  const numbered = /^v(\d+)$/.exec(name);
  if (numbered) return m("msub", m("mi", "v"), m("mn", numbered[1]));
  return m("mi", { mathvariant: name.length > 1 ? "normal" : null }, clipped(name));
}

export function number(x) {
  return m("mn", { class: x < 0 ? "negative" : null }, formatShort(x));
}

export function operator(sign) {
  return m("mo", SIGNS[sign] || sign);
}

/** Words inside mathematics. */
export function words(text) {
  return m("mtext", text);
}

export function row(...parts) {
  return m("mrow", ...parts);
}

/** d above / d below. */
export function derivative(above, below) {
  const part = (name) => row(m("mi", { mathvariant: "normal" }, "d"), name);
  return m("mfrac", part(above), part(below));
}

export function bracketed(part) {
  return row(m("mo", "("), part, m("mo", ")"));
}

/** A number as a factor: a negative one gets parentheses. */
export function factor(x) {
  return x < 0 || Object.is(x, -0) ? bracketed(number(x)) : number(x);
}

export function block(...parts) {
  return m("math", { display: "block" }, row(...parts));
}

export function inline(...parts) {
  return m("math", row(...parts));
}

/** A formula with an element for each operand's name.
 *  @param {Tree} tree @param {Record<string, Element>} names */
export function formula(tree, names) {
  return set(tree, names)[0];
}

/** An element, and how tightly its outermost operator binds.
 *  @param {Tree} tree @param {Record<string, Element>} names @returns {[Element, number]} */
function set(tree, names) {
  if (typeof tree === "number") return [m("mn", formatShort(tree)), 9];
  if (typeof tree === "string") {
    const name = names[tree] || m("mi", tree);
    return [/** @type {Element} */ (name.cloneNode(true)), name.matches(".negative") ? 1 : 9];
  }
  const [word, ...parts] = /** @type {[string, ...any[]]} */ (tree);
  const inner = (part, atLeast) => {
    const [element, binding] = set(part, names);
    return binding >= atLeast ? element : bracketed(element);
  };
  switch (word) {
    case "constant":
      return [m("mi", CONSTANT_SIGNS[parts[0]]), 9];
    case "/":
      return [m("mfrac", inner(parts[0], 0), inner(parts[1], 0)), 9];
    case "**":
      return [m("msup", inner(parts[0], 9), inner(parts[1], 0)), 5];
    case "//":
      return [
        row(m("mo", "⌊"), m("mfrac", inner(parts[0], 0), inner(parts[1], 0)), m("mo", "⌋")),
        9,
      ];
    case "negative":
      return [row(operator("-"), inner(parts[0], 4)), 4];
    case "same":
      return set(parts[0], names);
    case "call":
      return call(parts[0], parts.slice(1), inner);
    case "if":
      return [choice(parts, inner), 0];
    case "not":
      return [row(m("mo", "¬"), inner(parts[0], 9)), 1];
    case "and":
    case "or":
      return [
        joined(
          parts.map((part) => inner(part, 1)),
          word === "and" ? "∧" : "∨",
        ),
        0,
      ];
    case "compare":
      return [comparison(parts, inner), 1];
  }
  const bind = BINDING[word];
  const right = inner(parts[1], word === "+" ? bind : bind + 1);
  return [row(inner(parts[0], bind), operator(word), right), bind];
}

/** @returns {[Element, number]} */
function call(name, parts, inner) {
  if (name === "sqrt") return [m("msqrt", inner(parts[0], 0)), 9];
  if (name === "exp") return [m("msup", m("mi", "e"), inner(parts[0], 0)), 5];
  if (name === "abs") return [row(operator("|"), inner(parts[0], 0), operator("|")), 9];
  const word = m("mi", { mathvariant: "normal" }, name === "log" ? "ln" : name);
  const operands = joined(
    parts.map((part) => inner(part, 0)),
    ",",
  );
  return [row(word, m("mo", "("), operands, m("mo", ")")), 9];
}

function joined(parts, sign) {
  return row(...parts.flatMap((part, at) => (at ? [m("mo", sign), part] : [part])));
}

function comparison(parts, inner) {
  const [signs, ...sides] = parts;
  return row(
    ...sides.flatMap((side, at) =>
      at ? [operator(signs[at - 1]), inner(side, 2)] : [inner(side, 2)],
    ),
  );
}

function choice(parts, inner) {
  const line = (value, ...when) => m("mtr", m("mtd", value), m("mtd", ...when));
  return row(
    m("mo", "{"),
    m(
      "mtable",
      { columnalign: "left" },
      line(inner(parts[1], 0), m("mtext", "if\u00a0"), inner(parts[0], 0)),
      line(inner(parts[2], 0), m("mtext", "otherwise")),
    ),
  );
}
