// Where everything lies while some scopes are collapsed; Python has computed the layouts. A thing
// is a number: the index of a node, or -1 - the index of a collapsed scope.

import { ANCHORS } from "../generated/facts.js";
import { boxOf, centreOf, holds } from "./geometry.js";

const TITLE_HEIGHT = 24;
const FLOW = { LR: [1, 0], RL: [-1, 0], TB: [0, 1], BT: [0, -1] };

export class Scene {
  /** @param {Snapshot} data @param {Graph} graph */
  constructor(data, graph) {
    this.data = data;
    this.graph = graph;
    /** The direction of edges, as steps in x and y. */
    this.flow = FLOW[data.direction];
    this.isUpright = this.flow[0] === 0;
    this.areas = data.areas;
    this.states = new Map(data.states.map((state) => [state.collapsed.join(), state]));
    this.collapse([]);
  }

  /** @param {number} area @param {Set<number>} others */
  _isWithin(area, others) {
    for (let up = area; up >= 0; up = this.areas[up].parent) if (others.has(up)) return true;
    return false;
  }

  /** @param {number} area */
  toggle(area) {
    if (!this.collapsed.delete(area)) this.collapsed.add(area);
    this._arrange();
  }

  /** @param {Iterable<number>} areas */
  collapse(areas) {
    this.collapsed = new Set(areas);
    this._arrange();
  }

  /** Take the layout of the collapsed scopes; without one they are drawn where their nodes lie. */
  _arrange() {
    const outer = [...this.collapsed]
      .filter((area) => !this._isWithin(this.areas[area].parent, this.collapsed))
      .sort((one, two) => one - two);
    const state = this.states.get(outer.join());
    this.state = state ?? this.data.states[0];
    this.size = this.state.size;
    this.tracks = this.state.tracks;
    this.standsFor = this.graph.nodes.map((_, node) => node);
    for (const area of outer) {
      for (const node of this.areas[area].nodes) this.standsFor[node] = -1 - area;
    }
    this._layOut(new Set(state ? [] : outer));
    this._connect();
  }

  /** @param {Set<number>} inPlace */
  _layOut(inPlace) {
    /** @type {Map<number, Box>} */
    this.boxes = new Map();
    this.graph.nodes.forEach((node, index) => {
      const corner = this.state.boxes[index];
      if (corner && this.standsFor[index] === index) {
        this.boxes.set(index, boxOf([...corner, ...node.box]));
      }
    });
    const byArea = (/** @type {number[][]} */ rows) =>
      new Map(rows.map(([area, ...numbers]) => [area, boxOf(numbers)]));
    this.areaBoxes = byArea(this.state.areas);
    this.stacks = byArea(this.state.stacks);
    for (const area of inPlace) {
      this.stacks.set(area, { ...this.areaBoxes.get(area), isLarge: true });
    }
    for (const area of this.areaBoxes.keys()) {
      if (this._isWithin(area, inPlace)) this.areaBoxes.delete(area);
    }
    for (const [area, box] of this.stacks) this.boxes.set(-1 - area, box);
    this.copies = this.state.copies.filter(
      ([node, x, y]) =>
        node >= 0 && ![...inPlace].some((area) => holds(this.stacks.get(area), x, y)),
    );
  }

  _connect() {
    const isAway = (thing) => thing >= 0 && this.standsFor[thing] !== thing;
    const isHidden = ({ source, target }) =>
      isAway(source) && isAway(target) && this.standsFor[source] === this.standsFor[target];
    this.ends = this.state.ends.map(readEnd).filter((end) => !isHidden(end));
    /** The arrowheads by user and operand. @type {Map<string, End>} */
    this.endOf = new Map();
    this.drawn = new Uint8Array(this.tracks.length / 3);
    for (const end of this.ends) {
      if (end.target >= 0) this.endOf.set(`${end.target} ${end.slot}`, end);
      for (let at = end.track; at >= 0 && !this.drawn[at]; at = this.tracks[3 * at]) {
        this.drawn[at] = 1;
      }
    }
  }

  /** @param {number} at @returns {Point} */
  _trackPoint(at) {
    return [this.tracks[3 * at + 1], this.tracks[3 * at + 2]];
  }

  /** The points of an edge from its operand to its arrowhead. @param {End} end */
  points(end) {
    const points = [];
    for (let at = end.track; at >= 0; at = this.tracks[3 * at]) points.push(this._trackPoint(at));
    return points.reverse();
  }

  /** The pieces of all edges, each from one point to the next; shared ones are there once. */
  pieces() {
    /** @type {Point[][]} */
    const pieces = [];
    this.drawn.forEach((isDrawn, at) => {
      const before = this.tracks[3 * at];
      if (isDrawn && before >= 0) pieces.push([this._trackPoint(before), this._trackPoint(at)]);
    });
    return pieces;
  }

  /** Draw the curve through the points of an edge; `pen` is a canvas's, or a writer of paths.
   *  @param {Pen} pen @param {Point[]} points */
  trace(pen, points) {
    points.forEach(([x, y], at) => {
      if (!at) {
        pen.moveTo(x, y);
        return;
      }
      const [x0, y0] = points[at - 1];
      const [middleX, middleY] = [(x0 + x) / 2, (y0 + y) / 2];
      if (Math.abs(this.isUpright ? x0 - x : y0 - y) < 0.11) pen.lineTo(x, y);
      else if (this.isUpright) pen.bezierCurveTo(x0, middleY, x, middleY, x, y);
      else pen.bezierCurveTo(middleX, y0, middleX, y, x, y);
    });
  }

  /** The box of an operation's circle, which stands before its node's box. @param {number} index */
  circle(index) {
    const node = this.graph.nodes[index];
    const box = this.boxes.get(index);
    if (!node.circle || !box) return null;
    const [w, h, link] = node.circle;
    if (!link) return null;
    const [dx, dy] = this.flow;
    const x = box.x + (box.w - w) / 2 - dx * ((box.w + w) / 2 + link);
    const y = box.y + (box.h - h) / 2 - dy * ((box.h + h) / 2 + link);
    return { x, y, w, h };
  }

  /** What lies at a point: { thing }, or { area } for the name of an open scope, or null.
   *  @param {number} x @param {number} y @returns {{ thing?: number, area?: number } | null} */
  at(x, y) {
    for (const [area, box] of this.stacks) if (holds(box, x, y)) return { thing: -1 - area };
    for (const [thing, box] of this.boxes) {
      if (holds(box, x, y)) return { thing };
      const circle = thing >= 0 && this.circle(thing);
      if (circle && holds(circle, x, y)) return { thing };
    }
    for (const [thing, ...numbers] of this.copies) {
      if (holds(boxOf(numbers), x, y)) return { thing };
    }
    for (const [area, box] of [...this.areaBoxes].reverse()) {
      if (holds({ ...box, h: TITLE_HEIGHT }, x, y)) return { area };
    }
    return null;
  }

  /** The nearest thing in a direction, for the arrow keys, or null.
   *  @param {number} thing @param {number} dx @param {number} dy */
  neighbour(thing, dx, dy) {
    const from = centreOf(this.boxes.get(thing));
    let [nearest, least] = [null, Infinity];
    for (const [other, box] of this.boxes) {
      const to = centreOf(box);
      const ahead = (to.x - from.x) * dx + (to.y - from.y) * dy;
      const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
      if (ahead < 4 || aside > 4 * ahead + 40) continue; // the thing itself is 0 ahead
      const cost = ahead + 2.5 * aside;
      if (cost < least) [nearest, least] = [other, cost];
    }
    return nearest;
  }
}

/** @param {EndRow} row @returns {End} */
function readEnd([source, target, slot, track, x, y, labelX, labelY, anchor, prefix]) {
  const label = { x: labelX, y: labelY, anchor: ANCHORS[anchor], prefix };
  return { source, target, slot, track, x, y, label: labelX === undefined ? null : label };
}
