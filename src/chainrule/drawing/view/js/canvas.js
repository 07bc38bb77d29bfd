// The picture on a canvas, for large graphs. Panning moves a picture drawn ahead, which is larger
// than the window; the next one is drawn in the background, a few milliseconds in each frame.

import { Brush } from "./brush.js";
import { paintNode, strengthOfEdges } from "./detail.js";
import { h } from "./dom.js";
import { boundsOf, boxOf, contains, grown, overlap } from "./geometry.js";
import * as look from "./look.js";
import { overlay } from "./overlay.js";
import { titles } from "./titles.js";

const [MARGIN, SPARE] = [0.4, 0.15];
const BUDGET = 5;

/** How far the texts of a node, or of an arrowhead, may reach beyond it. */
const [NODE_MARGIN, HEAD_MARGIN, ROW_MARGIN] = [120, 80, 20];

export class CanvasPicture {
  /** @param {HTMLElement} stage @param {App} app */
  constructor(stage, app) {
    this.app = app;
    this.root = h("canvas.picture", { "aria-hidden": "true" });
    this.front = h("canvas");
    this.spare = h("canvas");
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

  /** Draw the whole picture at once in the new colours. */
  recolour() {
    this._redraw();
    while (!this._work());
    this._frame();
  }

  remove() {
    this.isRemoved = true;
    this.root.remove();
  }

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

  /** Round a length to whole pixels of the screen, or a moving picture would lose a row. */
  _whole(length) {
    return Math.round(length * this.ratio) / this.ratio;
  }

  /** Continue drawing for a few milliseconds; true once the new picture has replaced the old. */
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
    const brush = this._brush(canvas, plan);
    brush.clear(plan);
    for (const area of scene.areaBoxes.keys())
      brush.paint(look.areaShapes(scene, area, plan.k < look.NEAR));
    yield;
    yield* this._edges(brush, plan);
    for (const [thing, box] of scene.boxes) {
      if (thing < 0 || !overlap(plan, grown(box, NODE_MARGIN, ROW_MARGIN))) continue;
      this._node(brush, thing, plan.k);
      yield;
    }
    for (const copy of plan.k < look.MIDDLE ? [] : scene.copies) {
      if (!overlap(plan, boxOf(copy.slice(1)))) continue;
      brush.paint(look.copyShapes(scene, copy));
      yield;
    }
    if (plan.k >= look.MIDDLE) yield* this._heads(brush, plan);
    for (const area of scene.stacks.keys()) brush.paint(look.stackShapes(scene, area));
  }

  *_edges(brush, plan) {
    const { scene } = this.app;
    const { context } = brush;
    const { stroke, width } = brush.palette.edge;
    const bounds = this.pieces.map((piece) => piece.bounds);
    const alpha = strengthOfEdges(bounds, scene.size, plan.k);
    const visible = this.pieces.filter((piece) => overlap(plan, piece.bounds));
    for (let first = 0; first < visible.length; first += 40) {
      context.beginPath();
      for (const { points } of visible.slice(first, first + 40)) scene.trace(context, points);
      context.strokeStyle = stroke;
      context.lineWidth = Math.max(width, 0.5 / plan.k);
      context.setLineDash([]);
      context.globalAlpha = alpha;
      context.stroke();
      context.globalAlpha = 1;
      yield;
    }
  }

  *_heads(brush, plan) {
    const { scene } = this.app;
    for (const end of scene.ends) {
      const tip = boxOf([end.x, end.y, 0, 0]);
      if (!overlap(plan, grown(tip, HEAD_MARGIN, ROW_MARGIN))) continue;
      const label = plan.k >= look.NEAR && look.beside(scene, end);
      brush.paint(label ? [look.arrowhead(scene, end), label] : [look.arrowhead(scene, end)]);
      yield;
    }
  }

  _node(brush, index, k) {
    paintNode(brush, index, look.changing(this.app.graph, index, this.app.verdicts), k);
  }

  /** A brush that paints a part of the picture over a whole canvas.
   *  @param {HTMLCanvasElement} canvas @param {{ x: number, y: number, k: number }} part */
  _brush(canvas, { x, y, k }) {
    const context = canvas.getContext("2d", { alpha: false });
    const scale = k * this.ratio;
    context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
    return new Brush(context, this.app.scene, this.app.isDark);
  }

  /** Repaint the nodes whose numbers have changed; null stands for all of them. */
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
    const brush = this._brush(this.front, this.shown);
    for (const index of indices) {
      if (this.app.scene.boxes.has(index)) this._node(brush, index, this.shown.k);
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
    const { shown } = this;
    const { x, y, k, width, height } = this.app.camera;
    const pane = this._brush(this.root, { x: 0, y: 0, k: 1 });
    pane.clear({ x: 0, y: 0, w: width + 1, h: height + 1 });
    pane.context.imageSmoothingEnabled = k !== shown.k;
    const [left, top] = [this._whole(shown.x * k + x), this._whole(shown.y * k + y)];
    pane.context.drawImage(this.front, left, top, shown.w * k, shown.h * k);
    const brush = this._brush(this.root, { x: -x / k, y: -y / k, k });
    brush.paint([...titles(this.app), ...(this.over || [])], 2.2 / k);
    if (this.next) this._ask();
  }

  /** Whether the picture that was drawn ahead shows the whole window at the right scale. */
  _covers() {
    const { camera } = this.app;
    return this.shown.k === camera.k && contains(this.shown, camera.view(SPARE));
  }
}
