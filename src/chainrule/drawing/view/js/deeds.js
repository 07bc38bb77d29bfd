// What somebody did to the graph: undone, redone, and kept for a link.

import { judgements } from "./judge.js";
import { formatInput, parseNumber } from "./numbers.js";
import { Practice } from "./practice.js";

const MOST = 500;

/** @param {App} app @returns {Deeds} */
export function deedsOf({ graph }) {
  const rows = (is, written) =>
    Object.fromEntries(graph.nodes.filter(is).map((node) => [node.index, written(node)]));
  return {
    data: rows(
      (node) => !node.operands.length && graph.isChanged(node.index),
      (node) => formatInput(node.data),
    ),
    hand: rows(
      (node) => node.hand,
      ({ hand }) => hand.text || formatInput(hand.value),
    ),
    practice: graph.practice?.state ?? null,
  };
}

/** @param {App} app @param {Deeds} deeds */
export function applyDeeds(app, { data, hand, practice }) {
  const { graph } = app;
  graph.setLeaves(Object.entries(data).map(([index, text]) => [Number(index), parseNumber(text)]));
  for (const node of graph.nodes) {
    const text = hand[node.index];
    node.hand = text === undefined ? null : { value: parseNumber(text), text };
  }
  graph.practice = null;
  if (practice) {
    graph.seek(null);
    graph.practice = new Practice(graph);
    graph.practice.restore(practice);
  }
  app.verdicts = judgements(graph);
}

export class History {
  /** Each state as JSON, and where among them the present one is. */
  states = [];
  at = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.states.push(JSON.stringify(deedsOf(app)));
  }

  /** Go on where the history of the same graph in another view was. @param {History} other */
  goOn(other) {
    this.states = other.states;
    this.at = other.at;
    this.app.showBar();
  }

  /** Note that something was done; what was undone before can't be redone any more. */
  record() {
    const now = JSON.stringify(deedsOf(this.app));
    if (now === this.states[this.at]) return;
    this.states.splice(this.at + 1, Infinity, now);
    if (this.states.length > MOST) this.states.shift();
    this.at = this.states.length - 1;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  /** Go one state back or forth, and return whether there was one to go to. @param {1 | -1} by */
  go(by) {
    const state = this.states[this.at + by];
    if (state === undefined) return false;
    this.at += by;
    applyDeeds(this.app, JSON.parse(state));
    return true;
  }
}
