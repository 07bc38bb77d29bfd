// The buttons that run a training, how far it is, and the plane with the border between the classes.

import { formatNumber, formatShort, h } from "../../../drawing/view/js/main.js";
import { grouped, say, sayCount } from "../words.js";
import { Plane } from "./plane.js";

/** How many steps a second, by name. */
const SPEEDS = { slow: 10, middle: 150, full: Number.POSITIVE_INFINITY };
const POINT = 10;

export class Run {
  /** @param {{ toggle(): void, step(): void, reset(): void }} deeds */
  constructor({ toggle, step, reset }) {
    this.plane = new Plane();
    this.plane.canvas.setAttribute("role", "img");
    this.toggle = h("button.primary", { onclick: toggle }, say("start"));
    this.step = h("button", { onclick: step }, say("step"));
    this.field = h(
      "select",
      { "aria-label": say("speed") },
      ...Object.keys(SPEEDS).map((name) => h("option", { value: name }, say(`speed_${name}`))),
    );
    this.field.selectedIndex = 1;
    this.words = h("p.far");
    this.note = h("p.message", { role: "alert" });
    this.element = h(
      "section.run",
      { "aria-label": say("training") },
      h(
        "div.buttons",
        this.toggle,
        this.step,
        h("button", { onclick: reset }, say("reset_training")),
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
    this.toggle.textContent = say(isRunning ? "pause" : "start");
    this.step.disabled = isRunning;
    this.words.replaceChildren(...figures(training));
    this.note.hidden = !note;
    this.note.textContent = note;
    this.plane.draw(training.network.points, POINT, answers);
    const words = say("plane", { far: wordsOf(training) });
    this.plane.canvas.setAttribute("aria-label", words);
  }
}

/** @param {import("./training.js").Training} training */
export function wordsOf({ steps, score }) {
  return say("far", {
    steps: sayCount("step_count", steps),
    loss: formatShort(score.loss, 3),
    accuracy: percent(score.accuracy),
  });
}

/** @param {import("./training.js").Training} training */
function figures({ steps, perEpoch, score }) {
  const figure = (/** @type {string} */ name, /** @type {string} */ text) =>
    h("span", h("span.soft", say(`far_${name}`)), h("b", text));
  return [
    figure("step", grouped(steps)),
    figure("epoch", grouped(Math.floor(steps / perEpoch))),
    figure("loss", formatNumber(score.loss)),
    figure("accuracy", percent(score.accuracy)),
  ];
}

/** @param {number} share */
function percent(share) {
  return `${formatShort(100 * share, 3)} %`;
}
