// The graph and its numbers: values recomputed, and the backward pass one event at a time.

import { kernelsFor } from "./formulas.js";
import { clipped, fromJson } from "./numbers.js";
import { spoken } from "./phrasing.js";

const BLANK = { label: "", mark: "", name: "", symbol: "", op: "", opName: "", at: "", remark: "" };

/** The longest name in a sentence; a longer one is cut in the middle. */
const MOST_LETTERS = 60;

export class Graph {
  /** How many steps of the pass are shown; null before it starts. @type {number | null} */
  at = null;
  isEdited = false;
  /** @type {Practice | null} */
  practice = null;
  /** The practice that was ended. @type {Practice | null} */
  ended = null;
  /** Whether verdicts leave out the right numbers. */
  isRepair = false;
  /** The nodes whose value is to be guessed. @type {Set<number>} */
  hidden = new Set();

  /** @param {Snapshot} data */
  constructor(data) {
    this.ops = data.ops;
    this.kernels = kernelsFor(data.ops);
    this.root = data.root;
    this.isSummary = data.summary;
    this.nodes = data.nodes.map(readNode);
    this.invented = inventedNames(this.nodes, data.root);
    for (const { index, operands } of this.nodes) {
      for (const [slot, operand] of operands.entries())
        this.nodes[operand].users.push([index, slot]);
    }
    this.events = this._events();
  }

  /** The root and what it depends on, users first. The snapshot begins with these nodes, operands
   *  first, in the order of Python's own walk. */
  get descending() {
    return Array.from({ length: this.root + 1 }, (_, turn) => this.root - turn);
  }

  /** What each node adds to each of its operands, in the order of the pass, as Python's steps(L)
   *  counts them. A node whose own `_backward` can't be run here is one event without an operand.
   *  @returns {PassEvent[]} */
  _events() {
    const reached = new Set([this.root]);
    return this.descending.flatMap((user) => {
      if (!reached.has(user)) return [];
      if (this.nodes[user].ownBackward) return [{ user, slot: 0, operand: null }];
      const { operands, partials } = this.nodes[user];
      const events = operands
        .map((operand, slot) => ({ user, slot, operand }))
        .filter(({ slot }) => partials[slot] !== null);
      for (const { operand } of events) reached.add(operand);
      return events;
    });
  }

  /** Why a leaf's number can't be edited; empty where it can. */
  whyFixed(index) {
    const node = this.nodes[index];
    if (node.operands.length) return spoken("it is computed from its operands");
    const opaque = this.above(index).find((user) => !this.nodes[user].op);
    if (opaque === undefined) return "";
    const user = this.nameOf(opaque);
    return spoken("{user} uses it and has no formula, so the graph can't be recomputed", { user });
  }

  /** The nodes that are computed from a node, operands before their users. */
  above(index) {
    const above = new Set([index]); // a set's loop also visits what is added meanwhile
    for (const node of above) for (const [user] of this.nodes[node].users) above.add(user);
    above.delete(index);
    return [...above].sort((one, two) => one - two);
  }

  /** The numbers of a node's operands. */
  operandData(index) {
    return this.nodes[index].operands.map((operand) => this.nodes[operand].data);
  }

  nameOf(index) {
    const { label, mark } = this.nodes[index];
    return clipped(label || mark, MOST_LETTERS) || (this.invented.get(index) ?? "");
  }

  /** Give a leaf another number and recompute the graph. */
  edit(index, x) {
    this.nodes[index].data = x;
    this.isEdited = true;
    this._forward();
    this.seek(this.at);
  }

  restore() {
    this.setLeaves([]);
  }

  /** The graph as it came, but for some leaves' numbers. @param {[number, number][]} edits */
  setLeaves(edits) {
    for (const node of this.nodes) {
      node.data = node.original.data;
      node.partials = node.original.partials.slice();
    }
    for (const [index, x] of edits) this.nodes[index].data = x;
    this.isEdited = edits.length > 0;
    if (this.isEdited) this._forward();
    else this.events = this._events();
    this.seek(this.at);
  }

  /** The value in a node's box; null while it is to be found. @param {number} index */
  shownData(index) {
    const isHidden = this.hidden.has(index) || this.practice?.hides(index, "forward");
    return isHidden ? null : this.nodes[index].data;
  }

  /** The gradient in a node's box: that of the pass or, before it, the one set by hand. In practice
   *  it is the one that was found. */
  shown(index) {
    if (this.practice) return this.practice.gradient(index);
    const { hand, grad } = this.nodes[index];
    return this.showsHand(index) ? hand.value : grad;
  }

  showsHand(index) {
    if (this.practice) return false;
    const { hand, grad } = this.nodes[index];
    return Boolean(hand) && (this.at === null || grad === null);
  }

  isChanged(index) {
    return !Object.is(this.nodes[index].data, this.nodes[index].original.data);
  }

  _forward() {
    for (const node of this.nodes) {
      const kernel = node.op && this.kernels[node.op];
      if (!kernel) continue;
      const operands = this.operandData(node.index);
      node.data = kernel.value(...operands);
      node.partials = kernel.partials.map((partial, slot) => {
        if (this.nodes[node.operands[slot]].kind === "constant") return null;
        const x = partial(...operands, node.data);
        return kernel.isGate && x === 0 ? null : x;
      });
    }
    this.events = this._events();
  }

  /** The steps of a pass: the root's 1, then one for each contribution. */
  get length() {
    return this.events.length + 1;
  }

  /** The contribution that the last step made; null at the root and without a pass. */
  get event() {
    return this.at > 1 ? this.events[this.at - 2] : null;
  }

  /** Show the pass after so many steps; null shows the gradients of the snapshot, recomputed if a
   *  number was edited. @param {number | null} step */
  seek(step) {
    this.at = step === null ? null : Math.max(0, Math.min(step, this.length));
    const grads = this.gradients(this.at ?? this.length);
    for (const node of this.nodes) {
      const { grad } = node.original;
      const isStored = step === null && (grad === null || !this.isEdited);
      node.grad = isStored ? grad : grads[node.index];
    }
  }

  /** The nodes whose gradient goes through the user's own `_backward`, which can't be run here. */
  _hidden() {
    const hidden = new Set();
    for (const index of this.descending) {
      const node = this.nodes[index];
      if (node.ownBackward || hidden.has(index)) for (const x of node.operands) hidden.add(x);
    }
    return hidden;
  }

  /** The gradients after so many steps of a pass. At its end, what nothing flowed to gets 0, and
   *  what can't be known gets null. */
  gradients(steps = this.length) {
    /** @type {(number | null)[]} */
    const grads = this.nodes.map(() => null);
    if (steps > 0) grads[this.root] = 1;
    for (const { user, slot, operand } of this.events.slice(0, Math.max(0, steps - 1))) {
      if (operand === null) continue;
      grads[operand] = (grads[operand] ?? 0) + this.nodes[user].partials[slot] * grads[user];
    }
    if (steps < this.length) return grads;
    const hidden = this._hidden();
    for (const index of this.descending) {
      if (hidden.has(index)) grads[index] = null;
      else if (this.nodes[index].kind !== "constant") grads[index] ??= 0;
    }
    return grads;
  }

  /** The first node that is nan or infinite although its operands are finite. */
  firstBroken() {
    const broken = (x) => x - x !== 0;
    return this.nodes.find(
      (node) => broken(node.data) && !node.operands.some((x) => broken(this.nodes[x].data)),
    );
  }
}

/** What nodes without a label are called, the same as in explanation/names.py: v1, v2, ..., and L
 *  for the root; constants are called nothing.
 *  @param {GraphNode[]} nodes @param {number} root */
function inventedNames(nodes, root) {
  const taken = new Set(nodes.map(({ label }) => label));
  const names = new Map();
  let number = 0;
  for (const { index, label, kind } of nodes) {
    if (label || (kind === "constant" && index !== root)) continue;
    if (index === root && !taken.has("L")) {
      names.set(index, "L");
      continue;
    }
    do number += 1;
    while (taken.has(`v${number}`));
    names.set(index, `v${number}`);
  }
  return names;
}

/** @param {NodeRow} row @param {number} index @returns {GraphNode} */
function readNode({ data, grad, partials = [], byHand, ...row }, index) {
  const node = { ...BLANK, isRoot: false, ownBackward: false, lines: [], operands: [], ...row };
  const numbers = {
    data: fromJson(data),
    grad: fromJson(grad),
    partials: node.operands.map((_, slot) => fromJson(partials[slot])),
  };
  const original = { ...numbers, partials: numbers.partials.slice() };
  const hand = byHand ? { value: numbers.grad, text: "" } : null;
  return { ...node, ...numbers, index, users: [], original, hand };
}
