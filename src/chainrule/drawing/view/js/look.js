// What is drawn, as a list of shapes with roles; svg.js and canvas.js print them. The measures are
// those of the static drawing.

import { numeral, signOf } from "./numbers.js";

const [LABEL, NUMBER, SMALL] = [13, 12, 9.5];
const [ROW, PAD, LINE, BASE] = [17, 9, 14, 0.36];

/** From which scale on all is drawn, and from which one a name that fills the box. */
export const [NEAR, MIDDLE] = [0.42, 0.16];

export function box(x, y, w, h, role, r = 0, cut = false) {
  return { kind: "box", x, y, w, h, role, r, cut };
}

export function text(x, y, words, size, role, more = {}) {
  return { kind: "text", x, y, text: words, size, role, anchor: "start", ...more };
}

function line(role, ...points) {
  return { kind: "line", points, role };
}

/** What changes about a node: its two numbers and its remark, each a text and a role. */
export function changing(graph, index, verdicts) {
  const node = graph.nodes[index];
  const grad = graph.shown(index);
  const rows = {
    data: [numeral(node.data), signOf(node.data)],
    grad: [numeral(grad), signOf(grad)],
    remark: [node.remark, "remark"],
  };
  if (graph.at !== null || graph.isEdited) rows.remark[0] = "";
  if (graph.isChanged(index)) {
    const was = `was ${numeral(node.given.data)}`;
    rows.remark = [node.operands.length ? was : `edited, ${was}`, "remark"];
  }
  if (graph.isEdited && node.operands.length && !node.op) {
    rows.remark = ["no formula: not computed anew", "remark"];
  }
  const verdict = verdicts.get(index);
  if (verdict) {
    const words = verdictLine(verdict, graph.showsHand(index));
    rows.remark = [words, `verdict-${verdict.status.split(" ")[0]}`];
  }
  return rows;
}

function verdictLine({ status, found, expected }, isShown) {
  if (status === "right") return "✓ by hand, right";
  if (status === "wrong" && isShown) return `✗ by hand, expected ${numeral(expected)}`;
  if (status === "wrong") return `✗ by hand ${numeral(found)}`;
  return "by hand, not comparable";
}

/** What stands on a node that is seen from afar, in letters that fill its box. */
export function farName(scene, index, rows) {
  const node = scene.graph.nodes[index];
  const { x, y, w, h } = scene.boxes.get(index);
  const role = node.label ? "ink" : rows.data[1];
  const words = node.label ? node.name : rows.data[0];
  const size = Math.min(26, h * 0.66, (1.5 * w) / Math.max(words.length, 1));
  return text(x + w / 2, y + h / 2 + BASE * size, words, size, role, { anchor: "middle" });
}

/** A node: its operation's circle, its box, its name and numbers. */
export function nodeShapes(scene, index, rows) {
  const node = scene.graph.nodes[index];
  const at = scene.boxes.get(index);
  const circle = scene.circle(index);
  const shapes = circle ? operation(scene, node, at, circle) : [];
  if (node.kind === "stack") return [...shapes, ...pile(at, node.name, node.lines, node.isRoot)];
  return [...shapes, ...border(node, at), ...writing(node, at, rows)];
}

function operation(scene, node, at, circle) {
  const centre = [circle.x + circle.w / 2, circle.y + circle.h / 2];
  const target = [at.x + at.w / 2, at.y + at.h / 2];
  const link = scene.isUpright
    ? [
        [centre[0], centre[1]],
        [centre[0], target[1]],
      ]
    : [
        [centre[0], centre[1]],
        [target[0], centre[1]],
      ];
  return [
    line("edge", ...link),
    box(circle.x, circle.y, circle.w, circle.h, "op", Math.min(circle.w, circle.h) / 2),
    text(centre[0], centre[1] + BASE * LABEL, node.symbol, LABEL, "ink", { anchor: "middle" }),
  ];
}

function border(node, { x, y, w, h }) {
  const round = node.operands.length ? 0 : 9;
  const shapes = [];
  if (node.kind === "constant") shapes.push(box(x, y, w, h, "constant", 7, true));
  else if (node.kind === "parameter") {
    shapes.push(box(x, y, w, h, "parameter", round));
    shapes.push(box(x + 3, y + 3, w - 6, h - 6, "parameter-inside", round - 3));
  } else {
    const role = node.isRoot ? "root" : node.kind === "leaf" ? "leaf" : "inner";
    shapes.push(box(x, y, w, h, role, round || 2));
  }
  if (node.box[2]) {
    const inset = node.kind === "parameter" ? 3 : 0;
    const at = x + node.box[2];
    shapes.push(line("rule", [at, y + inset], [at, y + h - inset]));
  }
  return shapes;
}

function writing(node, { x, y, w, h }, rows) {
  const shapes = [];
  const name = node.box[2];
  if (name) {
    shapes.push(
      text(x + name / 2, y + h / 2 + BASE * LABEL, node.name, LABEL, node.label ? "ink" : "soft", {
        anchor: "middle",
        bold: true,
      }),
    );
  }
  const words =
    node.kind === "constant"
      ? [["", "data"]]
      : [
          ["data", "data"],
          ["grad", "grad"],
        ];
  words.forEach(([word, part], row) => {
    const base = y + 4 + ROW * row + ROW / 2 + BASE * NUMBER;
    if (word) shapes.push(text(x + name + PAD, base, word, SMALL, "soft"));
    shapes.push(
      text(x + w - PAD, base, rows[part][0], NUMBER, rows[part][1], { anchor: "end", part }),
    );
  });
  const [remark, role] = rows.remark;
  const more = { anchor: "end", part: "remark", halo: true };
  return [...shapes, text(x + w - 2, y + h + 13, remark, SMALL, role, more)];
}

function pile({ x, y, w, h }, name, lines, isRoot) {
  return [
    box(x + 4, y + 4, w - 4, h - 4, "stack", 3),
    box(x, y, w - 4, h - 4, isRoot ? "stack-root" : "stack", 3),
    text(x + PAD, y + 17, name, LABEL, "ink", { bold: true }),
    ...lines.map((words, row) => text(x + PAD, y + 32 + LINE * row, words, SMALL, "soft")),
  ];
}

/** A collapsed scope. One that stands where its boxes were is large, and so are its letters. */
export function stackShapes(scene, area) {
  const at = scene.stacks.get(area);
  const { path, lines } = scene.areas[area];
  const name = path[path.length - 1];
  const isRoot = scene.areas[area].nodes.includes(scene.graph.root);
  const corner = foldSign(at.x + at.w - (at.large ? 22 : 24), at.y + 6, true);
  if (!at.large) return [...pile(at, short(name, at.w - 34, LABEL), lines, isRoot), ...corner];
  const size = Math.max(LABEL, Math.min(at.h / 6, at.w / 12));
  const middle = [at.x + at.w / 2, at.y + at.h / 2];
  return [
    box(at.x, at.y, at.w, at.h, "scope", 10),
    box(at.x + 4, at.y + 4, at.w - 8, at.h - 8, isRoot ? "stack-root" : "stack", 7),
    text(middle[0], middle[1] - size * 0.1, short(name, at.w - 40, size), size, "ink", {
      anchor: "middle",
      bold: true,
    }),
    ...lines.map((words, row) =>
      text(middle[0], middle[1] + size * (0.85 + row * 0.75), words, size * 0.6, "soft", {
        anchor: "middle",
      }),
    ),
    ...corner,
  ];
}

export function short(name, room, size) {
  const most = Math.max(3, Math.floor(room / size / 0.62));
  const letters = [...name];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : name;
}

/** The small sign that says that a scope can be opened or closed. */
function foldSign(x, y, isClosed) {
  const shapes = [
    box(x, y, 13, 13, "fold", 3),
    line("fold-sign", [x + 3.5, y + 6.5], [x + 9.5, y + 6.5]),
  ];
  if (isClosed) shapes.push(line("fold-sign", [x + 6.5, y + 3.5], [x + 6.5, y + 9.5]));
  return shapes;
}

/** An open scope; from afar its name fills the strip at the top. */
export function areaShapes(scene, area, isFar = false) {
  const { x, y, w, h } = scene.areaBoxes.get(area);
  const { path } = scene.areas[area];
  const [size, base] = isFar ? [24, 24] : [11, 16];
  const name = short(path[path.length - 1], w - 36, size);
  return [
    box(x, y, w, h, "scope", 10),
    ...foldSign(x + 8, y + 6, false),
    text(x + 27, y + base, name, size, "scope-name", { bold: true }),
  ];
}

export function copyShapes(scene, [index, x, y, w, h]) {
  const node = scene.graph.nodes[index];
  const words = node.label || node.mark ? node.name || node.mark : numeral(node.data);
  return [
    box(x, y, w, h, "copy", h / 2),
    text(x + w / 2, y + h / 2 + BASE * NUMBER, short(words, w, NUMBER), NUMBER, "ink", {
      anchor: "middle",
    }),
  ];
}

const [ARROW, HALF] = [7, 3.3];
const TURN = { LR: [1, 0], RL: [-1, 0], TB: [0, 1], BT: [0, -1] };

export function arrowhead(scene, end, role = "arrow") {
  const [dx, dy] = TURN[scene.direction];
  const [x, y] = [end.x - ARROW * dx, end.y - ARROW * dy];
  return {
    kind: "area",
    role,
    points: [
      [end.x, end.y],
      [x - HALF * dy, y - HALF * dx],
      [x + HALF * dy, y + HALF * dx],
    ],
  };
}

/** The local derivative beside an edge; null where none is written. */
export function beside(scene, end) {
  if (!end.label || end.target < 0) return null;
  const partial = scene.graph.nodes[end.target].partials[end.turn];
  const { x, y, anchor, prefix } = end.label;
  const words = scene.data.local && partial !== null ? numeral(partial) : "";
  const shown = prefix ? `${prefix}: ${words}`.replace(/: $/, "") : words;
  return text(x, y, shown, SMALL, words ? signOf(partial) : "soft", { anchor, halo: true });
}
