// Level of detail on a canvas: how nodes and edges are drawn at each scale.

import { disc, farName, MIDDLE, NEAR, nodeShapes, roleOf } from "./look.js";
import { box, tinted } from "./shapes.js";

/** The share of the picture that edges may cover before they fade, and their least opacity. */
const [COVERED, FAINTEST] = [0.02, 0.12];

/** @param {Brush} brush @param {number} index */
export function paintNode(brush, index, rows, k) {
  const { scene } = brush;
  if (k >= NEAR) {
    brush.paint(nodeShapes(scene, index, rows));
    return;
  }
  const at = scene.boxes.get(index);
  const node = scene.graph.nodes[index];
  brush.paint([tinted(node, box(at, roleOf(node)))], 0.7 / k);
  if (k < MIDDLE) {
    bars(brush, at, node, rows);
    return;
  }
  const circle = scene.circle(index);
  if (circle) brush.paint([disc(circle)]);
  brush.paint([farName(scene, index, rows)]);
}

/** Bars instead of numbers that are too small to be read. @param {Brush} brush */
function bars({ context, palette }, at, node, rows) {
  const parts = node.kind === "constant" ? ["data"] : ["data", "grad"];
  context.globalAlpha = 0.75;
  for (const [row, part] of parts.entries()) {
    const [words, role] = rows[part];
    if (part === "grad" && words.length < 2) continue;
    context.fillStyle = palette[role].fill;
    context.fillRect(at.x + at.w - 60, at.y + 8 + row * 17, 50, 9);
  }
  context.globalAlpha = 1;
}

/** How opaque edges are: fainter the more of the picture they would cover at a scale. */
export function strengthOfEdges(bounds, [wide, high], k) {
  if (k >= NEAR) return 1;
  const along = bounds.reduce((sum, { w, h }) => sum + w + h, 0);
  const covered = (along * Math.max(1.2, 0.5 / k)) / (wide * high);
  return Math.max(FAINTEST, Math.min(1, COVERED / covered));
}
