// The view in which a network is trained: its settings, the plane, the curves, the network and the
// code, which all show the same step.

import { h } from "../../../drawing/view/js/main.js";
import { Code } from "../code.js";
import { say } from "../words.js";
import { trainingCode } from "./cell.js";
import { Controls } from "./controls.js";
import { Curves } from "./curves.js";
import { Diagram } from "./diagram.js";
import { answersOf } from "./plane.js";
import { Run, wordsOf } from "./run.js";
import { MOST_STEPS, trainingFrom, trainingText } from "./settings.js";
import { Training } from "./training.js";

/** How long the steps of one frame may take, in milliseconds. */
const BUDGET = 12;
/** How long a picture stays where somebody prefers less motion, and how often a running training is
 *  announced, in milliseconds. */
const [CALM, SILENCE] = [500, 10_000];

const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Train {
  isRunning = false;
  /** Where the training pauses by itself. */
  goal = MOST_STEPS;

  /** @param {DataSets} sets @param {() => void} changed what the address says */
  constructor(sets, changed) {
    this.sets = sets;
    this.changed = changed;
    this.controls = new Controls(
      sets,
      (settings) => this.change(settings),
      (rate) => this.setRate(rate),
    );
    this.run = new Run({
      toggle: () => (this.isRunning ? this.pause() : this.start()),
      step: () => this.step(),
      reset: () => this.change({}),
    });
    this.diagram = new Diagram(() => this.diagram.show());
    this.curves = new Curves();
    this.code = new Code({ Python: trainingCode });
    this.live = h("p.unseen", { role: "status" });
    this.element = h(
      "main.train",
      this.controls.element,
      this.run.element,
      this.diagram.element,
      this.curves.element,
      this.code.element,
      this.live,
    );
  }

  /** Take over a training from the address. @param {URLSearchParams} parts */
  open(parts) {
    const { settings, steps } = trainingFrom(parts, Object.keys(this.sets));
    this._begin(settings);
    if (steps) this._run(steps, Number.POSITIVE_INFINITY);
  }

  /** The training for the address. */
  get text() {
    const isGoing = this.goal !== MOST_STEPS; // towards the step that the address named
    return trainingText(this.training.settings, isGoing ? this.goal : this.training.steps);
  }

  /** Begin anew with other settings. @param {Partial<TrainSettings>} settings */
  change(settings) {
    const { rate } = this.training;
    this._begin({ ...this.training.settings, rates: [[0, rate]], ...settings });
    this.live.textContent = say("training_again");
    this.changed();
  }

  /** @param {TrainSettings} settings */
  _begin(settings) {
    this.pause();
    this.take(new Training(settings, this.sets[settings.data]));
  }

  /** Show a training, as far as it is. @param {Training} training */
  take(training) {
    this.training = training;
    this.controls.build(training);
    this.diagram.build(training);
    this.curves.build(training);
    this.show();
  }

  /** Go on where the same view in another language was. @param {Train} other */
  goOn(other) {
    this.run.field.value = other.run.field.value;
    this.take(other.training);
    this.diagram.chosen = other.diagram.chosen;
    this.diagram.show();
  }

  /** Change the learning rate from here on. @param {number} rate */
  setRate(rate) {
    this.training.setRate(rate);
    this.code.show(this.training);
    this.changed();
  }

  start() {
    if (this.training.hasDiverged || this.training.steps >= MOST_STEPS) return;
    this.live.textContent = say("training_runs");
    this._run(MOST_STEPS);
  }

  /** One step. */
  step() {
    if (this.isRunning) return;
    if (this.training.steps < MOST_STEPS) this.training.advance(1);
    this._rest();
  }

  pause() {
    if (!this.isRunning) return;
    cancelAnimationFrame(this.frame);
    this.isRunning = false;
    this.goal = MOST_STEPS;
    this._rest();
  }

  /** The training pauses: everything shows where, and it is said. */
  _rest() {
    this.show();
    this.live.textContent = `${wordsOf(this.training)}.`;
    this.changed();
  }

  /** Take steps with each frame until the goal. @param {number} goal @param {number} [speed] */
  _run(goal, speed) {
    this.isRunning = true;
    this.goal = goal;
    let [before, owed] = [performance.now(), 1];
    let [shown, said] = [0, before];
    const go = (/** @type {number} */ now) => {
      const time = Math.max(1, now - before) / 1000;
      owed = this._advance(owed + (speed ?? this.run.speed) * time);
      before = now;
      if (this.training.hasDiverged || this.training.steps >= goal) {
        this.pause();
        return;
      }
      if (now - shown >= (REDUCED.matches ? CALM : 0)) {
        this.show();
        shown = now;
      }
      if (now - said >= SILENCE) {
        this.live.textContent = `${wordsOf(this.training)}.`;
        said = now;
      }
      this.frame = requestAnimationFrame(go);
    };
    this.show();
    this.frame = requestAnimationFrame(go);
  }

  /** Take the steps that are due, but no longer than a frame has time; what is left of the last of
   *  them is due with the next frame.
   *  @param {number} due */
  _advance(due) {
    const { training, goal } = this;
    const end = performance.now() + BUDGET;
    for (let left = due; left >= 1; left--) {
      if (training.steps >= goal || training.hasDiverged || performance.now() > end) return 0;
      training.advance(1);
    }
    return due % 1;
  }

  /** Show the present step everywhere. */
  show() {
    const { training } = this;
    const [answers] = answersOf(training.network);
    this.run.show(training, answers, this.isRunning, training.hasDiverged ? say("diverged") : "");
    this.diagram.show();
    this.curves.show();
    this.code.show(training);
  }

  /** The theme was turned. */
  recolour() {
    this.controls.recolour();
    this.show();
  }
}
