// The result as a function of one input, with its tangent.

import { formatNumber, formatShort, h, svg } from "../../drawing/view/js/main.js";
import { apply } from "./columns.js";
import { LARGEST, ticks } from "./ranges.js";
import { say } from "./words.js";

const SAMPLES = 200;
const HALF = SAMPLES / 2;

/** The room for the numbers beside and below the curve, in pixels. */
const [LEFT, RIGHT, TOP, BOTTOM] = [54, 14, 12, 26];

/** The share of samples that may lie beyond the window at each end: a pole is cut off. */
const BEYOND = 0.02;

/** From here on, in widths and heights of the window, a line is drawn as a vertical one. */
const STEEP = 1e6;

export class Curve {
  /** Whether the slope, and so the tangent, is to be guessed. */
  isGuess = false;
  /** A secant to the right of the point. @type {{ width: number, slope: number } | null} */
  secant = null;
  /** The room for the picture. Asking for it anew would lay out the page at every change. */
  size = { width: 0, height: 0 };

  /** @param {(x: number, isDragging: boolean) => void} drag
   *  @param {(name: string) => void} choose */
  constructor(drag, choose) {
    this.picture = svg("svg", { role: "img" });
    this.root = h("bdi");
    this.select = h("select", {
      "aria-label": say("curve_input"),
      onchange: () => choose(this.select.value),
    });
    this.title = h("h2", this.root, ` ${say("curve_over")}`);
    this.words = h("p.curve-words");
    this.area = h("div.curve-area", this.picture);
    this.element = h("section.curve", h("header", this.title, this.select, this.words), this.area);
    new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this.draw();
    }).observe(this.area);
    this._follow(drag);
  }

  /** Offer the inputs of a graph. @param {string[]} names @param {string} root */
  build(names, root) {
    this.root.textContent = root;
    this.select.replaceChildren(...names.map((name) => h("option", { value: name }, name)));
  }

  /** @param {Graph} graph @param {number} index @param {string} root @param {number} reach */
  show(graph, index, root, reach) {
    const node = graph.nodes[index];
    const isKnown = !this.isGuess && (!graph.practice || graph.shown(index) !== null);
    this.shown = {
      name: node.label,
      root,
      reach,
      x: node.data,
      y: graph.nodes[graph.root].data,
      slope: isKnown ? graph.gradients()[index] : null,
      samples: sampled(graph, index, reach),
    };
    this.draw();
  }

  draw() {
    const { width, height } = this.size;
    if (!this.shown || width < 2 * LEFT || height < 2 * BOTTOM) return;
    const { name, root, x, y, slope } = this.shown;
    const at = `${name} = ${formatShort(x)}`;
    const known =
      slope === null ? say("curve_no_slope") : say("curve_slope", { slope: formatNumber(slope) });
    const words = this.isGuess ? "" : known;
    this.select.value = name;
    this.words.textContent = say("curve_at", { at, root, y: formatNumber(y) }) + words;
    const what = say("curve_title", { root, name });
    this.picture.setAttribute("aria-label", `${what}, ${this.words.textContent}`);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.inner = { wide: width - LEFT - RIGHT, high: height - TOP - BOTTOM };
    this.scales = this._scales();
    this.picture.replaceChildren(...this._grid(), this._lines());
  }

  /** From numbers to pixels. */
  _scales() {
    const { reach, samples, y } = this.shown;
    const [low, high] = rangeOf(samples, y);
    const { wide, high: tall } = this.inner;
    return {
      low,
      high,
      across: (x) => ((x + reach) / (2 * reach)) * wide,
      down: (value) => ((high - value) / (high - low)) * tall,
    };
  }

  _grid() {
    const { reach } = this.shown;
    const { wide, high: tall } = this.inner;
    const { low, high, across, down } = this.scales;
    const line = (x1, y1, x2, y2, x) =>
      svg("line", { x1, y1, x2, y2, class: x === 0 ? "axis" : "grid" });
    const text = (x, y, anchor, words) => svg("text", { x, y, "text-anchor": anchor }, words);
    const upright = ticks(-reach, reach, wide / 70).flatMap((x) => {
      const at = LEFT + across(x);
      return [
        line(at, TOP, at, TOP + tall, x),
        text(at, TOP + tall + 17, "middle", formatShort(x)),
      ];
    });
    const level = ticks(low, high, tall / 36).flatMap((y) => {
      const at = TOP + down(y);
      return [line(LEFT, at, LEFT + wide, at, y), text(LEFT - 8, at + 4, "end", formatShort(y))];
    });
    return [...upright, ...level];
  }

  /** The curve, its tangent and the point where they touch; cut off at the edges. */
  _lines() {
    const { samples, x, y, slope, reach } = this.shown;
    const { wide, high: tall } = this.inner;
    const { across, down } = this.scales;
    const box = { x: LEFT, y: TOP, width: wide, height: tall, class: "window" };
    const parts = [svg("path", { class: "graph", d: path(samples, across, down, tall) })];
    if (isDrawn(y) && Math.abs(x) <= reach) {
      if (slope !== null && !Number.isNaN(slope)) parts.push(this._line("tangent", slope));
      if (this.secant) parts.push(...this._secant(this.secant));
      parts.push(svg("circle", { cx: across(x), cy: down(y), r: 6 }));
    }
    return svg("svg", box, ...parts);
  }

  /** A line through the point, from one end of the window to the other.
   *  @param {string} name @param {number} slope */
  _line(name, slope) {
    const { x, y, reach } = this.shown;
    const { low, high, across, down } = this.scales;
    const at = (/** @type {number} */ end) => [across(end), down(y + slope * (end - x))];
    const isSteep = Math.abs(slope) / (high - low) > STEEP / (2 * reach);
    const upright = [low, high].map((end) => [across(x), down(end)]);
    const [[x1, y1], [x2, y2]] = isSteep ? upright : [-reach, reach].map(at);
    return svg("line", { class: name, x1, y1, x2, y2 });
  }

  /** The secant, and the point where it meets the curve again. */
  _secant({ width, slope }) {
    const { x, y } = this.shown;
    const { across, down } = this.scales;
    const end = y + slope * width;
    if (!isDrawn(end)) return [];
    return [
      this._line("secant", slope),
      svg("circle", { class: "other", cx: across(x + width), cy: down(end), r: 5 }),
    ];
  }

  /** Drag the point along the curve. */
  _follow(drag) {
    const xOf = (event) => {
      const { left } = this.picture.getBoundingClientRect();
      const share = (event.clientX - left - LEFT) / this.inner.wide;
      const { reach } = this.shown;
      const x = (2 * Math.max(0, Math.min(share, 1)) - 1) * reach;
      return Number(x.toPrecision(3));
    };
    this.area.addEventListener("pointerdown", (event) => {
      if (event.button > 0 || !this.shown) return;
      this.area.setPointerCapture(event.pointerId);
      drag(xOf(event), true);
    });
    this.area.addEventListener("pointermove", (event) => {
      if (this.area.hasPointerCapture(event.pointerId)) drag(xOf(event), true);
    });
    this.area.addEventListener("lostpointercapture", (event) => drag(xOf(event), false));
  }
}

/** The result at numbers from one end of the slider to the other, all other inputs as they are.
 *  @param {Graph} graph @returns {[number, number][]} */
export function sampled(graph, index, reach) {
  const xs = Float64Array.from({ length: SAMPLES + 1 }, (_, turn) => reach * (turn / HALF - 1));
  /** @type {Map<number, Float64Array>} */
  const columns = new Map([[index, xs]]);
  const columnOf = (/** @type {number} */ node) => {
    if (!columns.has(node))
      columns.set(
        node,
        xs.map(() => graph.nodes[node].data),
      );
    return columns.get(node);
  };
  for (const node of graph.above(index).filter((node) => node <= graph.root)) {
    const { op, operands } = graph.nodes[node];
    const out = new Float64Array(xs.length);
    apply(graph.kernels[op].value, operands.map(columnOf), out, xs.length);
    columns.set(node, out);
  }
  const ys = columnOf(graph.root);
  return Array.from(xs, (x, at) => [x, ys[at]]);
}

/** Whether a result can be drawn. @param {number} y */
function isDrawn(y) {
  return Math.abs(y) <= LARGEST;
}

/** What the window shows of the results; without the ends of a pole. */
function rangeOf(samples, y) {
  const sorted = samples.map(([, value]) => value).filter(isDrawn);
  sorted.sort((one, two) => one - two);
  const beyond = Math.floor(sorted.length * BEYOND);
  const most = sorted.at(-1) - sorted[0];
  let [low, high] = [sorted[beyond] ?? 0, sorted.at(-1 - beyond) ?? 0];
  if (most < 20 * (high - low)) [low, high] = [sorted[0], sorted.at(-1)];
  if (isDrawn(y)) [low, high] = [Math.min(low, y), Math.max(high, y)];
  const room = 0.06 * (high - low) || Math.abs(high) / 2 || 1;
  return [low - room, high + room];
}

/** A path, with a gap wherever a number is missing. */
function path(samples, across, down, tall) {
  let isDown = false;
  const parts = samples.map(([x, y]) => {
    const isThere = isDrawn(y);
    const at = Math.max(-tall, Math.min(2 * tall, down(y)));
    const part = isThere ? `${isDown ? "L" : "M"}${across(x).toFixed(2)} ${at.toFixed(2)}` : "";
    isDown = isThere;
    return part;
  });
  return parts.join("");
}
