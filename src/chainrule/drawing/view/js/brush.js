// Shapes on a canvas, in the palette's colours.

import { FONT } from "../generated/colours.js";
import { corners } from "./look.js";

/** @import { Point, Scene, Shape } from "../types.js" */

/** @type {Record<string, CanvasTextAlign>} */
const ALIGN = { start: "start", middle: "center", end: "end" };

/** Paint a shape; no line is thinner than `thinnest`.
 *  @param {CanvasRenderingContext2D} context @param {Shape} shape @param {Scene} scene */
export function paint(context, shape, palette, scene, thinnest = 0) {
  const style = palette[shape.role];
  if (shape.kind === "text") {
    write(context, shape, style, palette);
    return;
  }
  context.beginPath();
  outline(context, shape, scene);
  if (style.fill !== "none" && shape.kind !== "line" && shape.kind !== "way") {
    context.fillStyle = style.fill;
    context.fill();
  }
  if (style.stroke !== "none") {
    context.strokeStyle = style.stroke;
    context.lineWidth = Math.max(style.width, thinnest);
    context.setLineDash(style.dash);
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Shape} shape @param {Scene} scene */
function outline(context, shape, scene) {
  if (shape.kind === "way") scene.trace(context, shape.points);
  else if (shape.kind === "box" && !shape.cut) {
    const { x, y, w, h, r } = shape;
    context.roundRect(x, y, w, h, Math.min(r, w / 2, h / 2));
  } else {
    const points = shape.cut ? corners(shape) : shape.points;
    for (const [x, y] of points) context.lineTo(x, y);
    if (shape.kind !== "line") context.closePath();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Shape} shape */
function write(context, shape, style, palette) {
  if (!shape.text) return;
  context.font = `${shape.bold ? "600 " : ""}${shape.size}px ${FONT}`;
  context.textAlign = ALIGN[shape.anchor];
  if (shape.halo) {
    context.strokeStyle = palette.ground.fill;
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.setLineDash([]);
    context.strokeText(shape.text, shape.x, shape.y);
  }
  context.fillStyle = style.fill;
  context.fillText(shape.text, shape.x, shape.y);
}
