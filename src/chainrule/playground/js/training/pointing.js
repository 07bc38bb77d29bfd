// What is pointed at in the picture of a network: a neuron, or the line of a weight.

/** How the arrow keys move from neuron to neuron. */
export const MOVES = {
  ArrowLeft: { across: -1, down: 0 },
  ArrowRight: { across: 1, down: 0 },
  ArrowUp: { across: 0, down: -1 },
  ArrowDown: { across: 0, down: 1 },
};

/** @param {Part | null} one @param {Part | null} two */
export function same(one, two) {
  if (!one || !two) return one === two;
  return one.layer === two.layer && one.at === two.at && one.from === two.from && one.to === two.to;
}

/** Whether a weight is what is pointed at, or leads to the neuron that is.
 *  @param {Weight} weight @param {Part | null} part */
export function isPart(weight, part) {
  if (!part || part.from !== undefined) return same(weight, part);
  return weight.layer === part.layer && weight.to === part.at;
}

/** How far a point is from a line between two others. */
export function distance(x, y, { x1, y1, x2, y2 }) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const share = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy);
  if (share < 0 || share > 1) return Number.POSITIVE_INFINITY;
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}
