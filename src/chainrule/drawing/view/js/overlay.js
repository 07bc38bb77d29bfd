// What lies over the picture: marks for the hovered and the selected node, and a step of the pass.

import { grown, overlap } from "./geometry.js";
import { arrowBack, arrowhead, changing, source, tailOf } from "./look.js";
import { formatNumber } from "./numbers.js";
import { box, text } from "./shapes.js";
import { bodyOf, isStacked } from "./writing.js";

/** The least scale with room for words; below it only the bar shows them. */
const WORDY = 0.5;

/** The least size in pixels of the ring around the node that a step is about. */
const SEEN = 14;

/** The shapes that are drawn last: edges and rings, then what is written. @param {App} app */
export function overlay(app) {
  const { graph } = app;
  const layer = new Layer(app);
  const chosen = app.chosen === null ? null : graph.nodes[app.chosen];
  if (chosen && graph.practice?.phase === "forward") {
    for (const slot of chosen.operands.keys()) layer.along(chosen.index, slot, "chosen-edge");
  } else if (chosen && graph.at === null) {
    for (const [user, slot] of chosen.users) layer.along(user, slot, "chosen-edge");
  }
  if (graph.at > 0) showStep(app, layer);
  if (chosen) {
    const users = chosen.users.slice(0, 40).map(([user]) => user);
    const besides = users.flatMap((user) => graph.nodes[user].operands);
    layer.tag([chosen.index, ...chosen.operands, ...users, ...besides]);
  }
  if (app.hovered !== null && app.hovered !== app.chosen) layer.ring(app.hovered, "hovered", 3);
  if (chosen) layer.ring(app.chosen, "chosen", 3);
  if (app.hasFocus && app.focused !== null) layer.ring(app.focused, "focused", 5);
  return [...layer.lines, ...layer.words.values(), ...layer.chips];
}

/** What lies over the picture, sorted so that no ring crosses a word. */
class Layer {
  /** @type {Shape[]} */
  lines = [];
  /** @type {Map<number, Shape>} */
  words = new Map();
  /** @type {Shape[]} */
  chips = [];
  /** The things that have a ring. @type {Set<number>} */
  ringed = new Set();

  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  /** A ring around a thing; a collapsed scope gets only one. */
  ring(thing, role, grow) {
    const { scene, camera } = this.app;
    const shown = scene.standsFor[thing] ?? thing;
    const at = this._body(shown);
    if (!at || (shown < 0 && this.ringed.has(shown))) return;
    this.ringed.add(shown);
    const speck = Math.max(0, (SEEN / camera.k - Math.min(at.w, at.h)) / 2);
    const by = Math.max(grow, (0.7 * grow) / camera.k, role === "giver" ? speck : 0);
    this.lines.push(box(grown(at, by), role, 4 + by));
  }

  /** The box of a thing, with its remark if that stands in it. @returns {Box | undefined} */
  _body(thing) {
    const { scene, graph, verdicts } = this.app;
    if (thing < 0 || !scene.boxes.has(thing)) return scene.boxes.get(thing);
    return bodyOf(scene, thing, changing(graph, thing, verdicts).remark[0]);
  }

  /** The points of an edge, from its operand's box. @param {End} end */
  _points(end) {
    const { scene, graph } = this.app;
    const points = scene.points(end);
    const isWhole = end.source >= 0 && isStacked(graph.nodes[end.source]);
    const start = isWhole ? tailOf(scene, end.source, this._body(end.source))[0] : points[0];
    return isWhole && points[0][0] === start[0] ? [start, ...points] : points;
  }

  /** Mark the edge of an operand, in the direction of the values. */
  along(user, slot, role) {
    const { scene } = this.app;
    const end = scene.endOf.get(`${user} ${slot}`);
    if (!end) return;
    this.lines.push({ kind: "way", points: this._points(end), role });
    this.lines.push(arrowhead(scene, end, `${role}-head`));
  }

  /** Mark the edge of an operand against the values, as gradients go. */
  back(user, slot, role) {
    const { scene } = this.app;
    const end = scene.endOf.get(`${user} ${slot}`);
    if (!end) return;
    const points = this._points(end);
    this.lines.push({ kind: "way", points, role });
    this.lines.push(
      source(scene, end, `${role}-head`),
      arrowBack(scene, points[0], `${role}-head`),
    );
  }

  /** Show the names of unlabelled nodes that the explanation mentions. */
  tag(things) {
    const { scene, graph, camera } = this.app;
    if (camera.k < WORDY) return;
    for (const thing of things) {
      const at = scene.boxes.get(thing);
      const node = graph.nodes[thing];
      if (!at || node.name || node.kind === "constant") continue;
      const more = { halo: true, bold: true };
      this.words.set(thing, text(at.x + 1, at.y - 8, graph.nameOf(thing), 12, "soft", more));
    }
  }
}

/** @param {App} app @param {Layer} layer */
function showStep(app, layer) {
  const { graph } = app;
  if (!graph.event) {
    layer.ring(graph.root, "giver", 3);
    layer.chips.push(...chip(app, graph.root, "= 1"));
    return;
  }
  const { user, slot, operand } = graph.event;
  layer.ring(user, "giver", 3);
  layer.tag([user]);
  if (operand === null) return;
  layer.back(user, slot, "flow");
  layer.tag([operand]);
  layer.ring(operand, "taker", 3);
  const { grad, partials } = graph.nodes[user];
  layer.chips.push(...chip(app, operand, added(partials[slot] * grad)));
}

function added(x) {
  return x >= 0 ? `+${formatNumber(x)}` : formatNumber(x);
}

/** The amount added, on the upper edge of a box to the right of its name, or on the lower edge if
 *  it would cover a remark below another box. On a stacked box, beside the edges that leave it. */
function chip(app, thing, words) {
  const at = app.scene.boxes.get(thing);
  if (!at || app.camera.k < WORDY) return [];
  const wide = words.length * 7.2 + 12;
  const isBeside = thing >= 0 && isStacked(app.graph.nodes[thing]);
  const left = at.x + (isBeside ? at.w / 2 + 4 : Math.max(at.w + 3 - wide, 34));
  const isLow = isBeside ? app.scene.flow[1] > 0 : isWrittenAbove(app, thing, at);
  const top = isLow ? at.y + at.h - 3 : at.y - 13;
  const more = { anchor: "middle", bold: true };
  return [
    box({ x: left, y: top, w: wide, h: 17 }, "chip", 8.5),
    text(left + wide / 2, top + 12.8, words, 12, "chip-text", more),
  ];
}

/** Whether the remark of a box just above would be covered, and this box has none of its own. */
function isWrittenAbove({ graph, scene, verdicts }, thing, at) {
  const remark = (index) => changing(graph, index, verdicts).remark[0];
  if (thing < 0 || remark(thing)) return false;
  const above = { ...at, y: at.y - 32, h: 32 };
  return [...scene.boxes].some(
    ([other, box]) => other >= 0 && overlap(box, above) && remark(other),
  );
}
