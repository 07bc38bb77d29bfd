// The picture as SVG elements, for graphs of moderate size.

import { svg } from "./dom.js";
import {
  areaShapes,
  arrowhead,
  beside,
  changing,
  copyShapes,
  corners,
  farName,
  nodeShapes,
  stackShapes,
} from "./look.js";
import { overlay } from "./overlay.js";
import { titles } from "./titles.js";

/** @import { App, Point, Scene } from "../types.js" */

const FAR = 0.3;

export class SvgPicture {
  /** @param {HTMLElement} stage @param {App} app */
  constructor(stage, app) {
    this.app = app;
    this.world = svg("g", { class: "world" });
    this.over = svg("g", { class: "over" });
    this.titles = svg("g", { class: "titles" });
    this.root = svg("svg", { class: "picture", "aria-hidden": "true" }, this.world);
    stage.append(this.root);
    this.resize();
    this.build();
  }

  /** Draw everything again, after scopes were collapsed or expanded. */
  build() {
    const { scene } = this.app;
    this.parts = new Map();
    this.labels = [];
    this.shown = new Map();
    this.areas = svg("g");
    const heads = scene.ends.map((end) => element(arrowhead(scene, end)));
    for (const end of scene.ends) {
      const label = beside(scene, end);
      if (!label) continue;
      const drawn = element(label);
      this.labels.push([end, drawn, label.text]);
      heads.push(drawn);
    }
    const copies = scene.copies.flatMap((copy) => copyShapes(scene, copy).map(element));
    const nodes = [...scene.boxes.keys()].filter((thing) => thing >= 0).map((at) => this._node(at));
    const stacks = [...scene.stacks.keys()].flatMap((area) =>
      stackShapes(scene, area).map(element),
    );
    this.world.replaceChildren(
      this.areas,
      this._edges(),
      ...copies,
      ...nodes,
      ...heads,
      ...stacks,
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
    const shapes = [...scene.areaBoxes.keys()].flatMap((area) => areaShapes(scene, area, isFar));
    this.areas.replaceChildren(...shapes.map(element));
  }

  _node(index) {
    const { scene, graph } = this.app;
    const rows = changing(graph, index, this.app.verdicts);
    const group = svg("g", { class: "node", "data-node": index });
    const parts = {};
    for (const shape of nodeShapes(scene, index, rows)) {
      const drawn = element(shape);
      if (shape.part) parts[shape.part] = drawn;
      group.append(drawn);
    }
    const far = element(farName(scene, index, rows));
    far.classList.add("far-name");
    parts.far = far;
    group.append(far);
    this.parts.set(index, parts);
    return group;
  }

  _edges() {
    const { scene } = this.app;
    return svg("path.edge", { d: pathOf(scene, scene.pieces()) });
  }

  /** Numbers have changed: of a few nodes, or (null) anywhere. */
  refresh(changed = null) {
    for (const index of changed || this.parts.keys()) this._write(index);
    if (changed) return;
    for (const row of this.labels) {
      const label = beside(this.app.scene, row[0]);
      if (label.text === row[2]) continue;
      row[2] = label.text;
      row[1].textContent = label.text;
      row[1].setAttribute("class", `${label.role} halo`);
    }
  }

  _write(index) {
    const { graph, verdicts } = this.app;
    const rows = changing(graph, index, verdicts);
    for (const [part, drawn] of Object.entries(this.parts.get(index) || {})) {
      const [words, role] = rows[part === "far" ? "data" : part];
      if (part === "far" && graph.nodes[index].label) continue;
      if (drawn.textContent !== words) drawn.textContent = words;
      const more = { remark: " halo", far: " far-name" }[part] || "";
      if (drawn.getAttribute("class") !== role + more) drawn.setAttribute("class", role + more);
    }
  }

  highlight() {
    this.over.replaceChildren(
      ...overlay(this.app).map((shape) =>
        shape.kind === "way"
          ? svg("path", { class: shape.role, d: pathOf(this.app.scene, [shape.points]) })
          : element(shape),
      ),
    );
  }

  moveCamera() {
    const { x, y, k } = this.app.camera;
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
    if (this.isFar !== k < FAR) this._nameScopes(k < FAR);
    this.titles.replaceChildren(...titles(this.app).map(element));
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
}

/** Writes a path as a canvas would draw it. */
class PathWriter {
  d = "";

  moveTo(x, y) {
    this.d += `M${x} ${y}`;
  }

  lineTo(x, y) {
    this.d += `L${x} ${y}`;
  }

  bezierCurveTo(...numbers) {
    this.d += `C${numbers.join(" ")}`;
  }
}

/** @param {Scene} scene @param {Point[][]} ways */
function pathOf(scene, ways) {
  const writer = new PathWriter();
  for (const points of ways) scene.trace(writer, points);
  return writer.d;
}

function element(shape) {
  if (shape.kind === "text") {
    const drawn = svg("text", {
      x: shape.x,
      y: shape.y,
      class: shape.role + (shape.halo ? " halo" : ""),
      "font-size": shape.size,
      "text-anchor": shape.anchor === "start" ? null : shape.anchor,
      "font-weight": shape.bold ? 600 : null,
    });
    drawn.textContent = shape.text;
    return drawn;
  }
  if (shape.kind === "box") {
    if (shape.cut) return svg("polygon", { class: shape.role, points: corners(shape).join(" ") });
    const { x, y, w, h, r } = shape;
    return svg("rect", { x, y, width: w, height: h, rx: r || null, class: shape.role });
  }
  const points = shape.points.map((point) => point.join(",")).join(" ");
  return svg(shape.kind === "area" ? "polygon" : "polyline", { points, class: shape.role });
}
