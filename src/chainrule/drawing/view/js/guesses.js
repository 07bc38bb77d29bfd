// The known mistakes, and the gradient that each one gives, in the order of
// verdict/gradients/mistakes.py; a test compares the two.

import { OPERANDS } from "../generated/facts.js";
import { SLIPS } from "../generated/slips.js";
import { FEW_PATHS } from "../generated/tolerances.js";
import { formatShort } from "./numbers.js";
import { phrase } from "./phrasing.js";

/** All of them, the likeliest first. A part is what one use of the node adds to its gradient:
 *  user, above, partial, op, kernel, texts, slot, numbers, out. */
export function* everyGuess(parts, graph) {
  yield* turnedSign(parts);
  yield* gradientAboveForgotten(parts);
  yield* lostPaths(parts);
  yield* turnedOnAPath(parts);
  yield* localDerivativeForgotten(parts);
  yield* withSlopes(parts, operandForResult);
  yield* withSlopes(parts, slips);
  yield guess("other", phrase("ZERO"), 0, phrase("ZERO_USED", { users: listed(users(parts)) }));
  yield* withSlopes(parts, otherOperandsDerivative);
  yield* multiples(parts, [2, -2, 3, -3, 4, -4]);
  yield* ownNumber(parts);
  yield* sumForProduct(parts);
  yield* withSlopes(parts, resultForOperand);
  yield* withSlopes(parts, numberForDerivative);
  if (parts.length === 1) yield* withSlopes(parts, (part) => otherOperationsRule(part, graph));
  yield* multiples(parts, [5, 6, 7, 8, 9, 10]);
  yield* multiples(parts, [-5, -6, -7, -8, -9, -10]);
  yield* fractions(parts);
}

function guess(kind, cause, gradient, mistake = cause, isTelling = true) {
  return { kind, cause, mistake, gradient, isTelling };
}

export function totalOf(numbers) {
  return numbers.reduce((total, x) => total + x, 0);
}

const values = (parts) => parts.map((part) => part.value);
const users = (parts) => parts.slice(0, 3).map((part) => part.user);
const replaced = (list, at, x) => list.map((one, index) => (index === at ? x : one));
const listed = (words) => [...new Set(words)].join(", ");
const instead = (parts, index, value) => totalOf(replaced(values(parts), index, value));

function* turnedSign(parts) {
  let cause = phrase("FLIPPED");
  if (parts.length === 1 && parts[0].text.startsWith("-"))
    cause = phrase("MINUS_MISSING", about(parts[0]));
  yield guess("sign", cause, -totalOf(values(parts)));
}

function* turnedOnAPath(parts) {
  if (parts.length < 2) return;
  for (const [index, part] of parts.entries()) {
    const mistake = phrase("FLIPPED_ON_THE_PATH", part);
    yield guess("sign", phrase("FLIPPED_ON_A_PATH"), instead(parts, index, -part.value), mistake);
  }
}

function* gradientAboveForgotten(parts) {
  if (parts.every((part) => part.above === 1)) return;
  const cause = phrase("ABOVE_MISSING");
  const [first] = parts;
  const gradients = parts.slice(0, 3).map(({ above, user }) => `${formatShort(above)} of ${user}`);
  const mistake =
    new Set(gradients).size > 1
      ? phrase("ABOVE_MISSING_OFTEN", { gradients: listed(gradients) })
      : phrase("ABOVE_MISSING_ONCE", { user: first.user, above: formatShort(first.above) });
  yield guess("chain rule", cause, totalOf(parts.map((part) => part.partial)), mistake);
  if (parts.length < 2) return;
  for (const [index, part] of parts.entries()) {
    if (part.above === 1) continue;
    const onThePath = phrase("ABOVE_MISSING_ON_A_PATH", part);
    yield guess("chain rule", cause, instead(parts, index, part.partial), onThePath);
  }
}

function* localDerivativeForgotten(parts) {
  if (parts.every((part) => part.partial === 1)) return;
  const partials = new Set(parts.slice(0, 3).map((part) => formatShort(part.partial)));
  const name = partials.size > 1 ? "LOCAL_MISSING_OFTEN" : "LOCAL_MISSING_ONCE";
  const mistake = phrase(name, { partials: listed(partials) });
  const gradient = totalOf(parts.map((part) => part.above));
  const isTelling = parts.some((part) => part.partial !== -1); // else it is the sign
  yield guess("chain rule", phrase("LOCAL_MISSING"), gradient, mistake, isTelling);
}

/** Some contributions are missing. */
function* lostPaths(parts) {
  const count = parts.length;
  const all = [...Array(count).keys()];
  const sizes = count <= FEW_PATHS ? all.slice(1) : [1, count - 1];
  for (const size of sizes) {
    const cause = phrase(size === 1 ? "PATH_MISSING" : "PATHS_MISSING", { size, count });
    for (const included of chosenFrom(parts, size)) {
      const names = listed(users(included)) + (size > 3 ? ", ..." : "");
      const mistake = cause + phrase("PATHS_INCLUDED", { users: names });
      yield guess("missing path", cause, totalOf(values(included)), mistake);
    }
  }
}

/** All combinations of a size, in the order of Python's itertools. */
function* chosenFrom(things, size, from = 0) {
  if (size === 0) yield [];
  else if (things.length - from === size) yield things.slice(from);
  else
    for (let start = from; start <= things.length - size; start++)
      for (const rest of chosenFrom(things, size - 1, start + 1)) yield [things[start], ...rest];
}

function* ownNumber(parts) {
  const [part] = parts;
  if (part) yield guess("other", phrase("OWN_VALUE"), part.numbers[part.slot]);
}

function* sumForProduct(parts) {
  const cause = phrase("ADDED");
  const added = totalOf(parts.map((part) => part.above + part.partial));
  yield guess("chain rule", cause, added, cause, false);
}

function* multiples(parts, factors) {
  const right = totalOf(values(parts));
  for (const factor of right ? factors : []) {
    const cause = phrase("MULTIPLE", { factor: formatShort(factor) });
    yield guess("factor", cause, right * factor, cause, factor > 0 && Number.isInteger(factor));
  }
}

function* fractions(parts) {
  const right = totalOf(values(parts));
  for (let size = 2; size <= 10 && right; size++) {
    for (const sign of [1, -1]) {
      const cause = phrase("FRACTION", { factor: `${sign < 0 ? "−" : ""}1/${size}` });
      yield guess("factor", cause, (sign * right) / size, cause, false);
    }
  }
  yield* multiples(parts, [1.5, 2.5]);
}

/** The gradients with a wrong local derivative in one contribution. */
function* withSlopes(parts, slopes) {
  for (const [index, part] of parts.entries()) {
    for (const [kind, cause, slope] of slopes(part)) {
      if (slope !== part.partial)
        yield guess(kind, cause, instead(parts, index, slope * part.above));
    }
  }
}

/** An operation's derivative in words: with respect to the node, or to another operand. */
function derivativeWords({ op, numbers, slot }, operand = slot) {
  if (numbers.length === 1) return phrase("DERIVATIVE", { op });
  return phrase("DERIVATIVE_WRT", { op, operand: OPERANDS[operand] });
}

function about(part) {
  return { formula: part.text, derivative: derivativeWords(part) };
}

function* operandForResult(part) {
  const { kernel, text, slot, numbers } = part;
  if (numbers.length !== 1 || !text.includes("out")) return;
  const slope = kernel.partials[slot](...numbers, numbers[0]);
  yield ["input for output", phrase("OPERAND_FOR_RESULT", about(part)), slope];
}

function* slips({ op, slot, numbers, out }) {
  for (const { kind, words, slope } of SLIPS[`${op} ${slot}`] || []) {
    const x = slope(...numbers, out);
    const cause = phrase("SLIP", { words });
    yield [kind, cause, Number.isFinite(x) ? x : NaN]; // where Python's function would raise
  }
}

function* otherOperandsDerivative(part) {
  const { op, kernel, partial, slot, numbers, out } = part;
  for (const [other, slopeBy] of kernel.partials.entries()) {
    if (other === slot) continue;
    const slope = slopeBy(...numbers, out);
    if (Math.abs(slope) === Math.abs(partial)) continue; // it is the sign
    const [wrong, right] = [derivativeWords(part, other), derivativeWords(part)];
    const cause = op === "mul" ? phrase("OTHER_FACTOR") : phrase("OTHER_OPERAND", { wrong, right });
    yield ["other", cause, slope];
  }
}

/** The reverse, which is rare: the rule evaluated at the result. */
function* resultForOperand(part) {
  const { kernel, text, slot, numbers, out } = part;
  if (text.includes(" if ")) return;
  for (const index of numbers.keys()) {
    const slope = kernel.partials[slot](...replaced(numbers, index, out), out);
    const cause = phrase("RESULT_FOR_OPERAND", { ...about(part), operand: OPERANDS[index] });
    yield ["input for output", cause, slope];
  }
}

function* numberForDerivative({ op, slot, numbers, out }) {
  if (numbers.length > 1 && op !== "pow") return;
  yield ["other", phrase("RESULT_AS_DERIVATIVE", { op }), out];
  yield ["other", phrase("VALUE_AS_DERIVATIVE", { op }), numbers[slot]];
}

function* otherOperationsRule({ op, numbers, out }, graph) {
  if (numbers.length !== 1) return;
  for (const [other, { partials, isEager, isGate }] of Object.entries(graph.kernels)) {
    if (other === op || !isEager || partials.length !== 1 || isGate) continue;
    const slope = partials[0](numbers[0], out);
    if (![0, 1].includes(Math.abs(slope)) || other === "relu")
      yield ["other", phrase("OTHER_OPERATION", { other, op }), slope]; // 0 and 1 are in many
  }
}
