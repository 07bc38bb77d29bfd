// Judging a gradient that was set by hand: right or wrong, and the likely mistake.

import { kinkAbove } from "./kinks.js";
import { halfDigit, plain } from "./numbers.js";

const CLOSE = 1e-6;

function isClose(found, expected, slack = 0) {
  if (Object.is(found, expected) || found === expected) return true;
  return Math.abs(found - expected) <= Math.max(CLOSE * Math.abs(expected), 1e-12, slack);
}

/** The verdict on a node's gradient set by hand.
 *  Returns status ("right", "wrong" or "not comparable"), found, expected, mistake and why. */
export function judge(graph, index, expected) {
  const { value: found, text } = graph.nodes[index].hand;
  const verdict = { status: "wrong", found, expected, mistake: "", why: "" };
  if (expected === null) {
    verdict.status = "not comparable";
    verdict.why = graph.order.includes(index)
      ? "an operation without a formula lies above it, or it is a constant"
      : `${graph.nameOf(graph.root)} does not depend on it`;
    return verdict;
  }
  if (expected !== expected) {
    verdict.status = "not comparable";
    verdict.why = "the gradient here is nan";
    return verdict;
  }
  const kink = kinkAbove(graph, index);
  if (kink && fits(found, kink, expected)) {
    verdict.status = "not comparable";
    verdict.why = kinkWords(kink, expected, graph.nameOf(graph.root));
    return verdict;
  }
  if (isClose(found, expected, halfDigit(text))) {
    verdict.status = "right";
    verdict.why = "it is the sum over all paths from the root";
    return verdict;
  }
  if (found !== found) return Object.assign(verdict, { mistake: "other", why: "it is nan" });
  return Object.assign(verdict, likelyMistake(graph, index, found, expected));
}

/** Whether a number is a slope at a kink: it lies between those of both sides. */
function fits(found, { low, high }, expected) {
  const [least, most] = [Math.min(low, high), Math.max(low, high)];
  const room = 1e-3 * Math.max(Math.abs(least), Math.abs(most));
  return (found >= least - room && found <= most + room) || isClose(found, expected);
}

function kinkWords({ low, high, where }, expected, root) {
  const [left, right] = [low, high].map((x) => plain(Number(x.toPrecision(4))));
  return (
    `${where}. The slope of ${root} is ${left} to the left of this kink and ${right} to its ` +
    `right; the rule takes ${plain(expected)}`
  );
}

function likelyMistake(graph, index, found, expected) {
  const grads = graph.gradients();
  const paths = pathsTo(graph, index, grads);
  const same = (x) => x !== null && isClose(found, x);
  const root = graph.nameOf(graph.root) || "the root";
  const wrong = followsFrom(graph, index, found);
  if (wrong !== null) {
    return {
      mistake: `follows from ${graph.nameOf(wrong)}`,
      why: "it is right for the gradient that was set by hand there, which is wrong",
    };
  }
  if (index === graph.root) {
    return { mistake: "other", why: `the pass starts with d${root}/d${root} = 1` };
  }
  if (same(-expected)) {
    return { mistake: "sign", why: `it should be ${plain(expected)}: the sign is turned` };
  }
  if (paths.length > 1 && paths.some((path) => same(path.amount))) {
    const path = paths.find((one) => same(one.amount));
    return {
      mistake: "overwritten path",
      why: `this is the path through ${graph.nameOf(path.user)} alone; ${paths.length} add up`,
    };
  }
  if (same(total(paths, (path) => path.partial))) {
    return {
      mistake: "chain factor",
      why: "this is the local derivative alone; it has to be multiplied by the gradient above",
    };
  }
  if (same(total(paths, (path) => path.above))) {
    return {
      mistake: "chain factor",
      why: "this is the gradient above alone; it has to be multiplied by the local derivative",
    };
  }
  if (same(total(paths, (path) => path.swapped))) {
    return {
      mistake: "input for output",
      why: "the rule speaks of the result of the operation, and here its operand was put in",
    };
  }
  return byFactor(graph, index, found, expected);
}

function byFactor(graph, index, found, expected) {
  const times = found / expected;
  const whole = Math.round(times);
  if (whole > 1 && whole <= 20 && isClose(times, whole)) {
    return {
      mistake: `factor ${whole}`,
      why: `it is ${whole} times too large, as after ${whole} passes without zeroing`,
    };
  }
  const part = Math.round(1 / times);
  if (part > 1 && part <= 20 && isClose(1 / times, part)) {
    return { mistake: `factor 1/${part}`, why: `it is ${part} times too small` };
  }
  if (isClose(found, graph.nodes[index].data)) {
    return { mistake: "other", why: "this is the node's number and not its gradient" };
  }
  return { mistake: "other", why: `it should be ${plain(expected)}` };
}

function total(paths, part) {
  return paths.length ? paths.reduce((sum, path) => sum + part(path), 0) : null;
}

/** What arrives at a node, one row a use of it. */
export function pathsTo(graph, index, grads) {
  const rows = [];
  for (const [user, turn] of [...graph.nodes[index].users].reverse()) {
    const node = graph.nodes[user];
    const partial = node.partials[turn];
    if (partial === null || grads[user] === null || node.ownBackward) continue;
    rows.push({
      user,
      turn,
      partial,
      above: grads[user],
      amount: partial * grads[user],
      swapped: swapped(graph, node, turn) * grads[user],
    });
  }
  return rows;
}

/** A partial with the operand where the result belongs. */
function swapped(graph, node, turn) {
  const kernel = node.op && graph.kernels[node.op];
  if (!kernel) return NaN;
  const operands = node.operands.map((operand) => graph.nodes[operand].data);
  return kernel.partials[turn](...operands, operands[turn]);
}

/** The node above whose wrong gradient, set by hand, would explain this one; null where none. */
function followsFrom(graph, index, found) {
  const exact = graph.gradients();
  const users = graph.nodes[index].users.map(([user]) => user);
  const given = users.filter((user) => {
    const hand = graph.nodes[user].hand;
    return hand && exact[user] !== null && !isClose(hand.value, exact[user], halfDigit(hand.text));
  });
  if (!given.length) return null;
  const grads = exact.map((x, at) => (graph.nodes[at].hand ? graph.nodes[at].hand.value : x));
  const sum = total(pathsTo(graph, index, grads), (path) => path.amount);
  return sum !== null && isClose(found, sum) ? given[0] : null;
}
