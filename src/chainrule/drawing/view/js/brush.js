// Shapes on a canvas, in the palette's colours.

import { FONT, PALETTE } from "../generated/colours.js";
import { corners } from "./shapes.js";

/** @type {Record<string, CanvasTextAlign>} */
const ALIGN = { start: "start", middle: "center", end: "end" };

export class Brush {
  /** @param {CanvasRenderingContext2D} context @param {Scene} scene */
  constructor(context, scene, isDark) {
    this.context = context;
    this.scene = scene;
    this.isDark = isDark;
    this.palette = PALETTE[isDark ? "dark" : "light"];
  }

  /** Fill the canvas with the background, as far as a box reaches. @param {Box} box */
  clear({ x, y, w, h }) {
    this.context.fillStyle = this.palette.ground.fill;
    this.context.fillRect(x, y, w, h);
  }

  /** Paint shapes; no line is thinner than `thinnest`. @param {Iterable<Shape>} shapes */
  paint(shapes, thinnest = 0) {
    for (const shape of shapes) {
      if (shape.kind === "text") this._write(shape);
      else this._draw(shape, thinnest);
    }
  }

  /** @param {Shape} shape */
  _draw(shape, thinnest) {
    const { context } = this;
    const { fill: plain, stroke, width, dash } = this.palette[shape.role];
    const fill = shape.tint?.[this.isDark ? 1 : 0] ?? plain;
    context.beginPath();
    this._outline(shape);
    if (fill !== "none" && shape.kind !== "line" && shape.kind !== "way") {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke === "none") return;
    context.strokeStyle = stroke;
    context.lineWidth = Math.max(width, thinnest);
    context.setLineDash(dash);
    context.stroke();
  }

  /** @param {Shape} shape */
  _outline(shape) {
    const { context } = this;
    if (shape.kind === "way") this.scene.trace(context, shape.points);
    else if (shape.kind === "box" && !shape.cut) {
      const { x, y, w, h, r } = shape;
      context.roundRect(x, y, w, h, Math.min(r, w / 2, h / 2));
    } else {
      const points = shape.cut ? corners(shape) : shape.points;
      for (const [x, y] of points) context.lineTo(x, y);
      if (shape.kind !== "line") context.closePath();
    }
  }

  /** @param {Shape} shape */
  _write({ text, x, y, size, bold, anchor, halo, role }) {
    if (!text) return;
    const { context, palette } = this;
    context.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
    context.textAlign = ALIGN[anchor];
    if (halo) {
      context.strokeStyle = palette.ground.fill;
      context.lineWidth = 3;
      context.lineJoin = "round";
      context.setLineDash([]);
      context.strokeText(text, x, y);
    }
    context.fillStyle = palette[role].fill;
    context.fillText(text, x, y);
  }
}
