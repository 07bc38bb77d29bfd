// The names of open scopes where the picture itself doesn't show them.

import { overlap } from "./geometry.js";
import { NEAR, short, text } from "./look.js";

/** Smaller letters, in pixels, are illegible; titles of the second size replace them. */
const [SPECK, READ] = [5, 11];

/** The names of open scopes that are out of the window, or from afar too small to be read. */
export function titles({ scene, camera }) {
  return 24 * camera.k < SPECK ? farTitles(scene, camera.k) : stuckTitles(scene, camera);
}

/** Those whose titles are left of the window, at its left edge. */
function stuckTitles(scene, camera) {
  const { k } = camera;
  const view = camera.view();
  const size = Math.max(11, 10 / k);
  const shapes = [];
  for (const [area, at] of scene.areaBoxes) {
    const { path } = scene.areas[area];
    const words = short(path[path.length - 1], 240, 11);
    const room = size * 0.62 * [...words].length + 12 / k;
    const end = at.x + 27 + 0.62 * (k < NEAR ? 24 : 11) * [...words].length;
    const isOut = end < view.x && at.x + at.w - view.x > room + 12 / k;
    if (!isOut || !overlap(view, { ...at, h: 16 })) continue;
    const more = { bold: true, halo: true };
    shapes.push(text(view.x + 12 / k, at.y + 5 + size, words, size, "scope-name", more));
  }
  return shapes;
}

/** In the corners of their frames where there is room, equally large at every scale. */
function farTitles(scene, k) {
  const size = READ / k;
  const occupied = [...scene.boxes.values()];
  const shapes = [];
  for (const [area, { x, y, w, h }] of scene.areaBoxes) {
    const { path } = scene.areas[area];
    const words = short(path[path.length - 1], 240, READ);
    const room = {
      x: x + 4 / k,
      y: y + 3 / k,
      w: size * (0.62 * [...words].length + 0.5),
      h: size,
    };
    if (room.w > w || 1.6 * size > h || occupied.some((box) => overlap(box, room))) continue;
    occupied.push(room);
    const more = { bold: true, halo: true };
    shapes.push(text(room.x, room.y + 0.85 * size, words, size, "scope-name", more));
  }
  return shapes;
}
