// What is written in a node's box and below it. Where the graph runs from top to bottom, boxes are
// stacked: the label stands above the numbers, and below them a remark, by which the box grows.

import { clipped } from "./numbers.js";
import { BASE, centred, LABEL, line, NUMBER, text } from "./shapes.js";

const BESIDE = { small: 9.5, row: 17, line: 14, pad: 9 };
const STACKED = { small: 11.7, row: 15, line: 13, pad: 4 };

/** The average width of a letter in ems. */
const LETTER = 0.53;

/** The longest number that leaves room for its caption in a stacked box. */
const LONGEST = 7;

/** The sizes of a picture, or of a node. @param {Scene | GraphNode} of */
export function formOf(of) {
  return ("isUpright" in of ? of.isUpright : isStacked(of)) ? STACKED : BESIDE;
}

/** @param {GraphNode} node */
export function isStacked(node) {
  return Boolean(node.box[4]);
}

/** Whether a remark on a node can be written in full. @param {GraphNode} node */
export function hasRoomFor(node, remark) {
  return linesOf(node, remark).join(" ") === remark;
}

/** @param {GraphNode} node */
function mostLines(node) {
  return isStacked(node) ? Math.round(node.box[4] / STACKED.line) : 1;
}

/** @param {GraphNode} node */
function lettersIn(node) {
  const { small, pad } = formOf(node);
  const room = isStacked(node) ? node.box[0] - 2 * pad : node.box[0] - 4;
  return Math.floor(room / small / LETTER);
}

/** A remark as the lines in which it is written. @param {GraphNode} node @param {string} remark */
export function linesOf(node, remark) {
  const room = lettersIn(node);
  /** @type {string[]} */
  const lines = [];
  for (const part of remark.split(/(?<=,) /)) {
    for (const word of part.length > room ? part.split(" ") : part ? [part] : []) {
      const longer = `${lines.at(-1)} ${word}`;
      const isLast = lines.length === mostLines(node);
      if (lines.length && (isLast || longer.length <= room)) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
  }
  return lines.map((line) => clipped(line, room));
}

/** A node's box with the room that its remark needs. @param {Scene} scene @param {number} index
 *  @param {string} remark @returns {Box} */
export function bodyOf(scene, index, remark) {
  const node = scene.graph.nodes[index];
  const at = scene.boxes.get(index);
  if (!isStacked(node) || !remark) return at;
  const more = STACKED.line * linesOf(node, remark).length;
  return { ...at, y: scene.flow[1] > 0 ? at.y : at.y - more, h: at.h + more };
}

/** The distance between the two lines around a parameter. @param {GraphNode} node */
export function insetOf(node) {
  return node.kind === "parameter" ? 3 : 0;
}

/** @param {GraphNode} node @param {Box} at */
export function labelled(node, { x, y, w, h }) {
  if (!node.name) return [];
  const [, , nameWidth, head = 0] = node.box;
  const middle = { x: x + (nameWidth || w) / 2, y: y + (head || h) / 2 };
  const name = centred(middle, node.name, LABEL, node.label ? "ink" : "soft", { bold: true });
  const [left, right] = [x + insetOf(node), x + w - insetOf(node)];
  return head ? [name, line("rule", [left, y + head], [right, y + head])] : [name];
}

/** Whether there is room for the caption of a number. @param {GraphNode} node */
export function isCaptioned(node, number) {
  return node.kind !== "constant" && !(isStacked(node) && number.length > LONGEST);
}

/** @param {GraphNode} node @param {Box} at */
export function numbered(node, { x, y, w }, rows) {
  const { small, row: high, pad } = formOf(node);
  const [, , nameWidth, head = 0] = node.box;
  const shapes = [];
  for (const [row, part] of (node.kind === "constant" ? ["data"] : ["data", "grad"]).entries()) {
    const base = y + head + 4 + high * row + high / 2 + BASE * NUMBER;
    const [number, role] = rows[part];
    if (isCaptioned(node, number))
      shapes.push(text(x + nameWidth + pad, base, part, small, "soft"));
    shapes.push(text(x + w - pad, base, number, NUMBER, role, { anchor: "end", part }));
  }
  return shapes;
}

/** The remark below a node's box, where no edge runs, or in its stacked body.
 *  @param {Scene} scene @param {GraphNode} node @param {Box} body
 *  @param {[string, string]} remark */
export function remarked(scene, node, { x, y, w, h }, [remark, role]) {
  const form = formOf(node);
  const lines = linesOf(node, remark);
  if (!isStacked(node)) {
    const more = { anchor: "end", part: "remark", halo: true };
    return [text(x + w - 2, y + h + 10.5, lines.join(), form.small, role, more)];
  }
  const first =
    scene.flow[1] > 0 ? y + h - 5.5 - form.line * (lines.length - 1) : y + form.line - 2;
  return lines.map((words, row) =>
    text(x + w / 2, first + form.line * row, words, form.small, role, { anchor: "middle" }),
  );
}
