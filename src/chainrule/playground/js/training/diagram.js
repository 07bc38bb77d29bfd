// The network as a picture: neurons with what they answer everywhere, and weights between them as
// lines whose width is their size and whose colour is their sign.

import { h, svg } from "../../../drawing/view/js/main.js";
import { say } from "../words.js";
import { detailOf, INPUTS, nameOf } from "./detail.js";
import { answersOf, Plane, paletteOf } from "./plane.js";
import { distance, isPart, MOVES, same } from "./pointing.js";

/** The pixels along each side of a neuron's picture, and its cells. */
const [PICTURE, CELLS] = [96, 24];
/** The narrowest and the widest line, and the weight from which on a line is the widest. */
const [NARROWEST, WIDEST, LARGEST] = [0.6, 7, 4];
/** The smallest and the largest neuron, and how far apart neurons are in sizes of one. */
const [SMALLEST, TALLEST, APART] = [24, 60, 1.6];
/** The room for the names of the layers, in pixels. */
const NAMES = 24;
/** How near to a line a pointer has to be, in pixels. */
const NEAR = 10;

export class Diagram {
  /** What is pointed at, or has the focus. @type {Part | null} */
  hovered = null;
  /** What was clicked. @type {Part | null} */
  chosen = null;
  size = { width: 0, height: 0 };

  /** @param {() => void} changed something else is pointed at */
  constructor(changed) {
    this.changed = changed;
    this.lines = svg("svg.weights", { "aria-hidden": "true" });
    this.names = svg("g.names");
    this.neurons = h("div.neurons", { role: "group", "aria-label": say("all_neurons") });
    this.detail = h("div.detail", {
      id: "detail",
      tabindex: 0,
      role: "group",
      "aria-label": say("numbers"),
    });
    this.area = h("div.net", this.lines, this.neurons);
    this.element = h(
      "section.network",
      { "aria-label": say("the_network") },
      h("header", h("h2", say("the_network")), key()),
      this.area,
      this.detail,
    );
    new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this._arrange();
    }).observe(this.area);
    this.area.addEventListener("pointermove", (event) => this._hover(this._partAt(event)));
    this.area.addEventListener("pointerleave", () => this._hover(null));
    this.area.addEventListener("click", (event) => this._choose(this._partClicked(event)));
    this.neurons.addEventListener("keydown", (event) => this._press(event));
  }

  /** Draw another network. @param {import("./training.js").Training} training */
  build(training) {
    this.training = training;
    this.hovered = null;
    this.chosen = null;
    const counts = [INPUTS, ...training.layers].map(({ length }) => length);
    this.columns = counts.map((length, layer) =>
      Array.from({ length }, (_, at) => this._neuron(layer, at, layer === counts.length - 1)),
    );
    this.neurons.replaceChildren(...this.columns.flat().map(({ button }) => button));
    this.columns[0][0].button.tabIndex = 0;
    /** @type {(Weight & { line: SVGLineElement })[]} */
    this.weights = training.layers.flatMap((neurons, below) =>
      neurons.flatMap(({ weights }, to) =>
        weights.map(({ at }, from) => ({ layer: below + 1, from, to, at, line: svg("line") })),
      ),
    );
    this.lines.replaceChildren(...this.weights.map(({ line }) => line), this.names);
    this._arrange();
  }

  /** A neuron or an input: a button with a picture. */
  _neuron(layer, at, isLast) {
    const plane = new Plane(PICTURE, CELLS);
    const name = nameOf(layer, at, isLast);
    const button = h(
      "button.neuron",
      {
        tabindex: -1,
        "aria-label": name,
        "aria-describedby": "detail",
        onfocus: () => this._hover({ layer, at }),
        onblur: () => this._hover(null),
      },
      plane.canvas,
    );
    return { layer, at, name, plane, button, x: 0, y: 0 };
  }

  /** Put everything where there is room for it. */
  _arrange() {
    const { width, height } = this.size;
    if (!this.columns || !width) return;
    const most = Math.max(...this.columns.map(({ length }) => length));
    const tall = height - NAMES;
    const room = Math.min((tall - 8) / (1.2 * most), width / this.columns.length - 28);
    this.side = Math.max(SMALLEST, Math.min(TALLEST, room));
    const apart = Math.min((tall - 8) / most, APART * this.side);
    for (const [layer, column] of this.columns.entries())
      for (const neuron of column) {
        neuron.x = ((layer + 0.5) / this.columns.length) * width;
        neuron.y = tall / 2 + (neuron.at - (column.length - 1) / 2) * apart;
        const { style } = neuron.button;
        style.left = `${neuron.x - this.side / 2}px`;
        style.top = `${neuron.y - this.side / 2}px`;
        style.width = style.height = `${this.side}px`;
      }
    this.lines.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.names.replaceChildren(...this._names());
    for (const weight of this.weights)
      for (const [name, x] of Object.entries(this._ends(weight)))
        weight.line.setAttribute(name, String(x));
    this.show();
  }

  /** The names of the inputs beside them, and of the layers below. */
  _names() {
    const text = (x, y, words) => svg("text", { x, y }, words);
    const inputs = this.columns[0].map(({ x, y, name }) =>
      text(x - this.side / 2 - 10, y + 4, name),
    );
    const layers = this.columns.map(([{ x }], layer) => {
      const isLast = layer === this.columns.length - 1;
      const name = !layer ? "inputs" : isLast ? "output" : "layer";
      return text(x, this.size.height - 4, say(`column_${name}`, { layer }));
    });
    return [...inputs, ...layers];
  }

  /** Where the line of a weight begins and ends. @param {Weight} weight */
  _ends({ layer, from, to }) {
    const [one, two] = [this.columns[layer - 1][from], this.columns[layer][to]];
    return { x1: one.x + this.side / 2, y1: one.y, x2: two.x - this.side / 2, y2: two.y };
  }

  /** Show the present step. */
  show() {
    if (!this.side) return;
    const { network, layers, steps } = this.training;
    this.element.dataset.step = String(steps);
    const shown = this.hovered ?? this.chosen;
    for (const weight of this.weights) {
      const number = network.numbers[weight.at];
      const share = Math.min(1, Math.abs(number) / LARGEST);
      const is = isPart(weight, shown);
      weight.line.setAttribute("class", `${number < 0 ? "below" : "above"}${is ? " shown" : ""}`);
      weight.line.style.strokeWidth = `${NARROWEST + (WIDEST - NARROWEST) * share}px`;
      weight.line.style.opacity = is ? "1" : String(0.25 + 0.65 * Math.sqrt(share));
    }
    const palette = paletteOf();
    const inputs = network.given.slice(0, INPUTS.length);
    const nodes = [...inputs, ...layers.flat().map(({ index }) => index)];
    for (const [at, answers] of answersOf(network, nodes, CELLS).entries())
      this.columns.flat()[at].plane.colour(answers, palette);
    for (const { layer, at, button } of this.columns.flat())
      button.classList.toggle("shown", same(shown, { layer, at }));
    this.detail.replaceChildren(...detailOf(this.training, this.columns, shown));
  }

  /** @param {Part | null} part */
  _hover(part) {
    if (same(part, this.hovered)) return;
    this.area.classList.toggle("pointing", Boolean(part));
    this.hovered = part;
    this.changed();
  }

  /** @param {Part | null} part */
  _choose(part) {
    this.chosen = same(part, this.chosen) ? null : part;
    this.changed();
  }

  /** A key clicks the neuron that has the focus, and nowhere on the screen.
   *  @param {MouseEvent} event @returns {Part | null} */
  _partClicked(event) {
    const here = this.columns.flat().find(({ button }) => button === event.target);
    return here && event.detail === 0 ? { layer: here.layer, at: here.at } : this._partAt(event);
  }

  /** The neuron or the weight under the pointer. @returns {Part | null} */
  _partAt({ clientX, clientY }) {
    const { left, top } = this.area.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const reach = this.side / 2 + 1;
    const neuron = this.columns
      .flat()
      .find((one) => Math.max(Math.abs(x - one.x), Math.abs(y - one.y)) <= reach);
    if (neuron) return { layer: neuron.layer, at: neuron.at };
    const away = this.weights.map((weight) => distance(x, y, this._ends(weight)));
    const nearest = Math.min(...away);
    return nearest > NEAR ? null : this.weights[away.indexOf(nearest)];
  }

  /** The arrow keys move from neuron to neuron. @param {KeyboardEvent} event */
  _press(event) {
    const move = MOVES[event.key];
    const neurons = this.columns.flat();
    const here = neurons.find(({ button }) => button === event.target);
    if (!here || !move) return;
    event.preventDefault();
    const column = this.columns[here.layer + move.across] ?? this.columns[here.layer];
    const away = column.map(({ y }) => Math.abs(y - here.y));
    const at = away.indexOf(Math.min(...away)) + move.down;
    const next = column[Math.max(0, Math.min(at, column.length - 1))];
    for (const { button } of neurons) button.tabIndex = button === next.button ? 0 : -1;
    next.button.focus();
  }
}

function key() {
  const line = (/** @type {string} */ sign) =>
    svg("svg", { viewBox: "0 0 24 8" }, svg(`line.${sign}`, { x1: 0, y1: 4, x2: 24, y2: 4 }));
  return h(
    "p.key",
    { "aria-hidden": "true" },
    h("span", line("above"), say("positive_weight")),
    h("span", line("below"), say("negative_weight")),
  );
}
