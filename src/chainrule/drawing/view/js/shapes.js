// The shapes that a picture is made of, and the font sizes of its labels and numbers.

export const [LABEL, NUMBER] = [13, 12];

/** The distance from the middle of a line down to its baseline, in ems. */
export const BASE = 0.36;

/** @param {Box} at @param {string} role @returns {Shape} */
export function box({ x, y, w, h }, role, r = 0, cut = false) {
  return { kind: "box", x, y, w, h, role, r, cut };
}

/** A node's box, in the colour that the user gave the node. @param {GraphNode} node
 *  @param {Shape} box @returns {Shape} */
export function tinted({ tint }, box) {
  return { ...box, tint };
}

/** The corners of a box whose corners are cut off. @param {Shape} box @returns {Point[]} */
export function corners({ x, y, w, h, r }) {
  return [
    [x + r, y],
    [x + w - r, y],
    [x + w, y + r],
    [x + w, y + h - r],
    [x + w - r, y + h],
    [x + r, y + h],
    [x, y + h - r],
    [x, y + r],
  ];
}

/** @param {string} words @param {string} role @param {Partial<Shape>} more @returns {Shape} */
export function text(x, y, words, size, role, more = {}) {
  return { kind: "text", x, y, text: words, size, role, anchor: "start", ...more };
}

/** A text whose middle is at a point. */
export function centred({ x, y }, words, size, role, more = {}) {
  return text(x, y + BASE * size, words, size, role, { anchor: "middle", ...more });
}

/** @param {string} role @param {Point[]} points @returns {Shape} */
export function line(role, ...points) {
  return { kind: "line", points, role };
}
