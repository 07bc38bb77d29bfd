// Where everything lies for one way of collapsing scopes. The layout is Python's; here it is only
// looked up. Things are numbered: a node has its number, a collapsed scope -1 - its own.

import { ANCHORS } from "../generated/facts.js";

export class Scene {
  constructor(data, graph) {
    this.data = data;
    this.graph = graph;
    this.direction = data.direction;
    this.areas = data.areas;
    this.states = new Map(data.states.map((state) => [state.collapsed.join(), state]));
    this.collapsed = new Set();
    this.arrange();
  }

  /** The collapsed scopes that no other collapsed scope contains. */
  outermost() {
    return [...this.collapsed]
      .filter((area) => {
        for (let up = this.areas[area].parent; up >= 0; up = this.areas[up].parent) {
          if (this.collapsed.has(up)) return false;
        }
        return true;
      })
      .sort((one, two) => one - two);
  }

  toggle(area) {
    if (!this.collapsed.delete(area)) this.collapsed.add(area);
    this.arrange();
  }

  collapse(areas) {
    this.collapsed = new Set(areas);
    this.arrange();
  }

  arrange() {
    const outer = this.outermost();
    const state = this.states.get(outer.join());
    this.state = state || this.states.get("");
    const inPlace = state ? [] : outer;
    this.size = this.state.size;
    this.standsFor = this.graph.nodes.map((_, node) => node);
    for (const area of outer) {
      for (const node of this.areas[area].nodes) this.standsFor[node] = -1 - area;
    }
    this._place(inPlace);
    this._connect();
  }

  _place(inPlace) {
    this.boxes = new Map();
    this.graph.nodes.forEach((node, index) => {
      const at = this.state.boxes[index];
      if (at && this.standsFor[index] === index) {
        this.boxes.set(index, { x: at[0], y: at[1], w: node.box[0], h: node.box[1] });
      }
    });
    this.areaBoxes = new Map();
    for (const [area, x, y, w, h] of this.state.areas) this.areaBoxes.set(area, { x, y, w, h });
    this.stacks = new Map(this.state.stacks.map(([area, x, y, w, h]) => [area, { x, y, w, h }]));
    for (const area of inPlace) this.stacks.set(area, { ...this.areaBoxes.get(area), large: true });
    for (const area of this.areaBoxes.keys()) {
      if (this._isWithin(area, inPlace)) this.areaBoxes.delete(area);
    }
    for (const [area, box] of this.stacks) this.boxes.set(-1 - area, box);
    this.copies = this.state.copies.filter(
      ([node, x, y]) => !inPlace.some((area) => holds(this.stacks.get(area), x, y)) && node >= 0,
    );
  }

  _isWithin(area, others) {
    for (let up = area; up >= 0; up = this.areas[up].parent) if (others.includes(up)) return true;
    return false;
  }

  _connect() {
    const { tracks, ends } = this.state;
    this.tracks = tracks;
    const away = (thing) => thing >= 0 && this.standsFor[thing] !== thing;
    const hidden = ([source, target]) =>
      away(source) && away(target) && this.standsFor[source] === this.standsFor[target];
    this.ends = ends.filter((end) => !hidden(end)).map((end) => new End(end));
    this.endOf = new Map();
    this.arriving = new Map();
    for (const end of this.ends) {
      const user = end.target;
      if (user >= 0) this.endOf.set(`${user} ${end.turn}`, end);
      const list = this.arriving.get(end.source) || [];
      list.push(end);
      this.arriving.set(end.source, list);
    }
    this.drawn = new Uint8Array(tracks.length / 3);
    for (const end of this.ends) {
      for (let at = end.track; at >= 0 && !this.drawn[at]; at = tracks[3 * at]) this.drawn[at] = 1;
    }
  }

  /** The points of an edge from its operand to its arrowhead. */
  points(end) {
    const points = [];
    for (let at = end.track; at >= 0; at = this.tracks[3 * at]) {
      points.push([this.tracks[3 * at + 1], this.tracks[3 * at + 2]]);
    }
    return points.reverse();
  }

  get isUpright() {
    return this.direction === "TB" || this.direction === "BT";
  }

  /** The two control points between two points of an edge; null where the way is straight. */
  bend(x1, y1, x2, y2) {
    if (this.isUpright) {
      const middle = (y1 + y2) / 2;
      return Math.abs(x1 - x2) < 0.11 ? null : [x1, middle, x2, middle];
    }
    const middle = (x1 + x2) / 2;
    return Math.abs(y1 - y2) < 0.11 ? null : [middle, y1, middle, y2];
  }

  /** The box of an operation's circle, which stands before its node's box. */
  circle(index) {
    const node = this.graph.nodes[index];
    const box = this.boxes.get(index);
    if (!node.circle || !box) return null;
    const [w, h, link] = node.circle;
    if (!link) return null;
    const middle = { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h, link };
    switch (this.direction) {
      case "LR":
        return { ...middle, x: box.x - link - w };
      case "RL":
        return { ...middle, x: box.x + box.w + link };
      case "TB":
        return { ...middle, y: box.y - link - h };
      default:
        return { ...middle, y: box.y + box.h + link };
    }
  }

  /** What lies at a point: { thing }, or { area } for the name of an open scope, or null. */
  at(x, y) {
    for (const [area, box] of this.stacks) if (holds(box, x, y)) return { thing: -1 - area };
    for (const [thing, box] of this.boxes) {
      if (holds(box, x, y)) return { thing };
      const circle = thing >= 0 && this.circle(thing);
      if (circle && holds(circle, x, y)) return { thing };
    }
    const copy = this.copies.find(([, left, top, w, h]) => holds({ x: left, y: top, w, h }, x, y));
    if (copy) return { thing: copy[0] };
    for (const [area, box] of [...this.areaBoxes].reverse()) {
      if (holds({ ...box, h: 24 }, x, y)) return { area };
    }
    return null;
  }

  /** The nearest thing from one in a direction, for the arrow keys; null where there is none. */
  neighbour(thing, dx, dy) {
    const from = middle(this.boxes.get(thing));
    let best = null;
    let least = Infinity;
    for (const [other, box] of this.boxes) {
      const to = middle(box);
      const ahead = (to.x - from.x) * dx + (to.y - from.y) * dy;
      const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
      if (other === thing || ahead < 4 || aside > 4 * ahead + 40) continue;
      const cost = ahead + 2.5 * aside;
      if (cost < least) [best, least] = [other, cost];
    }
    return best;
  }
}

class End {
  constructor([source, target, turn, track, x, y, labelX, labelY, anchor, prefix]) {
    Object.assign(this, { source, target, turn, track, x, y });
    this.label =
      labelX === undefined ? null : { x: labelX, y: labelY, anchor: ANCHORS[anchor], prefix };
  }
}

function holds(box, x, y) {
  return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
}

function middle(box) {
  return { x: box.x + box.w / 2, y: box.y + box.h / 2 };
}
