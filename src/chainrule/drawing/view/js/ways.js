// How a gradient is found, in the words of verdict/gradients/ways.py; a test compares the two.

import { OPERANDS } from "../generated/facts.js";
import { HINTS, WAYS } from "../generated/hints.js";
import { clipped, formatShort } from "./numbers.js";
import { spoken } from "./phrasing.js";

const MOST_USERS = 3;

/** What to say about a mistake of this kind; where it has no name, how the gradient is found.
 *  @param {Graph} graph @param {number} index @param {string} [kind] @returns {string[]} */
export function hintsFor(graph, index, kind) {
  return HINTS[kind] ? all(HINTS[kind], { root: rootOf(graph) }) : way(graph, index);
}

/** @param {Graph} graph */
function rootOf(graph) {
  return clipped(graph.nameOf(graph.root));
}

/** The question and the rule that lead to a node's gradient. A condition passes nothing on.
 *  @param {Graph} graph @param {number} index @returns {string[]} */
function way(graph, index) {
  const { nodes, root } = graph;
  const name = rootOf(graph);
  if (index === root) return all(HINTS.root, { root: name });
  const uses = nodes[index].users
    .filter(([user, slot]) => user <= root && nodes[user].partials[slot] !== null)
    .sort(([one, slot], [two, other]) => two - one || slot - other);
  const users = [...new Set(uses.map(([user]) => user))];
  if (!uses.length) return all(WAYS["no use"], { root: name });
  const [user, slot] = uses[0];
  const nameOf = (/** @type {number} */ one) =>
    clipped(graph.nameOf(one) || formatShort(nodes[one].data));
  const words = {
    name: nameOf(index),
    user: nameOf(user),
    users: listed(users.map(nameOf)),
  };
  const { kind, ...others } = kindOfWay(graph, users, uses.length, [user, slot], nameOf);
  return all(WAYS[kind], { ...words, ...others });
}

/** @param {Graph} graph @param {number[]} users @param {number} count
 *  @param {[number, number]} use @param {(index: number) => string} nameOf
 *  @returns {{ kind: keyof typeof WAYS, [word: string]: string }} */
function kindOfWay(graph, users, count, [user, slot], nameOf) {
  const { op, operands, ownBackward } = graph.nodes[user];
  const rule = ownBackward ? null : graph.ops[op];
  if (users.length > 1) return { kind: "several users" };
  if (count > 1) return { kind: "several uses" };
  if (!rule) return { kind: "no formula" };
  const names = Object.fromEntries(operands.map((x, at) => [OPERANDS[at], factor(nameOf(x))]));
  const partial = rule.texts[slot];
  return {
    kind: partial.includes(" if ") ? "reason" : "formula",
    formula: withNames(rule.written, names),
    derivative: withNames(partial, { ...names, out: factor(nameOf(user)) }),
    reason: spoken(rule.whys[slot])
      .replace(/`/g, "")
      .replace(/\b[xyz]\b/g, (word) => names[word]),
  };
}

/** @param {string[]} names */
function listed(names) {
  if (names.length > MOST_USERS)
    return spoken("{names} and {count} more", {
      names: names.slice(0, MOST_USERS).join(", "),
      count: names.length - MOST_USERS,
    });
  const parts = [names.slice(0, -1).join(", "), names.at(-1)];
  return parts.filter(Boolean).join(` ${spoken("and")} `);
}

/** Sentences in the language of the page.
 *  @param {string[]} sentences @param {Record<string, string | number>} [values] */
function all(sentences, values) {
  return sentences.map((sentence) => spoken(sentence, values));
}

/** A name as it stands in a formula. @param {string} name */
function factor(name) {
  return /^[\p{L}\p{N}_.]+$/u.test(name) ? name : `(${name})`;
}

/** A formula of the table with a graph's names.
 *  @param {string} formula @param {Record<string, string>} names */
function withNames(formula, names) {
  return formula
    .replace(/(?<!\*)\*(?!\*)/g, "·")
    .replace(/-/g, "−")
    .replace(/\b[a-z]+\b/g, (word) => names[word] ?? word)
    .replace(/ \*\* ([23])(?![\w.])/g, (_text, power) => "²³"[power - 2]);
}
