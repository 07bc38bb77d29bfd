// Reads trainings from addresses, and changes rates on the way. The input is JSON: texts,
// and steps with the rates set after each; the output is what the playground makes of them.

import { readFileSync } from "node:fs";
import "../page/loading.js";

const folder = "../../src/chainrule/playground/js/training";
const { settingsFor, trainingFrom, trainingText } = await import(`${folder}/settings.js`);
const { Training } = await import(`${folder}/training.js`);

const { texts, changes } = JSON.parse(readFileSync(0, "utf8"));
const names = ["moons", "xor"];
const read = texts.map((text) => {
  const { settings, steps } = trainingFrom(new URLSearchParams(text), names);
  const written = trainingText(settings, steps);
  return { settings, steps, written, again: trainingFrom(new URLSearchParams(written), names) };
});
const training = new Training({ ...settingsFor("moons"), hidden: [], batch: 0 }, [
  [1, 0, 1],
  [0, 1, 0],
]);
const rates = changes.map(([steps, rate]) => {
  training.advance(steps);
  training.setRate(rate);
  return [training.settings.rates, training.rate];
});
process.stdout.write(JSON.stringify([read, rates]));
