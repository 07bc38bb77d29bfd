// The known mistakes, and the gradient that each one gives, in the order of
// verdict/gradients/mistakes.py; a test compares the two.

import { OPERANDS } from "../generated/facts.js";
import { SLIPS } from "../generated/slips.js";
import { AGREEMENT, FEW_PATHS, MOST_NAMES } from "../generated/tolerances.js";
import { agrees } from "./closeness.js";
import { formatShort } from "./numbers.js";
import { phrase, spoken } from "./phrasing.js";

/** @type {[number, string][]} */
const SHIFTS = [
  [10, "one digit"],
  [0.1, "one digit"],
  [100, "two digits"],
  [0.01, "two digits"],
];

/** All of them, the likeliest first. A part is what one use of the node adds to its gradient:
 *  user, above, partial, op, kernel, texts, slot, numbers, out, spread. */
export function* everyGuess(parts, graph) {
  yield* turnedSign(parts);
  yield* gradientAboveForgotten(parts);
  yield* lostPaths(parts);
  yield* turnedOnAPath(parts);
  yield* localDerivativeForgotten(parts);
  yield* withSlopes(parts, operandForResult);
  yield* withSlopes(parts, slips);
  yield guess("zero", phrase("ZERO"), [0], phrase("ZERO_USED", { users: listed(users(parts)) }));
  yield* withSlopes(parts, otherOperandsDerivative);
  yield* wrongPowers(parts);
  yield* ownNumber(parts);
  yield* sumForProduct(parts);
  yield* withSlopes(parts, resultForOperand);
  yield* withSlopes(parts, numberForDerivative);
  if (parts.length === 1) yield* withSlopes(parts, (part) => otherOperationsRule(part, graph));
}

/** The correct gradient with its decimal point elsewhere. */
export function* shiftedPoints(parts) {
  if (!totalOf(values(parts))) return;
  for (const [factor, digits] of SHIFTS) {
    const cause = phrase("SHIFTED_POINT", { digits: spoken(digits) });
    const terms = values(parts).map((x) => x * factor);
    yield guess("decimal point", cause, terms, cause, false);
  }
}

/** Twice the correct gradient. */
export function* doubled(parts) {
  if (!totalOf(values(parts))) return;
  const cause = phrase("DOUBLED");
  const terms = values(parts).map((x) => 2 * x);
  yield guess("doubled", cause, terms, cause, false);
}

/** One mistake; the gradient that it gives is the sum of its terms. */
export function guess(kind, cause, terms, mistake = cause, isTelling = true) {
  return { kind, cause, mistake, terms, isTelling };
}

/** The guesses that give a gradient exactly, and those that give it as far as rounding, which may
 *  have moved it by `room`, can tell. */
export function fittingGuesses(guesses, parts, found, room) {
  const spread = 2 * Math.max(0, ...parts.map((part) => part.spread));
  const [exact, rounded] = [[], []];
  for (const one of guesses) {
    const gradient = totalOf(one.terms);
    const size = totalOf(one.terms.map(Math.abs));
    if (agrees(found, gradient, 0)) exact.push(one);
    else if (agrees(found, gradient, room + spread * size)) rounded.push(one);
  }
  return { exact, rounded };
}

/** Whether the gradient is 0 because of what happens to be there. */
function cancelsOut({ kind, terms }) {
  const size = totalOf(terms.map(Math.abs));
  return !["zero", "missing path"].includes(kind) && Math.abs(totalOf(terms)) <= AGREEMENT * size;
}

/** The likeliest guess, and those of other kinds that explain the number as well. */
export function equallyLikely(guesses) {
  let fitting = guesses;
  if (!fitting.length) return [];
  if (fitting.some((one) => one.kind === "zero"))
    fitting = fitting.filter((one) => !cancelsOut(one));
  if (fitting[0].kind === "swapped") return [fitting[0]];
  if (fitting.some((one) => one.kind === "other operand"))
    fitting = fitting.filter((one) => one.kind !== "own value"); // the former tells it more exactly
  const first = fitting.find((one) => one.isTelling) || fitting[0];
  const kinds = new Map([[first.kind, first]]);
  for (const one of fitting) {
    const isBeside = one.isTelling || one.kind === "doubled";
    if (isBeside && kinds.size < MOST_NAMES && !kinds.has(one.kind)) kinds.set(one.kind, one);
  }
  return [...kinds.values()];
}

export function totalOf(numbers) {
  return numbers.reduce((total, x) => total + x, 0);
}

const values = (parts) => parts.map((part) => part.value);
const users = (parts) => parts.slice(0, 3).map((part) => part.user);
const replaced = (list, at, x) => list.map((one, index) => (index === at ? x : one));
const listed = (words) => [...new Set(words)].join(", ");
const instead = (parts, index, value) => replaced(values(parts), index, value);

function* turnedSign(parts) {
  let cause = phrase("FLIPPED");
  if (parts.length === 1 && parts[0].text.startsWith("-"))
    cause = phrase("MINUS_MISSING", about(parts[0]));
  yield guess(
    "sign",
    cause,
    values(parts).map((x) => -x),
  );
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
  const gradients = parts
    .slice(0, 3)
    .map(({ above, user }) => spoken("{above} at {user}", { above: formatShort(above), user }));
  const mistake =
    new Set(gradients).size > 1
      ? phrase("ABOVE_MISSING_OFTEN", { gradients: listed(gradients) })
      : phrase("ABOVE_MISSING_ONCE", { user: first.user, above: formatShort(first.above) });
  const partials = parts.map((part) => part.partial);
  if (!isOnOnePath(parts.map((part) => part.above)))
    yield guess("above missing", cause, partials, mistake);
  if (parts.length < 2) return;
  for (const [index, part] of parts.entries()) {
    if (part.above === 1) continue;
    const { user, above } = part;
    const onThePath = phrase("ABOVE_MISSING_ON_A_PATH", { user, above: formatShort(above) });
    yield guess("above missing", cause, instead(parts, index, part.partial), onThePath);
  }
}

function* localDerivativeForgotten(parts) {
  if (parts.every((part) => part.partial === 1)) return;
  const partials = new Set(parts.slice(0, 3).map((part) => formatShort(part.partial)));
  const name = partials.size > 1 ? "LOCAL_MISSING_OFTEN" : "LOCAL_MISSING_ONCE";
  const mistake = phrase(name, { partials: listed(partials) });
  const cause = phrase("LOCAL_MISSING");
  const gradients = parts.map((part) => part.above);
  const isTelling = parts.some((part) => part.partial !== -1); // else it is the sign
  if (!isOnOnePath(parts.map((part) => part.partial)))
    yield guess("local missing", cause, gradients, mistake, isTelling);
  if (parts.length < 2) return;
  for (const [index, part] of parts.entries()) {
    if (Math.abs(part.partial) === 1) continue;
    const { user, partial } = part;
    const onThePath = phrase("LOCAL_MISSING_ON_A_PATH", { user, partial: formatShort(partial) });
    yield guess("local missing", cause, instead(parts, index, part.above), onThePath);
  }
}

/** Whether leaving the factors out changes one path of several: the others are 1. */
function isOnOnePath(factors) {
  const others = factors.filter((x) => x !== 1);
  return factors.length > 1 && others.length === 1 && others[0] !== -1;
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
      yield guess("missing path", cause, values(included), mistake);
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
  if (part) yield guess("own value", phrase("OWN_VALUE"), [part.numbers[part.slot]]);
}

function* sumForProduct(parts) {
  if (parts.every((part) => part.above === 1 && part.partial === 1)) return; // no evidence
  const cause = phrase("ADDED");
  const added = parts.map((part) => part.above + part.partial);
  yield guess("added", cause, added, cause, false);
}

/** A factor squared or divided by, on all paths or on one of several. */
function* wrongPowers(parts) {
  /** @type {[string, string, string, (part: any) => number][]} */
  const powers = [
    ["squared", "LOCAL_SQUARED", "partial", (part) => part.value * part.partial],
    ["inverted", "LOCAL_INVERTED", "partial", (part) => part.above / (part.partial || NaN)],
    ["squared", "ABOVE_SQUARED", "above", (part) => part.value * part.above],
    ["inverted", "ABOVE_INVERTED", "above", (part) => part.partial / (part.above || NaN)],
  ];
  for (const [kind, name, factor, term] of powers) {
    const cause = phrase(name);
    if (parts.some((part) => Math.abs(part[factor]) !== 1))
      yield guess(kind, cause, parts.map(term));
    for (const [index, part] of parts.length > 1 ? parts.entries() : []) {
      if (Math.abs(part[factor]) === 1) continue;
      const mistake = phrase(`${name}_ON_A_PATH`, part);
      yield guess(kind, cause, instead(parts, index, term(part)), mistake);
    }
  }
}

/** The gradients with a wrong local derivative in one contribution. */
function* withSlopes(parts, slopes) {
  for (const [index, part] of parts.entries()) {
    for (const [kind, cause, slope, isTelling = true] of slopes(part)) {
      if (slope === part.partial) continue;
      yield guess(kind, cause, instead(parts, index, slope * part.above), cause, isTelling);
    }
  }
}

/** An operation's derivative with respect to the node, in words. */
function derivativeWords({ op, numbers, slot }) {
  if (numbers.length === 1) return phrase("DERIVATIVE", { op });
  return phrase("DERIVATIVE_WRT", { op, operand: OPERANDS[slot] });
}

function about(part) {
  return { op: part.op, formula: part.text, derivative: derivativeWords(part) };
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
    const cause = phrase("SLIP", { words: spoken(words) });
    yield [kind, cause, Number.isFinite(x) ? x : NaN]; // where Python's function would raise
  }
}

function* otherOperandsDerivative(part) {
  const { op, kernel, partial, slot, numbers, out } = part;
  for (const [other, slopeBy] of kernel.partials.entries()) {
    if (other === slot) continue;
    const slope = slopeBy(...numbers, out);
    if (Math.abs(slope) === Math.abs(partial)) continue; // it is the sign
    const cause = op === "mul" ? phrase("OTHER_FACTOR") : phrase("OTHER_OPERAND", { op });
    yield ["other operand", cause, slope, Math.abs(slope) !== 1];
  }
}

/** The reverse, which is rare: the rule evaluated at the result. */
function* resultForOperand(part) {
  const { kernel, text, slot, numbers, out } = part;
  if (text.includes(" if ")) return;
  for (const index of numbers.keys()) {
    const slope = kernel.partials[slot](...replaced(numbers, index, out), out);
    const name = part.op === "mul" ? "PRODUCT" : "RESULT_FOR_OPERAND";
    const cause = phrase(name, { ...about(part), operand: OPERANDS[index] });
    yield ["input for output", cause, slope, false];
  }
}

function* numberForDerivative({ op, text, slot, numbers, out }) {
  if (numbers.length > 1 && op !== "pow") return;
  yield ["other operation", phrase("RESULT_AS_DERIVATIVE", { op }), out];
  if (text === "out") return; // it is the input for the output
  yield ["other operation", phrase("VALUE_AS_DERIVATIVE", { op }), numbers[slot]];
}

function* otherOperationsRule({ op, numbers, out }, graph) {
  if (numbers.length !== 1) return;
  for (const [other, { value, partials, isEager, isGate }] of Object.entries(graph.kernels)) {
    if (other === op || !isEager || partials.length !== 1 || isGate) continue;
    // in terms of this result, or of the other one
    for (const result of [out, value(numbers[0])]) {
      const slope = partials[0](numbers[0], result);
      const size = Math.abs(slope); // 0 and 1 are in many rules
      if (![0, 1].includes(size) || other === "relu")
        yield ["other operation", phrase("OTHER_OPERATION", { other, op }), slope, size !== 1];
    }
  }
}
