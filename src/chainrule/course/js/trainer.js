// Training: a network learns points of two kinds; plane, loss and the graph's weights move together.

import { formatShort, h, svg } from "../../drawing/view/js/main.js";
import { Network } from "./network.js";
import { RateSlider } from "./rate.js";
import { say } from "./words.js";

/** The plane reaches so far on both sides of zero. */
const REACH = 2;
const CELLS = 40;
const SIZE = 320;

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
    this.plane = h("canvas.plane", { role: "img", width: SIZE, height: SIZE });
    this.curve = svg("polyline");
    this.words = h("p.count");
    this.toggle = h("button.primary", { onclick: () => this._toggle() }, say("train"));
    const button = (/** @type {string} */ name, /** @type {() => void} */ onclick) =>
      h("button", { onclick }, say(name));
    this.element = h(
      "section.trainer",
      this.plane,
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
    this.network = new Network(snapshot, names, content.train);
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
    this.network.epoch(this.rate.value);
    this.epochs += 1;
    this.score = this.network.score();
    this.losses.push(this.score.loss);
    if (!Number.isFinite(this.score.loss)) this.pause();
    else this.step.set(this.network.named);
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
    this.plane.setAttribute("aria-label", `${say("boundary")}. ${words}`);
    this._draw();
    const highest = Math.max(...this.losses.filter(Number.isFinite));
    const wide = Math.max(1, this.losses.length - 1);
    const corners = this.losses.map((x, at) => `${(100 * at) / wide},${40 - (38 * x) / highest}`);
    this.curve.setAttribute("points", corners.join(" "));
  }

  _draw() {
    const { plane, network } = this;
    const brush = plane.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const classes = { true: colour("--class-1"), false: colour("--class-2") };
    brush.fillStyle = colour("--ground");
    brush.fillRect(0, 0, SIZE, SIZE);
    const side = SIZE / CELLS;
    const toNumber = (/** @type {number} */ cell) => (2 * REACH * (cell + 0.5)) / CELLS - REACH;
    for (let row = 0; row < CELLS; row++)
      for (let column = 0; column < CELLS; column++) {
        const answer = network.answer(toNumber(column), -toNumber(row));
        if (!Number.isFinite(answer)) continue;
        brush.globalAlpha = 0.1 + 0.4 * Math.min(1, Math.abs(answer));
        brush.fillStyle = classes[String(answer > 0)];
        brush.fillRect(column * side, row * side, side, side);
      }
    brush.globalAlpha = 1;
    brush.strokeStyle = colour("--ground");
    brush.lineWidth = 1.5;
    for (const [x, y, target] of network.points) {
      brush.fillStyle = classes[String(target > 0)];
      brush.beginPath();
      const [across, down] = [x, -y].map((each) => ((each + REACH) / (2 * REACH)) * SIZE);
      if (target > 0) brush.arc(across, down, 5, 0, 2 * Math.PI);
      else brush.rect(across - 4.5, down - 4.5, 9, 9); // a shape too, not only a colour
      brush.fill();
      brush.stroke();
    }
  }
}
