// A small map of the whole graph, shown while the window shows only a part of it.

import { PALETTE } from "../generated/colours.js";
import { h, icon } from "./dom.js";
import { boxOf, contains, grown, overlap } from "./geometry.js";
import { spoken } from "./phrasing.js";

const [CORNERS, EDGE] = [["", "right", "top", "top right"], 10];
const [MAP_WIDE, MAP_HIGH, MAP_LEAST] = [168, 112, 18];

export class Minimap {
  scale = 1;
  top = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.canvas = h("canvas");
    this.part = h("div.map-part");
    this.plan = h("div.map-plan", { "aria-hidden": "true" }, this.canvas, this.part);
    for (const name of ["pointerdown", "pointermove"]) {
      this.plan.addEventListener(name, (event) => this._go(event));
    }
    const onclick = () => {
      app.camera.fit();
      app.stage.focus();
    };
    const everything = h(
      "button.quiet",
      { "aria-label": spoken("Show the whole graph (0)"), onclick },
      icon("fit"),
      h("span.words", spoken("whole graph")),
    );
    this.element = h("div.map", { hidden: true }, this.plan, everything);
    this.corner = app.data.direction === "RL" ? "right" : "";
  }

  /** Draw the whole map again, after the scene or the colours changed. */
  build() {
    const { scene, isDark } = this.app;
    const [wide, high] = scene.size;
    const scale = Math.min(MAP_WIDE / wide, MAP_HIGH / high);
    const [w, h] = [wide * scale, Math.max(MAP_LEAST, high * scale)];
    Object.assign(this, { scale, top: (h - high * scale) / 2 });
    const ratio = window.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: Math.ceil(w * ratio), height: Math.ceil(h * ratio) });
    Object.assign(this.plan.style, { width: `${w}px`, height: `${h}px` });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, this.top * ratio);
    const colours = PALETTE[isDark ? "dark" : "light"];
    const fill = (box, role, least) => {
      const [w, h] = [box.w, box.h].map((length) => Math.max(least, length * scale));
      context.fillStyle = colours[role].fill;
      context.fillRect(box.x * scale, box.y * scale, w, h);
    };
    context.globalAlpha = 0.16;
    for (const box of scene.areaBoxes.values()) fill(box, "soft", 1);
    context.globalAlpha = 0.6;
    for (const box of scene.boxes.values()) fill(box, "soft", 0.8);
    context.globalAlpha = 1;
    const root = scene.boxes.get(scene.standsFor[scene.graph.root]);
    if (root) fill(root, "ink", 3);
    this.move();
  }

  /** Mark the part that the window shows. */
  move() {
    const { scene, camera } = this.app;
    const [w, h] = scene.size;
    const view = camera.view();
    this.element.hidden = contains(grown(view, 1 / camera.k), { x: 0, y: 0, w, h });
    if (this.element.hidden) return;
    this._stand();
    const x = Math.max(0, view.x);
    const y = Math.max(-this.top / this.scale, view.y);
    const part = {
      left: x,
      top: y + this.top / this.scale,
      width: Math.min(w, view.x + view.w) - x,
      height: Math.min(h, view.y + view.h) - y,
    };
    for (const [side, length] of Object.entries(part)) {
      this.part.style[side] = `${length * this.scale}px`;
    }
  }

  /** Move to a corner without nodes if this one has some, unless the pointer is on the map. */
  _stand() {
    const { element } = this;
    if (element.matches(":hover")) return;
    const covers = (corner) => this._covers(corner);
    if (covers(this.corner)) this.corner = CORNERS.find((one) => !covers(one)) ?? this.corner;
    element.className = `map ${this.corner}`;
  }

  /** Whether a node would lie under the map. */
  _covers(corner) {
    const { scene, camera } = this.app;
    const { k } = camera;
    const view = camera.view();
    const [w, h] = [this.element.offsetWidth / k, this.element.offsetHeight / k];
    const x = corner.includes("right") ? view.x + view.w - w - EDGE / k : view.x + EDGE / k;
    const y = corner.includes("top") ? view.y + EDGE / k : view.y + view.h - h - EDGE / k;
    return [...scene.boxes.values()].some((box) => overlap(box, { x, y, w, h }));
  }

  /** Put the middle of the window where the map is pressed. */
  _go(event) {
    if (!(event.buttons & 1)) return;
    if (event.type === "pointerdown") this.plan.setPointerCapture(event.pointerId);
    const { left, top } = this.plan.getBoundingClientRect();
    const { scale } = this;
    const [x, y] = [event.clientX - left, event.clientY - top - this.top];
    this.app.camera.show(boxOf([x / scale, y / scale, 0, 0]));
  }
}
