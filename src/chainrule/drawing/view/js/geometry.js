// Boxes in the picture.

/** @param {number[]} numbers @returns {Box} */
export function boxOf([x, y, w, h]) {
  return { x, y, w, h };
}

/** @param {Box} box @param {number} x @param {number} y */
export function holds(box, x, y) {
  return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
}

/** @param {Box} one @param {Box} two */
export function overlap(one, two) {
  return (
    one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h
  );
}

/** The smallest box around some points. @param {Point[]} points @returns {Box} */
export function boundsOf(points) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}

/** A box that is larger on each side. @param {Box} box */
export function grown({ x, y, w, h }, dx, dy = dx) {
  return { x: x - dx, y: y - dy, w: w + 2 * dx, h: h + 2 * dy };
}

/** @param {Box} outer @param {Box} inner */
export function contains(outer, inner) {
  const { x, y, w, h } = inner;
  return holds(outer, x, y) && holds(outer, x + w, y + h);
}

/** @param {Box} box */
export function centreOf({ x, y, w, h }) {
  return { x: x + w / 2, y: y + h / 2 };
}
