// The graph and its numbers: values recomputed, and the backward pass one event at a time.

import { kernelsFor } from "./formulas.js";
import { fromJson } from "./numbers.js";

/** @import { NodeRow, Snapshot } from "../types.js" */

export class Graph {
  /** How many steps of the pass are shown; null before it starts. @type {number | null} */
  at = null;
  isEdited = false;

  /** @param {Snapshot} data */
  constructor(data) {
    this.ops = data.ops;
    this.kernels = kernelsFor(data.ops);
    this.root = data.root;
    this.isSummary = data.summary;
    this.nodes = data.nodes.map((row, index) => new Node(row, index));
    for (const { index, operands } of this.nodes) {
      for (const [slot, operand] of operands.entries())
        this.nodes[operand].users.push([index, slot]);
    }
    this.order = this._below(this.root);
    this.events = this._events();
  }

  /** Every node below the root, operands first, in the order of Python's own walk. */
  _below(root) {
    const visited = new Uint8Array(this.nodes.length);
    const order = [];
    const path = [[root, 0]];
    visited[root] = 1;
    while (path.length) {
      const step = path[path.length - 1];
      const operands = this.nodes[step[0]].operands;
      if (step[1] === operands.length) {
        order.push(step[0]);
        path.pop();
      } else {
        const operand = operands[step[1]++];
        if (!visited[operand]) {
          visited[operand] = 1;
          path.push([operand, 0]);
        }
      }
    }
    return order;
  }

  /** The nodes that pass a gradient on, in the order of the pass; the root's own 1 comes first. */
  _events() {
    const reached = new Set([this.root]);
    const events = [];
    for (const index of [...this.order].reverse()) {
      const node = this.nodes[index];
      if (!reached.has(index) || !node.operands.length) continue;
      events.push(index);
      if (node.ownBackward) continue;
      node.operands.forEach((operand, slot) => {
        if (node.partials[slot] !== null) reached.add(operand);
      });
    }
    return events;
  }

  /** Why a leaf's number can't be edited; empty where it can. */
  whyFixed(index) {
    const node = this.nodes[index];
    if (node.operands.length) return "it is computed from its operands";
    const opaque = this.above(index).find((user) => !this.nodes[user].op);
    if (opaque === undefined) return "";
    return `${this.nameOf(opaque)} uses it and has no formula, so the graph can't be recomputed`;
  }

  /** The nodes that are computed from a node, operands before their users. */
  above(index) {
    const above = new Set([index]); // a set's loop also visits what is added meanwhile
    for (const node of above) for (const [user] of this.nodes[node].users) above.add(user);
    above.delete(index);
    return [...above].sort((one, two) => one - two);
  }

  nameOf(index) {
    const node = this.nodes[index];
    return node.label || node.mark || (node.kind === "constant" ? "" : `v${index + 1}`);
  }

  // ---- values ------------------------------------------------------------------------------

  /** Give a leaf another number and compute all that follows. */
  edit(index, x) {
    this.nodes[index].data = x;
    this.isEdited = true;
    this._forward();
    this._again();
  }

  restore() {
    for (const node of this.nodes) {
      node.data = node.original.data;
      node.partials = node.original.partials.slice();
    }
    this.isEdited = false;
    this._again();
  }

  /** The gradient in a node's box: that of the pass or, before the pass reaches it, the one set by
   *  hand. */
  shown(index) {
    const { hand, grad } = this.nodes[index];
    return this.showsHand(index) ? hand.value : grad;
  }

  showsHand(index) {
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
      const operands = node.operands.map((operand) => this.nodes[operand].data);
      node.data = kernel.value(...operands);
      node.partials = kernel.partials.map((partial, slot) => {
        if (this.nodes[node.operands[slot]].kind === "constant") return null;
        const x = partial(...operands, node.data);
        return kernel.isGate && x === 0 ? null : x;
      });
    }
    this.events = this._events();
  }

  // ---- the backward pass -------------------------------------------------------------------

  /** How many steps a pass has: the root's 1, then one for each node that passes something on. */
  get length() {
    return this.events.length + 1;
  }

  /** Show the pass after so many steps; null shows the gradients that the snapshot has. */
  seek(step) {
    if (step === null) {
      this.at = null;
      const now = this.isEdited ? this.gradients() : [];
      for (const node of this.nodes) {
        const { grad } = node.original;
        node.grad = grad === null || !this.isEdited ? grad : now[node.index];
      }
      return;
    }
    step = Math.max(0, Math.min(step, this.length));
    if (this.at === null || step < this.at - 400) this._clear();
    while (this.at > step) this._back();
    while (this.at < step) this._forth();
  }

  _clear() {
    this.at = 0;
    this.undo = [];
    for (const node of this.nodes) node.grad = null;
  }

  /** The numbers have changed: stay at this step and recompute the gradients that are shown. */
  _again() {
    const step = this.at === null ? null : Math.min(this.at, this.length);
    this.at = null;
    this.seek(step);
  }

  _forth() {
    const before = [];
    const set = (index, grad) => {
      before.push([index, this.nodes[index].grad]);
      this.nodes[index].grad = grad;
    };
    if (this.at === 0) set(this.root, 1);
    else {
      for (const { operand, amount } of this.contributions(this.events[this.at - 1])) {
        set(operand, (this.nodes[operand].grad || 0) + amount);
      }
    }
    this.at += 1;
    if (this.at === this.length) this._settle((index) => this.nodes[index].grad, set);
    this.undo.push(before);
  }

  /** At the end of a pass, what nothing flowed to gets 0, and what can't be known gets null.
   *  @param {(index: number) => number | null} gradOf
   *  @param {(index: number, grad: number | null) => void} set */
  _settle(gradOf, set) {
    const hidden = this._hidden();
    for (const index of this.order) {
      if (hidden.has(index)) set(index, null);
      else if (gradOf(index) === null && this.nodes[index].kind !== "constant") set(index, 0);
    }
  }

  /** The nodes whose gradient goes through the user's own `_backward`, which can't be run here. */
  _hidden() {
    const hidden = new Set();
    for (const index of [...this.order].reverse()) {
      const node = this.nodes[index];
      if (node.ownBackward || hidden.has(index)) for (const x of node.operands) hidden.add(x);
    }
    return hidden;
  }

  _back() {
    for (const [index, grad] of this.undo.pop().reverse()) this.nodes[index].grad = grad;
    this.at -= 1;
  }

  /** What a node adds to each of its operands, given its gradient. @param {number} index */
  contributions(index, grad = this.nodes[index].grad) {
    const node = this.nodes[index];
    if (node.ownBackward) return [];
    return node.operands
      .map((operand, slot) => {
        const partial = node.partials[slot];
        return { operand, slot, partial, amount: partial * grad };
      })
      .filter(({ partial }) => partial !== null);
  }

  /** The gradients of a whole pass, whatever is shown. */
  gradients() {
    /** @type {(number | null)[]} */
    const grads = this.nodes.map(() => null);
    grads[this.root] = 1;
    for (const index of this.events) {
      for (const { operand, amount } of this.contributions(index, grads[index])) {
        grads[operand] = (grads[operand] || 0) + amount;
      }
    }
    this._settle(
      (index) => grads[index],
      (index, grad) => {
        grads[index] = grad;
      },
    );
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

export class Node {
  label = "";
  mark = "";
  name = "";
  kind = "";
  symbol = "";
  op = "";
  opName = "";
  at = "";
  remark = "";
  isRoot = false;
  ownBackward = false;
  box = [0, 0, 0];
  /** @type {number[]} */
  circle = null;
  /** @type {string[]} */
  lines = [];
  /** @type {number[]} */
  operands = [];
  /** Who uses the node, and as which operand. @type {[number, number][]} */
  users = [];

  /** @param {NodeRow} row @param {number} index */
  constructor({ data, grad, partials = [], byHand, ...row }, index) {
    Object.assign(this, row);
    this.index = index;
    this.data = fromJson(data);
    this.grad = fromJson(grad);
    this.partials = this.operands.map((_, slot) => fromJson(partials[slot]));
    this.original = { data: this.data, grad: this.grad, partials: this.partials.slice() };
    this.hand = byHand ? { value: this.grad, text: "" } : null;
  }

  /** What the node looks like. */
  get role() {
    return this.isRoot ? "root" : this.operands.length ? "inner" : this.kind;
  }
}
