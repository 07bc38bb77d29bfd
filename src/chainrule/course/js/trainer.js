// Training: a network learns points of two kinds; plane, loss and the graph's weights move together.

import { formatShort, h, svg } from "../../drawing/view/js/main.js";
import { answersOf, Plane } from "../../playground/js/training/plane.js";
import { say } from "../../playground/js/words.js";
import { networkOf } from "./network.js";
import { RateSlider } from "./rate.js";

export class Trainer {
  epochs = 0;
  isRunning = false;

  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    this.rate = new RateSlider(step.content.rate, () => step.follow());
    Object.assign(step.extras, {
      epochs: () => this.epochs,
      loss: () => this.score.loss,
      accuracy: () => this.score.accuracy,
      rate: () => this.rate.value,
    });
    this.plane = new Plane();
    this.plane.canvas.setAttribute("role", "img");
    this.curve = svg("polyline");
    this.words = h("p.count");
    this.toggle = h("button.primary", { onclick: () => this._toggle() }, say("train"));
    const button = (/** @type {string} */ name, /** @type {() => void} */ onclick) =>
      h("button", { onclick }, say(name));
    this.element = h(
      "section.trainer",
      this.plane.canvas,
      h(
        "div.training",
        this.rate.element,
        h(
          "div.buttons",
          this.toggle,
          button("one_epoch", () => this._go()),
          button("start_again", () => this._restart()),
        ),
        this.words,
        svg(
          "svg.losses",
          { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img" },
          svg("title", say("loss_curve")),
          this.curve,
        ),
      ),
    );
    this._build();
  }

  _build() {
    const { content, names, snapshot } = this.step;
    const { network, parameters } = networkOf(snapshot, names, content.train);
    this.network = network;
    this.parameters = parameters;
    this.epochs = 0;
    this.score = this.network.score();
    this.losses = [this.score.loss];
  }

  _toggle() {
    if (this.isRunning) this.pause();
    else {
      this.isRunning = true;
      this.toggle.textContent = say("pause");
      this._run();
    }
  }

  pause() {
    this.isRunning = false;
    cancelAnimationFrame(this.frame);
    this.toggle.textContent = say("train");
  }

  _run() {
    this.frame = requestAnimationFrame(() => {
      if (!this.isRunning) return;
      this._go();
      this._run();
    });
  }

  _go() {
    const { network, parameters } = this;
    for (const at of network.points.keys()) network.step(this.rate.value, at, at + 1);
    this.epochs += 1;
    this.score = this.network.score();
    this.losses.push(this.score.loss);
    if (!Number.isFinite(this.score.loss)) this.pause();
    else this.step.set(new Map(parameters.map((name, at) => [name, network.numbers[at]])));
    this.show();
  }

  _restart() {
    this.pause();
    this._build();
    this.step.restart();
  }

  show() {
    const { loss, accuracy } = this.score;
    const share = Math.round(100 * accuracy);
    const words = say("epochs", { count: this.epochs, loss: formatShort(loss, 3), share });
    this.words.textContent = words;
    this.plane.canvas.setAttribute("aria-label", `${say("boundary")}. ${words}`);
    this.plane.draw(this.network.points, 13, answersOf(this.network)[0]);
    const losses = this.losses.filter(Number.isFinite); // only the last one may not be
    const highest = Math.max(...losses);
    const wide = Math.max(1, losses.length - 1);
    const corners = losses.map((x, at) => `${(100 * at) / wide},${40 - 38 * (x / highest)}`);
    this.curve.setAttribute("points", corners.join(" "));
  }
}
