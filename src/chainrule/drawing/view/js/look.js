// What is drawn, as a list of shapes with roles; svg.js and brush.js draw them. The sizes are those
// of the static drawing.

import { boxOf, centreOf, grown } from "./geometry.js";
import { clipped, formatApart, formatNumber, signOf } from "./numbers.js";
import { spoken } from "./phrasing.js";
import { box, centred, LABEL, line, NUMBER, text, tinted } from "./shapes.js";
import {
  bodyOf,
  formOf,
  hasRoomFor,
  insetOf,
  isStacked,
  labelled,
  numbered,
  remarked,
} from "./writing.js";

/** The scale from which everything is drawn, and that from which a name fills the box. */
export const [NEAR, MIDDLE] = [0.42, 0.16];

/** The changing parts of a node: its two numbers and its remark, each a text and a role.
 *  @param {Graph} graph @param {number} index @param {Map<number, Verdict>} verdicts
 *  @returns {Record<string, [string, string]>} */
export function changing(graph, index, verdicts) {
  const node = graph.nodes[index];
  const { practice } = graph;
  const [data, grad] = [graph.shownData(index), graph.shown(index)];
  const asked = (phase) => practice?.phase === phase && practice.isTask(index);
  /** @returns {[string, string]} */
  const row = (x, phase) =>
    x === null && asked(phase) ? ["?", "soft"] : [formatNumber(x), signOf(x)];
  return {
    data: row(data, "forward"),
    grad: row(grad, "backward"),
    remark: practice ? practised(practice, index) : remarkOn(graph, node, verdicts.get(index)),
  };
}

/** What is written below a node in practice. @param {Practice} practice @param {number} index
 *  @returns {[string, string]} */
function practised(practice, index) {
  const { done, tries } = practice.at(index);
  if (done === "right") return [`✓ ${spoken("right")}`, "verdict-right"];
  if (done === "shown") return [spoken("shown"), "remark"];
  return tries.length ? [`✗ ${clipped(tries.at(-1), 12)}`, "verdict-wrong"] : ["", "remark"];
}

/** @param {Graph} graph @param {GraphNode} node @param {Verdict} [verdict]
 *  @returns {[string, string]} */
function remarkOn(graph, node, verdict) {
  if (verdict) {
    const isTold = graph.showsHand(node.index) && !graph.isRepair;
    const words = verdictLine(verdict, isTold, node);
    return [words, `verdict-${verdict.status.split(" ")[0]}`];
  }
  const isInner = node.operands.length > 0;
  if (graph.isEdited && isInner && !node.op)
    return [spoken("no formula: not recomputed"), "remark"];
  if (graph.isChanged(node.index)) {
    const words = isInner ? "was {x}" : "edited, was {x}";
    return [spoken(words, { x: formatNumber(node.original.data) }), "remark"];
  }
  return [graph.at === null && !graph.isEdited ? node.remark : "", "remark"];
}

/** @param {Verdict} verdict @param {boolean} isTold @param {GraphNode} node */
function verdictLine({ status, found, expected }, isTold, node) {
  if (status === "right") return `✓ ${spoken("by hand, right")}`;
  if (status === "wrong" && isTold) {
    const [right] = formatApart(expected, found, formatNumber);
    const words = `✗ ${spoken("by hand, expected {right}", { right })}`;
    return hasRoomFor(node, words) ? words : `✗ ${spoken("expected {right}", { right })}`;
  }
  if (status === "wrong") return `✗ ${spoken("by hand {x}", { x: formatNumber(found) })}`;
  return spoken("by hand, {status}", { status: spoken(status) });
}

/** The name of a node seen from afar, in letters that fill its box.
 *  @param {Scene} scene @param {number} index */
export function farName(scene, index, rows) {
  const node = scene.graph.nodes[index];
  const box = scene.boxes.get(index);
  const [words, role] = node.label ? [node.name, "ink"] : rows.data;
  const size = Math.min(26, box.h * 0.66, (1.5 * box.w) / Math.max(words.length, 1));
  return centred(centreOf(box), words, size, role);
}

/** A node: its operation's circle, its box, its name and numbers.
 *  @param {Scene} scene @param {number} index */
export function nodeShapes(scene, index, rows) {
  const node = scene.graph.nodes[index];
  const at = scene.boxes.get(index);
  const circle = scene.circle(index);
  const shapes = circle ? operation(scene, node, at, circle) : [];
  if (node.kind === "stack")
    return [...shapes, ...pile(at, node.name, node.lines, node.isRoot, formOf(scene))];
  const body = bodyOf(scene, index, rows.remark[0]);
  if (isStacked(node) && node.users.length)
    shapes.push(line("edge", ...tailOf(scene, index, body)));
  shapes.push(...border(node, body), ...labelled(node, at), ...numbered(node, at, rows));
  return [...shapes, ...remarked(scene, node, body, rows.remark)];
}

/** The straight beginning of a stacked node's edges, from its body.
 *  @param {Scene} scene @param {number} index @param {Box} body @returns {Point[]} */
export function tailOf(scene, index, body) {
  const at = scene.boxes.get(index);
  const x = at.x + at.w / 2;
  const tail = scene.graph.nodes[index].box[4];
  return scene.flow[1] > 0
    ? [
        [x, body.y + body.h],
        [x, at.y + at.h + tail],
      ]
    : [
        [x, body.y],
        [x, at.y - tail],
      ];
}

/** @param {Scene} scene @param {GraphNode} node @param {Box} at @param {Box} circle */
function operation(scene, node, at, circle) {
  const { x, y } = centreOf(circle);
  const target = centreOf(at);
  return [
    line("edge", [x, y], scene.isUpright ? [x, target.y] : [target.x, y]),
    disc(circle),
    centred({ x, y }, node.symbol, LABEL, "ink"),
  ];
}

/** What a node looks like. @param {GraphNode} node */
export function roleOf(node) {
  return node.isRoot ? "root" : node.operands.length ? "inner" : node.kind;
}

/** The circle of an operation. @param {Box} at */
export function disc(at) {
  return box(at, "op", Math.min(at.w, at.h) / 2);
}

/** @param {GraphNode} node @param {Box} at */
function border(node, at) {
  const { x, y, h } = at;
  const nameWidth = node.box[2];
  const inset = insetOf(node);
  const round = node.operands.length ? 2 : 9;
  const shapes = [
    node.kind === "constant"
      ? tinted(node, box(at, "constant", 7, true))
      : tinted(node, box(at, inset ? "parameter" : roleOf(node), round)),
  ];
  if (inset) shapes.push(box(grown(at, -inset), "parameter-inside", round - inset));
  if (nameWidth) {
    shapes.push(line("rule", [x + nameWidth, y + inset], [x + nameWidth, y + h - inset]));
  }
  return shapes;
}

function pile({ x, y, w, h }, name, lines, isRoot, { small, line, pad }) {
  return [
    box({ x: x + 4, y: y + 4, w: w - 4, h: h - 4 }, "stack", 3),
    box({ x, y, w: w - 4, h: h - 4 }, isRoot ? "stack-root" : "stack", 3),
    text(x + pad, y + 17, name, LABEL, "ink", { bold: true }),
    ...lines.map((words, row) => text(x + pad, y + 32 + line * row, words, small, "soft")),
  ];
}

/** A collapsed scope. One drawn over its nodes is large, and so are its letters.
 *  @param {Scene} scene @param {number} area */
export function stackShapes(scene, area) {
  const at = scene.stacks.get(area);
  const { path, lines, nodes } = scene.areas[area];
  const name = path.at(-1);
  const isRoot = nodes.includes(scene.graph.root);
  const corner = foldSign(at.x + at.w - (at.isLarge ? 22 : 24), at.y + 6, true);
  if (!at.isLarge)
    return [...pile(at, short(name, at.w - 34, LABEL), lines, isRoot, formOf(scene)), ...corner];
  const size = Math.max(LABEL, Math.min(at.h / 6, at.w / 12));
  const { x, y } = centreOf(at);
  const row = (words, down, height, role, more = {}) =>
    text(x, y + size * down, words, height, role, { anchor: "middle", ...more });
  return [
    box(at, "scope", 10),
    box(grown(at, -4), isRoot ? "stack-root" : "stack", 7),
    row(short(name, at.w - 40, size), -0.1, size, "ink", { bold: true }),
    ...lines.map((words, at) => row(words, 0.85 + at * 0.75, size * 0.6, "soft")),
    ...corner,
  ];
}

export function short(name, room, size) {
  return clipped(name, Math.max(3, Math.floor(room / size / 0.62)));
}

/** The small plus or minus that expands or collapses a scope. */
function foldSign(x, y, isClosed) {
  const shapes = [
    box({ x, y, w: 13, h: 13 }, "fold", 3),
    line("fold-sign", [x + 3.5, y + 6.5], [x + 9.5, y + 6.5]),
  ];
  if (isClosed) shapes.push(line("fold-sign", [x + 6.5, y + 3.5], [x + 6.5, y + 9.5]));
  return shapes;
}

/** An open scope; from afar its name fills the strip at the top.
 *  @param {Scene} scene @param {number} area */
export function areaShapes(scene, area, isFar = false) {
  const at = scene.areaBoxes.get(area);
  const [size, base] = isFar ? [24, 24] : [12, 16];
  const name = short(scene.areas[area].path.at(-1), at.w - 36, size);
  return [
    box(at, "scope", 10),
    ...foldSign(at.x + 8, at.y + 6, false),
    text(at.x + 27, at.y + base, name, size, "scope-name", { bold: true }),
  ];
}

/** @param {Scene} scene */
export function copyShapes(scene, [index, ...numbers]) {
  const at = boxOf(numbers);
  const node = scene.graph.nodes[index];
  const words = node.label || node.mark ? node.name || node.mark : formatNumber(node.data);
  return [
    tinted(node, box(at, "copy", at.h / 2)),
    centred(centreOf(at), short(words, at.w, NUMBER), NUMBER, "ink"),
  ];
}

const [ARROW, HALF, LARGER] = [7, 3.3, 1.5];

/** @param {Scene} scene @param {End} end */
export function arrowhead(scene, end, role = "arrow") {
  return head([end.x, end.y], scene.flow, role);
}

/** The tip of an arrow that runs back along an edge, to where the edge begins.
 *  @param {Scene} scene @param {Point} tip */
export function arrowBack(scene, tip, role) {
  const [dx, dy] = scene.flow;
  return head(tip, [-dx * LARGER, -dy * LARGER], role);
}

/** Where such an arrow begins: a disc over the edge's own arrowhead.
 *  @param {Scene} scene @param {End} end */
export function source(scene, end, role) {
  const [dx, dy] = scene.flow;
  const at = boxOf([end.x - (ARROW / 2) * dx, end.y - (ARROW / 2) * dy, 0, 0]);
  return box(grown(at, ARROW / 2 + 1), role, ARROW / 2 + 1);
}

/** @param {Point} tip @param {number[]} direction @returns {Shape} */
function head(tip, [dx, dy], role) {
  const [x, y] = [tip[0] - ARROW * dx, tip[1] - ARROW * dy];
  const [across, down] = [HALF * dy, HALF * dx];
  return { kind: "area", role, points: [tip, [x - across, y - down], [x + across, y + down]] };
}

/** The local derivative beside an edge; null where none is written.
 *  @param {Scene} scene @param {End} end */
export function beside(scene, end) {
  if (!end.label || end.target < 0) return null;
  const { graph } = scene;
  const { partials, operands } = graph.nodes[end.target];
  const partial = partials[end.slot];
  const { x, y, anchor, prefix } = end.label;
  const isHidden = graph.practice && graph.practice.gradient(operands[end.slot]) === null;
  const words = scene.data.local && partial !== null && !isHidden ? formatNumber(partial) : "";
  const shown = prefix ? `${prefix}: ${words}`.replace(/: $/, "") : words;
  return text(x, y, shown, formOf(scene).small, words ? signOf(partial) : "soft", {
    anchor,
    halo: true,
  });
}
