// The bar that plays the backward pass, and what it says of each step.

import { button, h, icon } from "./dom.js";
import { stepWords } from "./explain.js";

const [SLOWEST, WHOLE] = [1100, 45000];

export class Player {
  constructor(app) {
    this.app = app;
    this.words = h("p", { class: "step-words" });
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: app.graph.length,
      step: 1,
      value: 0,
      class: "slider",
      "aria-label": "Step of the backward pass",
      oninput: () => this.seek(Number(this.slider.value)),
    });
    this.toggle = button("play", "Play the backward pass (space)", () => this.playOrPause());
    this.count = h("span", { class: "count" });
    this.reset = button("undo", "Show the gradients as they were", () => this.seek(null));
    this.speed = h(
      "select",
      { "aria-label": "Speed", title: "Speed", class: "speed" },
      ...[
        ["0.5", "½×"],
        ["1", "1×"],
        ["3", "3×"],
        ["10", "10×"],
      ].map(([value, name]) => h("option", { value, selected: value === "1" }, name)),
    );
    this.element = h(
      "div",
      { class: "player", role: "group", "aria-label": "Backward pass" },
      this.words,
      h(
        "div",
        { class: "controls" },
        button("first", "To the start (home)", () => this.seek(0)),
        button("back", "One step back (p)", () => this.step(-1)),
        this.toggle,
        button("forth", "One step on (n)", () => this.step(1)),
        button("last", "To the end (end)", () => this.seek(app.graph.length)),
        this.slider,
        this.count,
        this.speed,
        this.reset,
      ),
    );
    this.show();
  }

  seek(step) {
    this.pause();
    this._to(step);
  }

  /** One step on, or one back; from the shown gradients the pass begins at its start. */
  step(by) {
    const { at, length } = this.app.graph;
    this.pause();
    this._to(at === null ? (by > 0 ? 1 : length) : at + by);
    this.app.comeCloser();
  }

  _to(step) {
    this.app.seek(step);
    this.show();
    if (!this.timer) this.app.say(stepWords(this.app.graph));
  }

  playOrPause() {
    if (this.timer) {
      this.pause();
      this.app.say(`Paused. ${stepWords(this.app.graph)}`);
      return;
    }
    const { at, length } = this.app.graph;
    if (at === null || at >= length) this.app.seek(0);
    this.timer = -1;
    this._next();
    this.show();
  }

  _next() {
    const { graph } = this.app;
    this._to(graph.at + 1);
    if (graph.at >= graph.length) {
      this.pause();
      this.app.say("The pass is complete.");
      return;
    }
    const wait = Math.min(SLOWEST, WHOLE / graph.length) / Number(this.speed.value);
    this.timer = setTimeout(() => this._next(), wait);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.show();
  }

  show() {
    const { graph } = this.app;
    const playing = Boolean(this.timer);
    if (this.isPlaying !== playing) {
      this.isPlaying = playing;
      this.toggle.replaceChildren(icon(playing ? "pause" : "play"));
      this.toggle.setAttribute(
        "aria-label",
        playing ? "Pause (space)" : "Play the backward pass (space)",
      );
    }
    this.slider.max = graph.length;
    this.slider.value = graph.at === null ? 0 : graph.at;
    this.slider.setAttribute(
      "aria-valuetext",
      graph.at === null ? "not started" : `step ${graph.at} of ${graph.length}`,
    );
    this.count.textContent = `${graph.at === null ? "–" : graph.at} / ${graph.length}`;
    this.words.textContent = stepWords(graph);
    this.words.title = this.words.textContent;
    this.element.classList.toggle("idle", graph.at === null);
    this.reset.disabled = graph.at === null && !graph.isEdited;
  }
}
