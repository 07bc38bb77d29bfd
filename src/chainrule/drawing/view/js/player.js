// The bar that plays the backward pass and describes each step.

import { DASH } from "../generated/facts.js";
import { keepInSight } from "./changes.js";
import { h, icon, iconButton } from "./dom.js";
import { stepWords } from "./explain.js";
import { spoken } from "./phrasing.js";

/** The longest time for a step and for a whole pass, in milliseconds. */
const [SLOWEST, WHOLE] = [1100, 45000];

const PLAY = "Play the backward pass (Space)";
const SPEEDS = ["0.5", "1", "3", "10"];

export class Player {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.words = h("p.step-words");
    this.slider = h("input.slider", {
      type: "range",
      min: -1, // before the pass
      max: app.graph.length - 1,
      value: -1,
      "aria-label": spoken("Step of the backward pass"),
      oninput: () => this.seek(Number(this.slider.value) + 1),
    });
    this.toggle = iconButton("play", spoken(PLAY), () => this.playOrPause());
    this.count = h("span.count");
    this.reset = iconButton("reset", spoken("Restore the original numbers"), () => this.seek(null));
    this.speed = h(
      "select.speed",
      { "aria-label": spoken("Speed"), title: spoken("Speed") },
      ...SPEEDS.map((value) => {
        const name = `${value.replace("0.5", "½")}×`;
        return h("option", { value, selected: value === "1" }, name);
      }),
    );
    this.element = h(
      "div.player",
      { role: "group", "aria-label": spoken("Backward pass") },
      this.words,
      h(
        "div.controls",
        iconButton("first", spoken("To the start (Home)"), () => this.seek(0), { class: "end" }),
        iconButton("back", spoken("One step back (P)"), () => this.step(-1)),
        this.toggle,
        iconButton("forth", spoken("One step forward (N)"), () => this.step(1)),
        iconButton("last", spoken("To the end (End)"), () => this.seek(app.graph.length), {
          class: "end",
        }),
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

  /** Go one step forward or back; without a pass, begin one. */
  step(by) {
    const { at, length } = this.app.graph;
    this.pause();
    this._to(at === null ? (by > 0 ? 1 : length) : at + by);
    // If the whole graph is too small to read, go to the step just taken.
    if (this.app.camera.isFitted && this.app.graph.at > 0) keepInSight(this.app, true);
  }

  _to(step) {
    this.app.seek(step);
    this.show();
    if (!this.timer) this.app.say(stepWords(this.app.graph));
  }

  playOrPause() {
    if (this.timer) {
      this.pause();
      this.app.say(`${spoken("Paused.")} ${stepWords(this.app.graph)}`);
      return;
    }
    const { at, length } = this.app.graph;
    if (at === null || at >= length) this.app.seek(0);
    this.timer = -1;
    this._next();
  }

  _next() {
    const { graph } = this.app;
    this._to(graph.at + 1);
    if (graph.at >= graph.length) {
      this.pause();
      this.app.say(spoken("The pass is complete."));
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
    this.app.memory?.write();
    const playing = Boolean(this.timer);
    if (this.isPlaying !== playing) {
      this.isPlaying = playing;
      this.toggle.replaceChildren(icon(playing ? "pause" : "play"));
      this.toggle.setAttribute("aria-label", spoken(playing ? "Pause (Space)" : PLAY));
    }
    const last = graph.length - 1; // the root's own gradient is step 0, as in Python's steps(L)
    const known = { at: graph.at - 1, last };
    const step = graph.at > 0 ? spoken("step {at} of {last}", known) : spoken("not started");
    this.slider.max = String(last);
    this.slider.value = String((graph.at ?? 0) - 1);
    this.slider.setAttribute("aria-valuetext", step);
    this.count.textContent = `${graph.at > 0 ? graph.at - 1 : DASH} / ${last}`;
    this.words.textContent = stepWords(graph);
    this.words.title = this.words.textContent;
    this.element.classList.toggle("idle", graph.at === null);
    this.reset.disabled = graph.at === null && !graph.isEdited;
  }
}
