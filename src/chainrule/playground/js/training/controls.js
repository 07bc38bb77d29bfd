// What a training is set up with: data, network, activation, learning rate, batch and seed.

import { h, inputField } from "../../../drawing/view/js/main.js";
import { FactorSlider } from "../factor.js";
import { Plane } from "./plane.js";
import {
  ACTIVATIONS,
  BATCHES,
  MOST_LAYERS,
  MOST_NEURONS,
  MOST_SEED,
  RATES,
  wholeFrom,
} from "./settings.js";

/** The pixels of a data set's picture, and the radius of its points. */
const [PICTURE, POINT] = [144, 3.4];

export class Controls {
  /** @param {Record<string, DataSet>} sets @param {(settings: Partial<TrainSettings>) => void} change
   *  @param {(rate: number) => void} setRate */
  constructor(sets, change, setRate) {
    this.sets = sets;
    this.change = change;
    this.data = Object.entries(sets).map(([name, { title, points }]) => {
      const plane = new Plane(PICTURE, 1);
      const choose = () => change({ data: name });
      const button = h("button.set", { onclick: choose }, plane.canvas, h("span", title));
      return { name, points, plane, button };
    });
    this.layers = h("div.layers");
    this.activation = select("Activation", ACTIVATIONS, (activation) => change({ activation }));
    this.rate = new FactorSlider("Learning rate", RATES[0], RATES, () => setRate(this.rate.value));
    this.batch = select(
      "Points per step",
      BATCHES.map((count) => [String(count), count ? String(count) : "all"]),
      (batch) => change({ batch: Number(batch) }),
    );
    this.seed = inputField({
      type: "text",
      inputmode: "numeric",
      id: "seed",
      onchange: () => this._typedSeed(),
    });
    this.element = h(
      "section.controls",
      { "aria-label": "Settings" },
      h("fieldset.sets", h("legend", "Data"), ...this.data.map(({ button }) => button)),
      h("fieldset", h("legend", "Network"), this.layers, this.activation.element),
      h("fieldset", h("legend", "Training"), this.rate.element, this.batch.element, this._seeds()),
    );
  }

  _seeds() {
    const other = () => this.change({ seed: (Number(this.seed.value) + 1) % (MOST_SEED + 1) });
    return h(
      "div.choice",
      h("label", { for: "seed" }, "Seed of the weights"),
      h("span.seed", this.seed, h("button", { onclick: other }, "Next")),
    );
  }

  _typedSeed() {
    const seed = wholeFrom(this.seed.value, MOST_SEED);
    this.seed.setAttribute("aria-invalid", String(seed === null));
    if (seed !== null) this.change({ seed });
  }

  /** @param {import("./training.js").Training} training */
  build({ settings, rate }) {
    for (const { name, button } of this.data)
      button.setAttribute("aria-pressed", String(name === settings.data));
    this.activation.field.value = settings.activation;
    this.activation.field.disabled = !settings.hidden.length;
    this.batch.field.value = String(settings.batch);
    this.seed.value = String(settings.seed);
    this.seed.setAttribute("aria-invalid", "false");
    this.rate.set(rate);
    this._buildLayers(settings.hidden);
    this.recolour();
  }

  /** The hidden layers: how many there are, and how many neurons each has.
   *  @param {number[]} hidden */
  _buildLayers(hidden) {
    const key = this.layers.contains(document.activeElement) && document.activeElement.id;
    const fields = hidden.map((count, at) =>
      numberField(`Layer ${at + 1}`, count, (other) =>
        this.change({ hidden: hidden.with(at, other) }),
      ),
    );
    const step = (id, words, label, other) =>
      h(
        "button",
        {
          id,
          "aria-label": label,
          disabled: !other,
          onclick: () => this.change({ hidden: other }),
        },
        words,
      );
    const fewer = hidden.length ? hidden.slice(0, -1) : null;
    const more = hidden.length < MOST_LAYERS ? [...hidden, hidden.at(-1) ?? 4] : null;
    const count = `${hidden.length} hidden layer${hidden.length === 1 ? "" : "s"}`;
    this.layers.replaceChildren(
      h(
        "div.count",
        step("fewer", "−", "Remove the last hidden layer", fewer),
        h("span", hidden.length ? count : "a single neuron"),
        step("more", "+", "Add a hidden layer", more),
      ),
      ...fields,
    );
    if (key) document.getElementById(key)?.focus();
  }

  /** Draw the pictures of the data sets. */
  recolour() {
    for (const { plane, points } of this.data) plane.draw(points, POINT);
  }
}

/** A list of choices with its label. @param {string} words */
function select(words, choices, choose) {
  const id = words.toLowerCase().replaceAll(" ", "-");
  const options = choices.map((one) => {
    const [value, text] = [one].flat().length > 1 ? one : [one, one];
    return h("option", { value }, text);
  });
  const field = h("select", { id, onchange: () => choose(field.value) }, ...options);
  return { field, element: h("div.choice", h("label", { for: id }, words), field) };
}

/** How many neurons a layer has. @param {string} words @param {number} count */
function numberField(words, count, choose) {
  const id = words.toLowerCase().replaceAll(" ", "-");
  const field = h(
    "select",
    { id, onchange: () => choose(Number(field.value)) },
    ...Array.from({ length: MOST_NEURONS }, (_, at) =>
      h("option", { value: at + 1, selected: at + 1 === count }, neurons(at + 1)),
    ),
  );
  return h("div.choice", h("label", { for: id }, words), field);
}

/** @param {number} count */
function neurons(count) {
  return `${count} neuron${count === 1 ? "" : "s"}`;
}
