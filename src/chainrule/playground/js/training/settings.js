// The settings of a training: what they are at first, and as text in the page's address.

/** The functions that can follow the sum in a hidden neuron. */
export const ACTIVATIONS = ["tanh", "relu", "sigmoid", "gelu", "silu", "softplus", "sin"];

/** How many points a step can use; 0 for all. */
export const BATCHES = [1, 5, 10, 20, 50, 0];

/** The most hidden layers, the most neurons in one, and the largest seed. */
export const [MOST_LAYERS, MOST_NEURONS, MOST_SEED] = [4, 8, 2 ** 32 - 1];

/** The smallest and the largest learning rate of the slider. */
export const RATES = /** @type {[number, number]} */ ([0.001, 10]);

/** Where a training ends: as many steps can be repeated in a few seconds. */
export const MOST_STEPS = 100_000;

/** How often a training may change its rate. */
const MOST_RATES = 1000;

/** @param {string} data @returns {TrainSettings} */
export function settingsFor(data) {
  return { data, hidden: [6, 6], activation: "tanh", rates: [[0, 0.3]], batch: 10, seed: 1 };
}

/** A training as text: its settings, and how many steps were taken.
 *  @param {TrainSettings} settings @param {number} steps */
export function trainingText({ data, hidden, activation, rates, batch, seed }, steps) {
  const rate = rates.map(([from, one]) => (from ? `${one}@${from}` : String(one))).join(",");
  return new URLSearchParams({
    train: data,
    layers: hidden.join(","),
    activation,
    rate,
    batch: String(batch),
    seed: String(seed),
    steps: String(steps),
  }).toString();
}

/** A training from text; what isn't one becomes what it is at first.
 *  @param {URLSearchParams} parts @param {string[]} names of the data sets */
export function trainingFrom(parts, names) {
  const data = parts.get("train");
  const first = settingsFor(names.includes(data) ? data : names[0]);
  const activation = parts.get("activation");
  const batch = wholeFrom(parts.get("batch"), Math.max(...BATCHES));
  return {
    settings: {
      data: first.data,
      hidden: layersFrom(parts.get("layers")) ?? first.hidden,
      activation: ACTIVATIONS.includes(activation) ? activation : first.activation,
      rates: ratesFrom(parts.get("rate")) ?? first.rates,
      batch: BATCHES.includes(batch) ? batch : first.batch,
      seed: wholeFrom(parts.get("seed"), MOST_SEED) ?? first.seed,
    },
    steps: wholeFrom(parts.get("steps"), MOST_STEPS) ?? 0,
  };
}

/** A whole number from 0 up; null for anything else. @param {string | null} text */
export function wholeFrom(text, most) {
  const isWhole = /^\d{1,10}$/.test(text?.trim() ?? "");
  return isWhole && Number(text) <= most ? Number(text) : null;
}

/** @param {string | null} text */
function layersFrom(text) {
  if (text === "") return [];
  const sizes = (text ?? "?").split(",").map((one) => wholeFrom(one, MOST_NEURONS));
  return sizes.length <= MOST_LAYERS && sizes.every(Boolean) ? sizes : null;
}

/** @param {string | null} text @returns {[number, number][] | null} */
function ratesFrom(text) {
  const rates = (text ?? "").split(",").map((one) => {
    const [rate, from = "0"] = one.split("@");
    return /** @type {[number, number]} */ ([wholeFrom(from, MOST_STEPS), Number(rate)]);
  });
  const isGood = ([from, rate], at) =>
    (at ? from > rates[at - 1][0] : from === 0) && rate >= RATES[0] && rate <= RATES[1];
  return rates.length <= MOST_RATES && rates.every(isGood) ? rates : null;
}
