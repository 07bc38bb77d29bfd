// Sliders whose steps are factors and not differences: a rate, the width of a secant.

import { formatShort, h } from "../../drawing/view/js/main.js";
import { say } from "./words.js";

/** How many steps of such a slider multiply a number by ten. */
const STEPS = 20;

export class FactorSlider {
  /** @param {string} words @param {number} start @param {[number, number]} range
   *  @param {() => void} follow */
  constructor(words, start, [low, high], follow) {
    const power = (/** @type {number} */ x) => Math.round(STEPS * Math.log10(x));
    this.value = start;
    this.slider = h("input.slider", {
      type: "range",
      min: power(low),
      max: power(high),
      step: 1,
      value: power(start),
      "aria-label": words,
      oninput: () => {
        this.value = Number((10 ** (Number(this.slider.value) / STEPS)).toPrecision(3));
        this._show();
        follow();
      },
    });
    this.output = h("output");
    this.element = h("label.factor", h("span", words), this.slider, this.output);
    this._show();
  }

  _show() {
    const text = formatShort(this.value, 3);
    this.output.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
  }
}

export class RateSlider extends FactorSlider {
  /** @param {number} start @param {() => void} follow */
  constructor(start, follow) {
    super(say("rate"), start, [0.001, 10], follow);
  }
}
