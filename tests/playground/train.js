// Trains a network as the playground does. The input is JSON: the settings, the points and
// after how many steps to report; the output is what came of each report.

import { readFileSync } from "node:fs";
import "../page/loading.js";

const folder = "../../src/chainrule/playground/js/training";
const { Training } = await import(`${folder}/training.js`);

/** Another point than that of the last forward pass. */
const turned = (/** @type {number} */ x) => -0.5 * x;

const { settings, points, stops } = JSON.parse(readFileSync(0, "utf8"));
const training = new Training(settings, points);
const reports = [];
for (const stop of stops) {
  training.advance(stop - training.steps);
  const differentiated = training.network.differentiate();
  const { score, network, history } = training;
  const [numbers, gradient] = [[...network.numbers], [...network.gradient]];
  const [answers] = network.answers(network.coordinates.slice(0, -1).map((row) => row.map(turned)));
  reports.push({
    ...score,
    differentiated,
    numbers,
    gradient,
    answers: [...answers],
    epochs: history.length,
  });
}
process.stdout.write(JSON.stringify(reports));
