// The picture as SVG elements, for graphs of moderate size.

import { svg } from "./dom.js";
import { boxOf, overlap } from "./geometry.js";
import * as look from "./look.js";
import { overlay } from "./overlay.js";
import { corners } from "./shapes.js";
import { titles } from "./titles.js";
import { isCaptioned, isStacked, linesOf } from "./writing.js";

const FAR = 0.3;

/** How far beyond the window things still count as seen, relative to its size. */
const MARGIN = 0.1;

export class SvgPicture {
  /** @param {HTMLElement} stage @param {App} app */
  constructor(stage, app) {
    this.app = app;
    this.world = svg("g.world");
    this.over = svg("g.over");
    this.titles = svg("g.titles");
    this.root = svg("svg.picture", { "aria-hidden": "true" }, this.world);
    stage.append(this.root);
    this.resize();
    this.build();
  }

  /** Draw everything again after scopes were collapsed or expanded. */
  build() {
    const { scene } = this.app;
    this.parts = new Map();
    this.nodes = new Map();
    this.areas = svg("g");
    const heads = scene.ends.map((end) => this.draw(look.arrowhead(scene, end)));
    this.labels = scene.ends
      .filter((end) => look.beside(scene, end))
      .map((end) => ({ end, drawn: this.draw(look.beside(scene, end)) }));
    const stacks = [...scene.stacks.keys()].flatMap((area) => look.stackShapes(scene, area));
    this.world.replaceChildren(
      this.areas,
      this._path("edge", scene.pieces()),
      ...scene.copies.flatMap((copy) => look.copyShapes(scene, copy)).map(this.draw),
      ...[...scene.boxes.keys()].filter((thing) => thing >= 0).map((index) => this._node(index)),
      ...heads,
      ...this.labels.map(({ drawn }) => drawn),
      ...stacks.map(this.draw),
      this.titles,
      this.over,
    );
    this.isFar = null;
    this.highlight();
    this.moveCamera();
  }

  /** Draw the open scopes; from afar with larger names. */
  _nameScopes(isFar) {
    const { scene } = this.app;
    this.isFar = isFar;
    this.root.classList.toggle("far", isFar);
    const shapes = [...scene.areaBoxes.keys()].flatMap((area) =>
      look.areaShapes(scene, area, isFar),
    );
    this.areas.replaceChildren(...shapes.map(this.draw));
  }

  _node(index) {
    const { scene, graph } = this.app;
    const rows = look.changing(graph, index, this.app.verdicts);
    const group = svg("g.node", { "data-node": index });
    const parts = {};
    for (const shape of look.nodeShapes(scene, index, rows)) {
      const drawn = this.draw(shape);
      if (shape.part) parts[shape.part] = drawn;
      group.append(drawn);
    }
    const far = this.draw(look.farName(scene, index, rows));
    far.classList.add("far-name");
    parts.far = far;
    group.append(far);
    this.parts.set(index, parts);
    this.nodes.set(index, { group, shape: shapeOf(graph.nodes[index], rows) });
    return group;
  }

  /** Update the nodes whose numbers have changed; null stands for all of them. While a number
   *  `isMoving`, only what is in the window is updated.
   *  @param {number[] | null} changed */
  refresh(changed = null, isMoving = false) {
    const { scene, camera } = this.app;
    const view = camera.view(MARGIN);
    const isSeen = (/** @type {Box} */ box) => !isMoving || overlap(box, view);
    for (const index of changed || this.parts.keys())
      if (isSeen(scene.boxes.get(index))) this._write(index);
    for (const { end, drawn } of changed ? [] : this.labels) {
      if (!isSeen(boxOf([end.x, end.y, 0, 0]))) continue;
      const { text, role } = look.beside(this.app.scene, end);
      write(drawn, text, `${role} halo`);
    }
  }

  _write(index) {
    const { graph, verdicts } = this.app;
    const rows = look.changing(graph, index, verdicts);
    const drawn = this.nodes.get(index);
    if (!drawn) return; // it is in a collapsed scope
    if (drawn.shape !== shapeOf(graph.nodes[index], rows)) {
      drawn.group.replaceWith(this._node(index));
      return;
    }
    const { far, ...parts } = this.parts.get(index) || {};
    for (const [part, text] of Object.entries(parts)) {
      const [words, role] = rows[part];
      write(text, words, part === "remark" ? `${role} halo` : role);
    }
    if (far && !graph.nodes[index].label) write(far, rows.data[0], `${rows.data[1]} far-name`);
  }

  highlight() {
    this.over.replaceChildren(...overlay(this.app).map(this.draw));
  }

  moveCamera() {
    const { x, y, k } = this.app.camera;
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
    if (this.isFar !== k < FAR) this._nameScopes(k < FAR);
    this.titles.replaceChildren(...titles(this.app).map(this.draw));
  }

  /** On paper the visible part is scaled as a whole. */
  resize() {
    const { width, height } = this.app.camera;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  recolour() {}

  remove() {
    this.root.remove();
  }

  /** Edges as one element. @param {string} role @param {Point[][]} ways */
  _path(role, ways) {
    const data = [];
    const pen = {
      moveTo: (...at) => data.push("M", at),
      lineTo: (...at) => data.push("L", at),
      bezierCurveTo: (...points) => data.push("C", points),
    };
    for (const points of ways) this.app.scene.trace(pen, points);
    return svg("path", { class: role, d: data.join(" ") });
  }

  /** @param {Shape} shape */
  draw = (shape) => {
    const { kind, role, x, y, w: width, h: height } = shape;
    if (kind === "text") {
      const attributes = {
        x,
        y,
        class: role + (shape.halo ? " halo" : ""),
        "font-size": shape.size,
        "text-anchor": shape.anchor === "start" ? null : shape.anchor,
        "font-weight": shape.bold ? 600 : null,
      };
      return svg("text", attributes, shape.text);
    }
    if (kind === "way") return this._path(role, [shape.points]);
    const style = shape.tint ? `fill: light-dark(${shape.tint})` : null;
    if (kind === "box" && !shape.cut) {
      return svg("rect", { x, y, width, height, rx: shape.r || null, class: role, style });
    }
    const points = (shape.cut ? corners(shape) : shape.points).join(" ");
    return svg(kind === "line" ? "polyline" : "polygon", { points, class: role, style });
  };
}

/** What a stacked node is drawn for; it is drawn again when this changes.
 *  @param {GraphNode} node @param {Record<string, [string, string]>} rows */
function shapeOf(node, rows) {
  if (!isStacked(node)) return "";
  const { data, grad, remark } = rows;
  const captions = [data, grad].map(([number]) => isCaptioned(node, number));
  return [...captions, remark[1], ...linesOf(node, remark[0])].join("\n");
}

/** Update a text and its class if they have changed. */
function write(drawn, words, role) {
  if (drawn.textContent !== words) drawn.textContent = words;
  if (drawn.getAttribute("class") !== role) drawn.setAttribute("class", role);
}
