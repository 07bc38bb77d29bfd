// What a training is set up with: data, network, activation, learning rate, batch and seed.

import { h, inputField } from "../../../drawing/view/js/main.js";
import { FactorSlider } from "../factor.js";
import { say, sayCount } from "../words.js";
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
  /** @param {DataSets} sets @param {(settings: Partial<TrainSettings>) => void} change
   *  @param {(rate: number) => void} setRate */
  constructor(sets, change, setRate) {
    this.sets = sets;
    this.change = change;
    this.data = Object.entries(sets).map(([name, points]) => {
      const plane = new Plane(PICTURE, 1);
      const choose = () => change({ data: name });
      const button = h(
        "button.set",
        { onclick: choose },
        plane.canvas,
        h("span", say(`set_${name}`)),
      );
      return { name, points, plane, button };
    });
    this.layers = h("div.layers");
    this.activation = select("activation", say("activation"), ACTIVATIONS, (activation) =>
      change({ activation }),
    );
    this.rate = new FactorSlider(say("rate"), RATES[0], RATES, () => setRate(this.rate.value));
    this.batch = select(
      "batch",
      say("batch"),
      BATCHES.map((count) => [String(count), count ? String(count) : say("batch_all")]),
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
      { "aria-label": say("settings") },
      h("fieldset.sets", h("legend", say("data")), ...this.data.map(({ button }) => button)),
      h("fieldset", h("legend", say("network")), this.layers, this.activation.element),
      h(
        "fieldset",
        h("legend", say("training")),
        this.rate.element,
        this.batch.element,
        this._seeds(),
      ),
    );
  }

  _seeds() {
    const other = () => this.change({ seed: (Number(this.seed.value) + 1) % (MOST_SEED + 1) });
    return h(
      "div.choice",
      h("label", { for: "seed" }, say("seed")),
      h("span.seed", this.seed, h("button", { onclick: other }, say("next_seed"))),
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
      numberField(`layer-${at + 1}`, say("layer", { at: at + 1 }), count, (other) =>
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
    const count = hidden.length ? sayCount("layer_count", hidden.length) : say("no_layer");
    this.layers.replaceChildren(
      h(
        "div.count",
        step("fewer", "−", say("remove_layer"), fewer),
        h("span", count),
        step("more", "+", say("add_layer"), more),
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

/** A list of choices with its label. @param {string} id @param {string} words */
function select(id, words, choices, choose) {
  const options = choices.map((one) => {
    const [value, text] = [one].flat().length > 1 ? one : [one, one];
    return h("option", { value }, text);
  });
  const field = h("select", { id, onchange: () => choose(field.value) }, ...options);
  return { field, element: h("div.choice", h("label", { for: id }, words), field) };
}

/** How many neurons a layer has. @param {string} id @param {string} words @param {number} count */
function numberField(id, words, count, choose) {
  const field = h(
    "select",
    { id, onchange: () => choose(Number(field.value)) },
    ...Array.from({ length: MOST_NEURONS }, (_, at) =>
      h("option", { value: at + 1, selected: at + 1 === count }, sayCount("neuron_count", at + 1)),
    ),
  );
  return h("div.choice", h("label", { for: id }, words), field);
}
