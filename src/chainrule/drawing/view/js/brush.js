// Shapes on a canvas, in the palette's colours.

import { FONT } from "../generated/colours.js";
import { corners } from "./svg.js";

export function paint(context, shape, palette, scene, thinnest = 0) {
  const style = palette[shape.role] || palette.ink;
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
    context.setLineDash(style.dash || []);
    context.stroke();
  }
}

function outline(context, shape, scene) {
  if (shape.kind === "box") {
    const { x, y, w, h, r, cut } = shape;
    if (cut) polygon(context, corners(shape));
    else if (r > 0) context.roundRect(x, y, w, h, Math.min(r, w / 2, h / 2));
    else context.rect(x, y, w, h);
  } else if (shape.kind === "way") follow(context, shape.points, scene);
  else if (shape.kind === "area") polygon(context, shape.points);
  else lines(context, shape.points);
}

function lines(context, [start, ...others]) {
  context.moveTo(...start);
  for (const point of others) context.lineTo(...point);
}

function polygon(context, points) {
  lines(context, points);
  context.closePath();
}

/** Add the curve of an edge to the present path. */
export function follow(context, points, scene) {
  points.forEach(([x, y], at) => {
    if (!at) {
      context.moveTo(x, y);
      return;
    }
    const bend = scene.bend(...points[at - 1], x, y);
    if (bend) context.bezierCurveTo(...bend, x, y);
    else context.lineTo(x, y);
  });
}

function write(context, shape, style, palette) {
  if (!shape.text) return;
  context.font = `${shape.bold ? "600 " : ""}${shape.size}px ${FONT}`;
  context.textAlign = shape.anchor === "middle" ? "center" : shape.anchor;
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
