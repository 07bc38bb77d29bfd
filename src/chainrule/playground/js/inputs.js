// The inputs: a slider, a field and the gradient of each.

import {
  formatInput,
  formatNumber,
  h,
  inputField,
  parseNumber,
  signOf,
} from "../../drawing/view/js/main.js";
import { reachOf } from "./ranges.js";
import { say } from "./words.js";

/** How many steps a slider has on each side of zero. */
const STEPS = 100;

/** The most digits that a field shows, and the most characters that fit into it. */
const [DIGITS, ROOM] = [6, 8];

export class Inputs {
  /** @type {Input[]} */
  rows = [];

  /** @param {(index: number, x: number, isDragging: boolean) => void} change
   *  @param {(name: string) => void} choose */
  constructor(change, choose) {
    this.change = change;
    this.choose = choose;
    this.list = h("ul.inputs");
    this.head = h("p.input-head", { "aria-hidden": "true" });
    this.element = h("section.numbers", { "aria-label": say("inputs") }, this.head, this.list);
  }

  /** Show the inputs of a graph. @param {Graph} graph @param {string[]} names @param {string} root */
  build(graph, names, root) {
    this.hint = h("span");
    this.head.replaceChildren(h("span"), this.hint, h("span", `d${root}/d…`));
    this.rows = names.map((name) => {
      const { index } = graph.nodes.find((node) => node.label === name);
      return new Input(name, root, index, this.change, this.choose);
    });
    this.list.replaceChildren(...this.rows.map(({ element }) => element));
  }

  /** @param {Graph} graph @param {string} chosen */
  show(graph, chosen) {
    this.hint.textContent = say(graph.practice ? "inputs_fixed" : "inputs_drag");
    for (const row of this.rows) row.show(graph, row.name === chosen);
  }

  /** Where the slider of an input ends. @param {string} name */
  reach(name) {
    return this.rows.find((row) => row.name === name).reach;
  }
}

class Input {
  /** Where the slider ends. */
  reach = 0;
  /** The number that the field was last given. @type {number | null} */
  written = null;

  constructor(name, root, index, change, choose) {
    this.name = name;
    this.index = index;
    this.change = change;
    this.slider = h("input.slider", {
      type: "range",
      "aria-label": say("input_slider", { name }),
      oninput: () => change(index, Number(this.slider.value), true),
      onchange: () => change(index, Number(this.slider.value), false),
    });
    this.field = inputField({
      type: "text",
      inputmode: "decimal",
      "aria-label": say("input_number", { name }),
      onchange: () => this._typed(),
    });
    const whose = say("input_gradient", { root, name });
    this.grad = h("output.grad", { "aria-label": whose });
    this.curve = h(
      "button.name",
      { title: say("input_curve", { name }), onclick: () => choose(name) },
      h("bdi", name),
    );
    this.element = h("li", this.curve, this.slider, this.field, this.grad);
  }

  _typed() {
    const x = parseNumber(this.field.value);
    const isNumber = Number.isFinite(x);
    this.field.setAttribute("aria-invalid", String(!isNumber));
    if (isNumber) this.change(this.index, x, false);
  }

  /** @param {Graph} graph @param {boolean} isChosen */
  show(graph, isChosen) {
    const { data } = graph.nodes[this.index];
    this._makeRoom(data);
    this.slider.value = String(data);
    this.slider.setAttribute("aria-valuetext", formatNumber(data));
    if (!Object.is(data, this.written)) {
      // else the field stays as it is: somebody may be typing in it
      this.written = data;
      this.field.value = fitting(data);
      this.field.setAttribute("aria-invalid", "false");
    }
    for (const part of [this.slider, this.field]) part.disabled = Boolean(graph.practice);
    const grad = graph.shown(this.index);
    this.grad.textContent = formatNumber(grad);
    this.grad.className = `grad ${grad === null ? "ink" : signOf(grad)}`;
    this.curve.setAttribute("aria-pressed", String(isChosen));
    this.element.classList.toggle("chosen", isChosen);
  }

  /** The range stays while the slider moves, and grows when a larger number is typed. */
  _makeRoom(x) {
    if (this.reach && Math.abs(x) <= this.reach) return;
    this.reach = reachOf(x);
    this.slider.min = String(-this.reach);
    this.slider.max = String(this.reach);
    this.slider.step = String(this.reach / STEPS);
  }
}

/** As many digits of a number as there is room for; without its exponent it would be another one.
 *  @param {number} x */
function fitting(x) {
  const texts = Array.from({ length: DIGITS }, (_, less) => {
    const rounded = Number(x.toPrecision(DIGITS - less));
    return [formatInput(rounded), rounded.toExponential()];
  });
  return texts.flat().find((text) => text.length <= ROOM);
}
