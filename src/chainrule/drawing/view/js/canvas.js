// The picture on a canvas, for large graphs. Panning moves a picture drawn ahead, which is larger
// than the window; the next one is drawn in the background, a few milliseconds in each frame.

import { PALETTE } from "../generated/colours.js";
import { paint } from "./brush.js";
import { paintNode, strengthOfEdges } from "./detail.js";
import { boundsOf, boxOf, contains, grown, overlap } from "./geometry.js";
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

/** @import { App } from "../types.js" */

const [MARGIN, SPARE] = [0.4, 0.15];
const BUDGET = 5;

/** How far the texts of a node, or of an arrowhead, may reach beyond it. */
const [NODE_MARGIN, HEAD_MARGIN, ROW_MARGIN] = [120, 80, 20];

export class CanvasPicture {
  /** @param {HTMLElement} stage @param {App} app */
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
    const pieces = this.app.scene.pieces();
    this.pieces = pieces.map((points) => ({ points, bounds: boundsOf(points) }));
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

  /** The colours have changed: draw all of it at once. */
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

  // ---- the picture that is drawn ahead -----------------------------------------------------

  _redraw() {
    const { camera } = this.app;
    const { x, y } = camera.view(MARGIN);
    const [w, h] = [camera.width, camera.height].map(
      (length) => this._whole(length * (1 + 2 * MARGIN)) / camera.k,
    );
    const plan = { k: camera.k, x, y, w, h };
    this.next = { plan, work: this._draw(plan), late: new Set() };
    if (!this.shown) while (!this._work());
    this._ask();
  }

  /** A length rounded to whole pixels of the screen: a moving picture must not lose a row. */
  _whole(length) {
    return Math.round(length * this.ratio) / this.ratio;
  }

  /** Draw on for a few milliseconds; true when the new picture has replaced the old one. */
  _work() {
    const until = performance.now() + BUDGET;
    while (performance.now() < until) {
      if (!this.next.work.next().done) continue;
      const { plan, late } = this.next;
      this.shown = plan;
      this.next = null;
      [this.front, this.spare] = [this.spare, this.front];
      this._repaint(late);
      return true;
    }
    return false;
  }

  *_draw(plan) {
    const { scene } = this.app;
    const canvas = this.spare;
    const wide = Math.round(plan.w * plan.k * this.ratio);
    const high = Math.round(plan.h * plan.k * this.ratio);
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    const context = canvas.getContext("2d", { alpha: false });
    this._aim(context, plan);
    context.fillStyle = this.palette.ground.fill;
    context.fillRect(plan.x, plan.y, plan.w, plan.h);
    for (const area of scene.areaBoxes.keys()) {
      for (const shape of areaShapes(scene, area, plan.k < NEAR))
        paint(context, shape, this.palette, scene);
    }
    yield;
    yield* this._edges(context, plan);
    for (const [thing, box] of scene.boxes) {
      if (thing < 0 || !overlap(plan, grown(box, NODE_MARGIN, ROW_MARGIN))) continue;
      this._node(context, thing, plan.k);
      yield;
    }
    for (const copy of plan.k < MIDDLE ? [] : scene.copies) {
      if (!overlap(plan, boxOf(copy.slice(1)))) continue;
      for (const shape of copyShapes(scene, copy)) paint(context, shape, this.palette, scene);
      yield;
    }
    if (plan.k >= MIDDLE) yield* this._heads(context, plan);
    for (const area of scene.stacks.keys()) {
      for (const shape of stackShapes(scene, area)) paint(context, shape, this.palette, scene);
    }
  }

  *_edges(context, plan) {
    const { scene } = this.app;
    const style = this.palette.edge;
    let count = 0;
    const bounds = this.pieces.map((piece) => piece.bounds);
    const alpha = strengthOfEdges(bounds, scene.size, plan.k);
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
    for (const { points, bounds } of this.pieces) {
      if (!overlap(plan, bounds)) continue;
      scene.trace(context, points);
      if (++count % 40) continue;
      stroke();
      yield;
    }
    stroke();
  }

  *_heads(context, plan) {
    const { scene } = this.app;
    for (const end of scene.ends) {
      if (!overlap(plan, grown({ x: end.x, y: end.y, w: 0, h: 0 }, HEAD_MARGIN, ROW_MARGIN)))
        continue;
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
    if (this.next) for (const index of changed) this.next.late.add(index);
    this._ask();
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
    this._ask();
  }

  moveCamera() {
    this._ask();
  }

  _ask() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.isRemoved) this._frame();
    });
  }

  _frame() {
    if (this.next) this._work();
    if (!this.next && !this._covers()) this._redraw();
    const { x, y, k } = this.app.camera;
    const context = this.root.getContext("2d", { alpha: false });
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = this.palette.ground.fill;
    context.fillRect(0, 0, this.root.width, this.root.height);
    const { shown } = this;
    context.imageSmoothingEnabled = k !== shown.k;
    context.drawImage(
      this.front,
      this._whole(shown.x * k + x),
      this._whole(shown.y * k + y),
      shown.w * k,
      shown.h * k,
    );
    const scale = k * this.ratio;
    context.setTransform(scale, 0, 0, scale, x * this.ratio, y * this.ratio);
    for (const shape of [...titles(this.app), ...(this.over || [])]) {
      paint(context, shape, this.palette, this.app.scene, 2.2 / k);
    }
    if (this.next) this._ask();
  }

  /** Whether the picture that was drawn ahead shows the whole window at the right scale. */
  _covers() {
    const { camera } = this.app;
    return this.shown.k === camera.k && contains(this.shown, camera.view(SPARE));
  }
}
