// The picture on a canvas, for large graphs. Panning moves a picture that is larger than the window
// and was drawn before; a new one is drawn beside it, a few milliseconds in each frame.

import { PALETTE } from "../generated/colours.js";
import { follow, paint } from "./brush.js";
import { paintNode, strengthOfEdges } from "./detail.js";
import {
  areaShapes,
  arrowhead,
  beside,
  changing,
  copyShapes,
  MIDDLE,
  NEAR,
  stackShapes,
} from "./look.js";
import { overlay } from "./overlay.js";
import { titles } from "./titles.js";

const [MARGIN, SPARE] = [0.4, 0.15];
const BUDGET = 5;

export class CanvasPicture {
  constructor(stage, app) {
    this.app = app;
    this.root = document.createElement("canvas");
    this.root.className = "picture";
    this.root.setAttribute("aria-hidden", "true");
    this.front = document.createElement("canvas");
    this.spare = document.createElement("canvas");
    stage.append(this.root);
    this.resize();
  }

  build() {
    this._index();
    this._redraw();
    this.highlight();
  }

  resize() {
    const { width, height } = this.app.camera;
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.root.width = Math.max(1, width * this.ratio);
    this.root.height = Math.max(1, height * this.ratio);
    this.build();
  }

  /** The colours are others: all of it is drawn at once. */
  recolour() {
    this._redraw();
    while (!this._work());
    this._frame();
  }

  remove() {
    this.isRemoved = true;
    this.root.remove();
  }

  get palette() {
    return PALETTE[this.app.isDark ? "dark" : "light"];
  }

  /** Note the pieces of all edges with the room that each takes. */
  _index() {
    const { scene } = this.app;
    this.pieces = [];
    scene.drawn.forEach((drawn, at) => {
      const before = scene.tracks[3 * at];
      if (!drawn || before < 0) return;
      const points = [before, at].map((one) => [
        scene.tracks[3 * one + 1],
        scene.tracks[3 * one + 2],
      ]);
      const [[x1, y1], [x2, y2]] = points;
      this.pieces.push([
        Math.min(x1, x2),
        Math.min(y1, y2),
        Math.max(x1, x2),
        Math.max(y1, y2),
        points,
      ]);
    });
  }

  // ---- the picture that is drawn ahead -----------------------------------------------------

  _redraw() {
    const { x, y, k, width, height } = this.app.camera;
    const plan = {
      k,
      x: -x / k - (MARGIN * width) / k,
      y: -y / k - (MARGIN * height) / k,
      w: this._whole(width * (1 + 2 * MARGIN)),
      h: this._whole(height * (1 + 2 * MARGIN)),
    };
    this.making = { plan, work: this._draw(plan), late: new Set() };
    if (!this.shown) while (!this._work());
    this.ask();
  }

  /** A length of whole pixels of the screen: no row of them may be lost when a picture moves. */
  _whole(length) {
    return Math.round(length * this.ratio) / this.ratio;
  }

  /** Draw on for a few milliseconds; true when the new picture has taken the old one's place. */
  _work() {
    const until = performance.now() + BUDGET;
    while (performance.now() < until) {
      if (!this.making.work.next().done) continue;
      const { plan, late } = this.making;
      this.shown = plan;
      this.making = null;
      [this.front, this.spare] = [this.spare, this.front];
      this._repaint(late);
      return true;
    }
    return false;
  }

  *_draw(plan) {
    const { scene } = this.app;
    const canvas = this.spare;
    const wide = Math.round(plan.w * this.ratio);
    const high = Math.round(plan.h * this.ratio);
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    const context = canvas.getContext("2d", { alpha: false });
    this._aim(context, plan);
    context.fillStyle = this.palette.ground.fill;
    context.fillRect(plan.x, plan.y, plan.w / plan.k, plan.h / plan.k);
    const sees = seeing(plan);
    for (const area of scene.areaBoxes.keys()) {
      for (const shape of areaShapes(scene, area, plan.k < NEAR))
        paint(context, shape, this.palette, scene);
    }
    yield;
    yield* this._edges(context, plan);
    for (const [thing, at] of scene.boxes) {
      if (thing < 0 || !sees(at.x - 120, at.y - 20, at.x + at.w, at.y + at.h + 20)) continue;
      this._node(context, thing, plan.k);
      yield;
    }
    for (const copy of scene.copies) {
      if (!sees(copy[1], copy[2], copy[1] + copy[3], copy[2] + copy[4]) || plan.k < MIDDLE)
        continue;
      for (const shape of copyShapes(scene, copy)) paint(context, shape, this.palette, scene);
      yield;
    }
    if (plan.k >= MIDDLE) yield* this._heads(context, plan, sees);
    for (const area of scene.stacks.keys()) {
      for (const shape of stackShapes(scene, area)) paint(context, shape, this.palette, scene);
    }
  }

  *_edges(context, plan) {
    const { scene } = this.app;
    const sees = seeing(plan);
    const style = this.palette.edge;
    let count = 0;
    const alpha = strengthOfEdges(this.pieces, scene.size, plan.k);
    const stroke = () => {
      context.strokeStyle = style.stroke;
      context.lineWidth = Math.max(style.width, 0.5 / plan.k);
      context.setLineDash([]);
      context.globalAlpha = alpha;
      context.stroke();
      context.globalAlpha = 1;
      context.beginPath();
    };
    context.beginPath();
    for (const [x1, y1, x2, y2, points] of this.pieces) {
      if (!sees(x1, y1, x2, y2)) continue;
      follow(context, points, scene);
      if (++count % 40) continue;
      stroke();
      yield;
    }
    stroke();
  }

  *_heads(context, plan, sees) {
    const { scene } = this.app;
    for (const end of scene.ends) {
      if (!sees(end.x - 80, end.y - 20, end.x, end.y + 20)) continue;
      paint(context, arrowhead(scene, end), this.palette, scene);
      const label = plan.k >= NEAR && beside(scene, end);
      if (label) paint(context, label, this.palette, scene);
      yield;
    }
  }

  _node(context, index, k) {
    const { scene, graph, verdicts } = this.app;
    const rows = changing(graph, index, verdicts);
    paintNode(context, scene, index, rows, this.palette, k);
  }

  _aim(context, plan) {
    const scale = plan.k * this.ratio;
    context.setTransform(scale, 0, 0, scale, -plan.x * scale, -plan.y * scale);
  }

  // ---- what changes ------------------------------------------------------------------------

  /** Numbers have changed: of a few nodes, which are painted over, or (null) anywhere. */
  refresh(changed = null) {
    if (!this.shown || changed === null) {
      this._redraw();
      return;
    }
    this._repaint(changed);
    if (this.making) for (const index of changed) this.making.late.add(index);
    this.ask();
  }

  _repaint(indices) {
    const context = this.front.getContext("2d", { alpha: false });
    this._aim(context, this.shown);
    for (const index of indices) {
      if (this.app.scene.boxes.has(index)) this._node(context, index, this.shown.k);
    }
  }

  highlight() {
    this.over = overlay(this.app);
    this.ask();
  }

  moveCamera() {
    this.ask();
  }

  ask() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.isRemoved) this._frame();
    });
  }

  _frame() {
    if (this.making) this._work();
    if (!this.making && !this._covers()) this._redraw();
    const { x, y, k } = this.app.camera;
    const context = this.root.getContext("2d", { alpha: false });
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = this.palette.ground.fill;
    context.fillRect(0, 0, this.root.width, this.root.height);
    const { shown } = this;
    const grown = k / shown.k;
    context.imageSmoothingEnabled = grown !== 1;
    context.drawImage(
      this.front,
      this._whole(shown.x * k + x),
      this._whole(shown.y * k + y),
      shown.w * grown,
      shown.h * grown,
    );
    const scale = k * this.ratio;
    context.setTransform(scale, 0, 0, scale, x * this.ratio, y * this.ratio);
    for (const shape of [...titles(this.app), ...(this.over || [])]) {
      paint(context, shape, this.palette, this.app.scene, 2.2 / k);
    }
    if (this.making) this.ask();
  }

  /** Whether the picture that was drawn ahead shows the whole window at the right scale. */
  _covers() {
    const { x, y, k, width, height } = this.app.camera;
    const { shown } = this;
    if (shown.k !== k) return false;
    const [left, top] = [(-x - SPARE * width) / k, (-y - SPARE * height) / k];
    return (
      left >= shown.x &&
      top >= shown.y &&
      left + ((1 + 2 * SPARE) * width) / k <= shown.x + shown.w / k &&
      top + ((1 + 2 * SPARE) * height) / k <= shown.y + shown.h / k
    );
  }
}

function seeing(plan) {
  const [right, low] = [plan.x + plan.w / plan.k, plan.y + plan.h / plan.k];
  return (x1, y1, x2, y2) => x2 >= plan.x && x1 <= right && y2 >= plan.y && y1 <= low;
}
