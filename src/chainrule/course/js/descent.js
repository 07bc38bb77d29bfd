// Descent: buttons that move some inputs downhill, and the rate at which they do.

import { h } from "../../drawing/view/js/main.js";
import { say } from "../../playground/js/words.js";
import { RateSlider } from "./rate.js";

const SEVERAL = 10;

export class Descent {
  steps = 0;

  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    this.rate = new RateSlider(step.content.rate, () => step.follow());
    step.extras.steps = () => this.steps;
    step.extras.rate = () => this.rate.value;
    this.words = h("p.count", { role: "status" });
    const button = (name, onclick) => h("button", { onclick }, say(name));
    this.element = h(
      "section.descent",
      this.rate.element,
      h(
        "div.buttons",
        button("one_step", () => this._go(1)),
        button("ten_steps", () => this._go(SEVERAL)),
        button("start_again", () => this._restart()),
      ),
      this.words,
    );
  }

  _go(count) {
    const { step } = this;
    for (let turn = 0; turn < count; turn++) {
      const { numbers } = step;
      const moved = step.content.descend.map((name) => {
        const x = numbers.value(name) - this.rate.value * numbers.grad(name);
        return /** @type {[string, number]} */ ([name, x]);
      });
      if (moved.some(([, x]) => !Number.isFinite(x))) break;
      this.steps += 1;
      step.set(new Map(moved));
    }
  }

  _restart() {
    this.steps = 0;
    this.step.restart();
  }

  show() {
    this.words.textContent = say("steps_done", { count: this.steps });
  }
}
