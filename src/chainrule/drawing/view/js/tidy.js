// A formula of the table as one would write it at a node: choices are made, constants are numbers,
// and 2 - 1 or a factor of 1 is worked out, as in explanation/formulas.py.

/** @param {any} tree @param {Record<string, number>} numbers of the operands and the result
 *  @param {Record<string, number>} constants @returns {Tree} */
export function tidied(tree, numbers, constants) {
  if (typeof tree === "string") return constants[tree] ?? tree;
  if (!Array.isArray(tree) || tree[0] === "constant") return tree;
  if (tree[0] === "if") {
    const holds = numberOf(tree[1], numbers);
    if (holds !== undefined) return tidied(tree[holds ? 2 : 3], numbers, constants);
  }
  const isCall = tree[0] === "call"; // its name isn't an operand's
  const from = isCall || tree[0] === "compare" ? 2 : 1;
  const parts = tree.slice(from).map((part) => tidied(part, numbers, constants));
  return from === 1 && parts.length < 3
    ? shortened(tree[0], parts)
    : [...tree.slice(0, from), ...parts];
}

/** @param {string} sign @param {any[]} parts @returns {Tree} */
function shortened(sign, parts) {
  const [x, y] = parts;
  const isWorkedOut = parts.every((part) => typeof part === "number") && sign in FOLDED;
  const value = isWorkedOut ? FOLDED[sign](x, y) : NaN;
  if (Number.isFinite(value)) return value;
  if (sign === "*" && x === 1) return y;
  if (["*", "**", "/"].includes(sign) && y === 1) return x;
  if (sign === "+" && x === 0) return y;
  if (sign === "+" && y === 0) return x;
  if (sign === "**" && y === 0) return 1;
  if (sign === "*" && typeof x === "string" && x === y) return ["**", x, 2];
  return [sign, ...parts];
}

/** @type {Record<string, (x: number, y: number) => number>} */
const FOLDED = {
  negative: (x) => -x,
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
};

/** @type {Record<string, (x: any, y: any) => boolean>} */
const COMPARED = {
  "<": (x, y) => x < y,
  "<=": (x, y) => x <= y,
  ">": (x, y) => x > y,
  ">=": (x, y) => x >= y,
  "==": (x, y) => x === y,
  "!=": (x, y) => x !== y,
};

/** What a condition comes to; undefined where it calls a function.
 *  @param {any} tree @param {Record<string, number>} numbers @returns {any} */
function numberOf(tree, numbers) {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") return numbers[tree];
  const isCompared = tree[0] === "compare";
  const parts = tree.slice(isCompared ? 2 : 1).map((part) => numberOf(part, numbers));
  if (parts.includes(undefined)) return undefined;
  if (isCompared) return tree[1].every((sign, at) => COMPARED[sign](parts[at], parts[at + 1]));
  if (tree[0] === "and") return parts.every(Boolean);
  if (tree[0] === "or") return parts.some(Boolean);
  if (tree[0] === "not") return !parts[0];
  return FOLDED[tree[0]]?.(parts[0], parts[1]);
}
