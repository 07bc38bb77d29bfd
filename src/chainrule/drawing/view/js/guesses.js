// Every way to go wrong that is known, made on purpose, and the gradient that each one gives; the
// order and the words are those of verdict/guesses.py, and a test compares the two.

import { OPERANDS } from "./formulas.js";
import { plain } from "./numbers.js";
import { SLIPS } from "./slips.js";

/** Up to so many contributions every subset of them is tried. */
export const FEW = 10;

/** All of them, the likeliest first. A part is what one use of the node adds to its gradient:
 *  user, above, partial, op, kernel, texts, turn, numbers, out. */
export function* everyGuess(parts, graph) {
  yield* turnedSign(parts);
  yield* gradientAboveForgotten(parts);
  yield* lostPaths(parts);
  yield* turnedOnAPath(parts);
  yield* localDerivativeForgotten(parts);
  yield* withSlopes(parts, operandForResult);
  yield* withSlopes(parts, slips);
  yield guess(
    "other",
    "it is 0, as if it did not count",
    `; it goes into ${listed(users(parts))}`,
    0,
  );
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

function guess(kind, cause, detail, gradient, isTelling = true) {
  return { kind, cause, mistake: `${kind}: ${cause}${detail}`, gradient, isTelling };
}

function totalOf(numbers) {
  return numbers.reduce((total, x) => total + x, 0);
}

const values = (parts) => parts.map((part) => part.value);
const users = (parts) => parts.slice(0, 3).map((part) => part.user);
const replaced = (list, at, x) => list.map((one, place) => (place === at ? x : one));
const listed = (words) => [...new Set(words)].join(", ");
const instead = (parts, place, value) => totalOf(replaced(values(parts), place, value));

// ---- at the node as a whole ------------------------------------------------------------------

function* turnedSign(parts) {
  let cause = "it is turned round";
  if (parts.length === 1 && parts[0].text.startsWith("-"))
    cause = `the minus of ${parts[0].text}, the derivative of ${parts[0].op}, is missing`;
  yield guess("sign", cause, "", -totalOf(values(parts)));
}

function* turnedOnAPath(parts) {
  if (parts.length < 2) return;
  for (const [place, part] of parts.entries()) {
    const turned = instead(parts, place, -part.value);
    yield guess("sign", "turned round on the path", ` via ${part.user}`, turned);
  }
}

function* gradientAboveForgotten(parts) {
  if (parts.every((part) => part.above === 1)) return;
  const cause = "not multiplied by the gradient above";
  const above = listed(parts.slice(0, 3).map((part) => `${plain(part.above)} of ${part.user}`));
  yield guess("chain factor", cause, `, ${above}`, totalOf(parts.map((part) => part.partial)));
  if (parts.length < 2) return;
  for (const [place, part] of parts.entries()) {
    if (part.above === 1) continue;
    const without = instead(parts, place, part.partial);
    yield guess("chain factor", cause, ` on the path via ${part.user}`, without);
  }
}

function* localDerivativeForgotten(parts) {
  if (parts.every((part) => part.partial === 1)) return;
  yield guess(
    "chain factor",
    "the gradient above is passed on without the local derivative",
    ` ${listed(parts.slice(0, 3).map((part) => plain(part.partial)))}`,
    totalOf(parts.map((part) => part.above)),
    parts.some((part) => part.partial !== -1), // else it is the sign
  );
}

/** Some of the contributions alone. */
function* lostPaths(parts) {
  const count = parts.length;
  const all = [...Array(count).keys()];
  const sizes = count <= FEW ? all.slice(1) : [1, count - 1];
  for (const size of sizes) {
    for (const kept of chosenFrom(all, size)) {
      const names = listed(users(kept.map((place) => parts[place])));
      yield guess(
        "overwritten path",
        `only ${size} of ${count} contributions ${size === 1 ? "is" : "are"} in it`,
        `, via ${names}${size > 3 ? ", ..." : ""}; they add up`,
        totalOf(kept.map((place) => parts[place].value)),
      );
    }
  }
}

/** The ways to choose so many things, in the order of Python's itertools. */
function* chosenFrom(things, size, from = 0) {
  if (size === 0) yield [];
  else if (things.length - from === size) yield things.slice(from);
  else
    for (let place = from; place <= things.length - size; place++)
      for (const rest of chosenFrom(things, size - 1, place + 1)) yield [things[place], ...rest];
}

function* ownNumber(parts) {
  for (const part of parts.slice(0, 1))
    yield guess("other", "this is its number, not its gradient", "", part.numbers[part.turn]);
}

function* sumForProduct(parts) {
  const cause = "the gradient above and the local derivative are added, not multiplied";
  const added = totalOf(parts.map((part) => part.above + part.partial));
  yield guess("chain factor", cause, "", added, false);
}

function* multiples(parts, sizes) {
  const right = totalOf(values(parts));
  for (const size of right ? sizes : [])
    yield guess("factor", `${plain(size)} times what it should be`, "", right * size, size > 0);
}

function* fractions(parts) {
  const right = totalOf(values(parts));
  if (!right) return;
  for (let size = 2; size <= 10; size++) {
    yield guess("factor", `1/${size} of what it should be`, "", right / size, false);
    yield guess("factor", `−1/${size} of what it should be`, "", -right / size, false);
  }
  for (const factor of [1.5, 2.5])
    yield guess("factor", `${factor} times what it should be`, "", right * factor, false);
}

// ---- in the rule of one operation ------------------------------------------------------------

/** The gradients with a wrong local derivative in one contribution. */
function* withSlopes(parts, slopes) {
  for (const [place, part] of parts.entries()) {
    for (const [kind, cause, slope] of slopes(part)) {
      if (slope !== part.partial)
        yield guess(kind, cause, "", instead(parts, place, slope * part.above));
    }
  }
}

function* operandForResult({ op, kernel, text, turn, numbers }) {
  if (numbers.length !== 1 || !text.includes("out")) return;
  const slope = kernel.partials[turn](...numbers, numbers[0]);
  const cause = `${text} of ${op} taken at x, the operand, instead of out`;
  yield ["input for output", cause, slope];
}

function* slips({ op, turn, numbers, out }) {
  for (const { kind, words, slope } of SLIPS[`${op} ${turn}`] || []) {
    const x = slope(...numbers, out);
    yield [kind, words, Number.isFinite(x) ? x : NaN]; // where Python's function would raise
  }
}

function* otherOperandsDerivative({ op, kernel, partial, turn, numbers, out }) {
  for (const [other, slopeBy] of kernel.partials.entries()) {
    if (other === turn) continue;
    const slope = slopeBy(...numbers, out);
    if (Math.abs(slope) === Math.abs(partial)) continue; // it is the sign
    const [right, taken] = [OPERANDS[turn], OPERANDS[other]];
    const cause =
      op === "mul"
        ? "multiplied by its own number instead of the other factor"
        : `the derivative of ${op} by ${taken} was taken, not that by ${right}`;
    yield ["other", cause, slope];
  }
}

/** The reverse, which is rare: what a rule says of an operand, taken at the result. */
function* resultForOperand({ op, kernel, text, turn, numbers, out }) {
  if (text.includes(" if ")) return;
  for (const place of numbers.keys()) {
    const slope = kernel.partials[turn](...replaced(numbers, place, out), out);
    const cause = `${text} of ${op} taken at out, the result, instead of ${OPERANDS[place]}`;
    yield ["input for output", cause, slope];
  }
}

function* numberForDerivative({ op, turn, numbers, out }) {
  if (numbers.length > 1 && op !== "pow") return;
  yield ["other", `the result of ${op} was taken for its derivative`, out];
  yield ["other", `its own number was taken for the derivative of ${op}`, numbers[turn]];
}

function* otherOperationsRule({ op, numbers, out }, graph) {
  if (numbers.length !== 1) return;
  for (const [name, { partials, isEager, isGate }] of Object.entries(graph.kernels)) {
    if (name === op || !isEager || partials.length !== 1 || isGate) continue;
    const slope = partials[0](numbers[0], out);
    if (![0, 1].includes(Math.abs(slope)) || name === "relu")
      yield ["other", `this is the rule of ${name}, not of ${op}`, slope]; // 0 and 1 are in many
  }
}
