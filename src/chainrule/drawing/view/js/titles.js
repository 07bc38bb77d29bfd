// The names of open scopes whose own titles are out of the window or too small to read.

import { boxOf, overlap } from "./geometry.js";
import { NEAR, short } from "./look.js";
import { text } from "./shapes.js";

/** Letters below the first size, in pixels, are illegible; titles of the second replace them. */
const [SPECK, READ] = [5, 11];

/** The titles to draw over the picture. */
export function titles({ scene, camera }) {
  return 24 * camera.k < SPECK ? farTitles(scene, camera.k) : stuckTitles(scene, camera);
}

/** Titles that lie left of the window, moved to its left edge. */
function stuckTitles(scene, camera) {
  const { k } = camera;
  const view = camera.view();
  const size = Math.max(11, 10 / k);
  return [...scene.areaBoxes].flatMap(([area, at]) => {
    const [words, length] = titleOf(scene, area);
    const end = at.x + 27 + length * (k < NEAR ? 24 : 11);
    const isOut = end < view.x && at.x + at.w - view.x > size * length + 24 / k;
    if (!isOut || !overlap(view, { ...at, h: 16 })) return [];
    return [title(view.x + 12 / k, at.y + 5 + size, words, size)];
  });
}

/** Titles in the corners of their frames, if there is room, of one size at every scale. */
function farTitles(scene, k) {
  const size = READ / k;
  const occupied = [...scene.boxes.values()];
  const shapes = [];
  for (const [area, { x, y, w, h }] of scene.areaBoxes) {
    const [words, length] = titleOf(scene, area);
    const room = boxOf([x + 4 / k, y + 3 / k, size * (length + 0.5), size]);
    if (room.w > w || 1.6 * size > h || occupied.some((box) => overlap(box, room))) continue;
    occupied.push(room);
    shapes.push(title(room.x, room.y + 0.85 * size, words, size));
  }
  return shapes;
}

/** A scope's name, cut off if it is long, and its length at size 1. @returns {[string, number]} */
function titleOf(scene, area) {
  const words = short(scene.areas[area].path.at(-1), 240, READ);
  return [words, 0.62 * [...words].length];
}

function title(x, y, words, size) {
  return text(x, y, words, size, "scope-name", { bold: true, halo: true });
}
