// How much detail nodes have on a canvas at a scale, and how strong edges are.

import { paint } from "./brush.js";
import { farName, MIDDLE, NEAR, nodeShapes } from "./look.js";

/** @import { Scene } from "../types.js" */

/** The part of the picture that edges may cover undimmed, and how faint they become at most. */
const [COVERED, FAINTEST] = [0.02, 0.12];

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {number} index */
export function paintNode(context, scene, index, rows, palette, k) {
  if (k >= NEAR) {
    for (const shape of nodeShapes(scene, index, rows)) paint(context, shape, palette, scene);
    return;
  }
  const at = scene.boxes.get(index);
  const node = scene.graph.nodes[index];
  const style = palette[node.role];
  context.fillStyle = style.fill;
  context.fillRect(at.x, at.y, at.w, at.h);
  context.strokeStyle = style.stroke;
  context.setLineDash([]);
  context.lineWidth = Math.max(style.width, 0.7 / k);
  context.strokeRect(at.x, at.y, at.w, at.h);
  if (k < MIDDLE) {
    bars(context, at, node, rows, palette);
    return;
  }
  const circle = scene.circle(index);
  if (circle) {
    const round = Math.min(circle.w, circle.h) / 2;
    paint(context, { kind: "box", ...circle, r: round, role: "op" }, palette, scene);
  }
  paint(context, farName(scene, index, rows), palette, scene);
}

/** Bars instead of numbers that are too small to be read. */
function bars(context, at, node, rows, palette) {
  const parts = node.kind === "constant" ? ["data"] : ["data", "grad"];
  parts.forEach((part, row) => {
    const [words, role] = rows[part];
    if (part === "grad" && words.length < 2) return;
    context.fillStyle = palette[role].fill;
    context.globalAlpha = 0.75;
    context.fillRect(at.x + at.w - 60, at.y + 8 + row * 17, 50, 9);
    context.globalAlpha = 1;
  });
}

/** How opaque edges are: fainter the more of the picture they would cover at a scale. */
export function strengthOfEdges(bounds, [wide, high], k) {
  if (k >= NEAR) return 1;
  const along = bounds.reduce((sum, { w, h }) => sum + w + h, 0);
  const covered = (along * Math.max(1.2, 0.5 / k)) / (wide * high);
  return Math.max(FAINTEST, Math.min(1, COVERED / covered));
}
