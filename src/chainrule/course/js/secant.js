// The secant through two points of the curve, and the slider that brings them together.

import { formatNumber, h } from "../../drawing/view/js/main.js";
import { FactorSlider } from "../../playground/js/factor.js";
import { say } from "../../playground/js/words.js";

const LEAST = 0.001;

export class Secant {
  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    const { secant } = step.content;
    const most = Math.max(secant, LEAST);
    this.width = new FactorSlider(say("width"), most, [LEAST, most], () => step.follow());
    step.extras.h = () => this.width.value;
    step.extras.secant = () => this.slope;
    this.words = h("p.count");
    this.element = h("section.secant", this.width.element, this.words);
  }

  /** The slope of the secant. */
  get slope() {
    const { step } = this;
    const { numbers } = step;
    const x = numbers.value(step.plot);
    const end = numbers.after(new Map([[step.plot, x + this.width.value]]));
    return (end.value(step.root) - numbers.value(step.root)) / this.width.value;
  }

  show() {
    const { curve } = this.step;
    this.words.textContent = say("secant", { x: formatNumber(this.slope) });
    curve.secant = { width: this.width.value, slope: this.slope };
    curve.draw();
  }
}
