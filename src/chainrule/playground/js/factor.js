// A slider whose steps are factors and not differences: for a rate, or the width of a secant.

import { formatShort, h } from "../../drawing/view/js/main.js";

/** How many steps of such a slider multiply a number by ten. */
const STEPS = 20;

export class FactorSlider {
  /** @param {string} words @param {number} start @param {[number, number]} range
   *  @param {() => void} follow */
  constructor(words, start, [low, high], follow) {
    this.slider = h("input.slider", {
      type: "range",
      min: powerOf(low),
      max: powerOf(high),
      step: 1,
      "aria-label": words,
      oninput: () => {
        this.set(Number((10 ** (Number(this.slider.value) / STEPS)).toPrecision(3)));
        follow();
      },
    });
    this.output = h("output");
    this.element = h("label.factor", h("span", words), this.slider, this.output);
    this.set(start);
  }

  /** @param {number} value */
  set(value) {
    this.value = value;
    this.slider.value = String(powerOf(value));
    const text = formatShort(value, 3);
    this.output.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
  }
}

/** @param {number} x */
function powerOf(x) {
  return Math.round(STEPS * Math.log10(x));
}
