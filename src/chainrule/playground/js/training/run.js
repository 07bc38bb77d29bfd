// The buttons that run a training, how far it is, and the plane with the border between the classes.

import { formatShort, h } from "../../../drawing/view/js/main.js";
import { Plane } from "./plane.js";

/** How many steps a second, by name. */
const SPEEDS = {
  "10 steps/s": 10,
  "150 steps/s": 150,
  "full speed": Number.POSITIVE_INFINITY,
};
const POINT = 10;

export class Run {
  /** @param {{ toggle(): void, step(): void, reset(): void }} deeds */
  constructor({ toggle, step, reset }) {
    this.plane = new Plane();
    this.plane.canvas.setAttribute("role", "img");
    this.toggle = h("button.primary", { onclick: toggle }, "Start");
    this.step = h("button", { onclick: step }, "Step");
    this.field = h(
      "select",
      { "aria-label": "Speed" },
      ...Object.keys(SPEEDS).map((name) => h("option", { value: name }, name)),
    );
    this.field.selectedIndex = 1;
    this.words = h("p.far");
    this.note = h("p.message", { role: "alert", hidden: true });
    this.element = h(
      "section.run",
      { "aria-label": "Training" },
      h(
        "div.buttons",
        this.toggle,
        this.step,
        h("button", { onclick: reset }, "Reset"),
        this.field,
      ),
      this.words,
      this.note,
      this.plane.canvas,
    );
  }

  /** How many steps a second. */
  get speed() {
    return SPEEDS[this.field.value];
  }

  /** Show the present step. @param {import("./training.js").Training} training
   *  @param {Float64Array} answers @param {boolean} isRunning @param {string} note */
  show(training, answers, isRunning, note) {
    this.element.dataset.step = String(training.steps);
    this.toggle.textContent = isRunning ? "Pause" : "Start";
    this.step.disabled = isRunning;
    this.words.replaceChildren(...figures(training));
    this.note.hidden = !note;
    this.note.textContent = note;
    this.plane.draw(training.network.points, POINT, answers);
    this.plane.canvas.setAttribute("aria-label", `The points and the border. ${wordsOf(training)}`);
  }
}

/** @param {import("./training.js").Training} training */
export function wordsOf({ steps, score }) {
  const count = `${steps.toLocaleString("en")} step${steps === 1 ? "" : "s"}`;
  return `${count}, loss ${formatShort(score.loss, 3)}, accuracy ${percent(score.accuracy)}`;
}

/** @param {import("./training.js").Training} training */
function figures({ steps, perEpoch, score }) {
  const figure = (/** @type {string} */ name, /** @type {string} */ text) =>
    h("span", h("span.soft", name), h("b", text));
  return [
    figure("step", steps.toLocaleString("en")),
    figure("epoch", formatShort(Math.floor(steps / perEpoch))),
    figure("loss", score.loss.toFixed(4)),
    figure("accuracy", percent(score.accuracy)),
  ];
}

/** @param {number} share */
function percent(share) {
  return `${formatShort(100 * share, 3)} %`;
}
