// A training: a network, how far it is, and what came of each epoch.

import { layered } from "./layered.js";
import { Network } from "./network.js";

export class Training {
  /** How many steps were taken. */
  steps = 0;

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
    this.score = this.network.score();
    /** The loss and the accuracy after each epoch, and before the first. */
    this.history = [this.score];
  }

  /** Whether the loss is too large for a number: no further step leads back. */
  get hasDiverged() {
    return !Number.isFinite(this.score.loss);
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

  /** Take some steps, and score the network after the last of them. @param {number} count */
  advance(count) {
    for (let turn = 0; turn < count && !this.hasDiverged; turn++) {
      const from = (this.steps % this.perEpoch) * this.batch;
      const to = Math.min(from + this.batch, this.network.points.length);
      this.network.step(this.rate, from, to);
      this.steps += 1;
      const isEnd = this.steps % this.perEpoch === 0;
      if (isEnd || turn === count - 1) this.score = this.network.score();
      if (isEnd) this.history.push(this.score);
    }
  }
}
