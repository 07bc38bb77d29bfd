// A training: a network, how far it is, and what came of each epoch.

import { layered } from "./layered.js";
import { Network } from "./network.js";

export class Training {
  /** How many steps were taken. */
  steps = 0;
  /** Whether the loss has become too large for a number: no further step leads back. */
  hasDiverged = false;

  /** @param {TrainSettings} settings @param {Sample[]} points */
  constructor(settings, points) {
    const calculation = layered(settings.hidden, settings.activation, settings.seed);
    this.settings = settings;
    this.layers = calculation.layers;
    this.network = new Network(calculation, points);
    const { batch } = settings;
    this.batch = batch && batch < points.length ? batch : points.length;
    /** How many steps go through all points once. */
    this.perEpoch = Math.ceil(points.length / this.batch);
    /** The loss and the accuracy after each epoch, and before the first. */
    this.history = [this.score];
  }

  /** The loss of all points at the present step, and the share on the right side. */
  get score() {
    if (this.scoredAt !== this.steps) {
      this.scored = this.network.score();
      this.scoredAt = this.steps;
    }
    return this.scored;
  }

  /** The learning rate of the next step. */
  get rate() {
    return this.settings.rates.findLast(([from]) => from <= this.steps)[1];
  }

  /** Change the learning rate from the next step on. @param {number} rate */
  setRate(rate) {
    const { settings, steps } = this;
    const before = settings.rates.filter(([from]) => from < steps);
    if (before.at(-1)?.[1] !== rate) before.push([steps, rate]);
    settings.rates = before;
  }

  /** Take some steps. @param {number} count */
  advance(count) {
    for (let turn = 0; turn < count && !this.hasDiverged; turn++) {
      const from = (this.steps % this.perEpoch) * this.batch;
      const to = Math.min(from + this.batch, this.network.points.length);
      const loss = this.network.step(this.rate, from, to);
      this.steps += 1;
      const isEnd = this.steps % this.perEpoch === 0;
      if (isEnd) this.history.push(this.score);
      this.hasDiverged = !Number.isFinite(loss) || (isEnd && !Number.isFinite(this.score.loss));
    }
  }
}
