// The slider of a learning rate.

import { FactorSlider } from "../../playground/js/factor.js";
import { say } from "../../playground/js/words.js";

export class RateSlider extends FactorSlider {
  /** @param {number} start @param {() => void} follow */
  constructor(start, follow) {
    super(say("rate"), start, [0.001, 10], follow);
  }
}
