// The loss and the accuracy from the first step to the present one.

import { formatShort, h, svg } from "../../../drawing/view/js/main.js";
import { ticks } from "../ranges.js";
import { say, sayCount } from "../words.js";

/** The room for the numbers around the curves, in pixels. */
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 46, 10, 24];
/** The most points that a curve is drawn with. */
const MOST = 400;

export class Curves {
  size = { width: 0, height: 0 };

  constructor() {
    this.picture = svg("svg", { role: "img" });
    this.area = h("div.curve-area", this.picture);
    this.element = h(
      "section.curves",
      { "aria-label": say("curves") },
      h(
        "header",
        h("h2", say("curves")),
        h(
          "p.key",
          { "aria-hidden": "true" },
          h("span", sample("loss"), say("far_loss")),
          h("span", sample("accuracy"), say("far_accuracy")),
        ),
      ),
      this.area,
    );
    new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this.show();
    }).observe(this.area);
  }

  /** @param {import("./training.js").Training} training */
  build(training) {
    this.training = training;
  }

  /** Show the curves up to the present step. */
  show() {
    const { width, height } = this.size;
    if (!this.training || width < 3 * LEFT || height < 2 * BOTTOM) return;
    const { history, perEpoch, score, steps } = this.training;
    this.element.dataset.step = String(steps);
    const every = Math.ceil(history.length / MOST);
    const shown = history
      .filter((_, at) => at % every === 0)
      .map((score, at) => ({ at: at * every * perEpoch, ...score }));
    shown.push({ at: steps, ...score });
    const losses = shown.map(({ loss }) => loss).filter(Number.isFinite);
    const scale = {
      wide: width - LEFT - RIGHT,
      tall: height - TOP - BOTTOM,
      steps: Math.max(steps, 10),
      loss: 1.05 * Math.max(0.1, ...losses),
    };
    const box = { x: LEFT, y: TOP, width: scale.wide, height: scale.tall, class: "window" };
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", wordsOf(this.training));
    this.picture.replaceChildren(...grid(scale), svg("svg", box, ...lines(shown, scale)));
  }
}

/** @param {import("./training.js").Training} training */
function wordsOf({ steps, score, history }) {
  const [start, end] = [history[0], score].map(({ loss }) => formatShort(loss, 3));
  return say("curves_words", { steps: sayCount("step_count", steps), start, end });
}

/** @param {string} name */
function sample(name) {
  const line = svg(`line.${name}`, { x1: 0, y1: 4, x2: 24, y2: 4 });
  return svg("svg", { viewBox: "0 0 24 8" }, line);
}

/** @param {Scale} scale */
function grid({ wide, tall, steps, loss }) {
  const line = (x1, y1, x2, y2) => svg("line.grid", { x1, y1, x2, y2 });
  const text = (x, y, anchor, words) => svg("text", { x, y, "text-anchor": anchor }, words);
  const upright = ticks(0, steps, wide / 80).map((step) => {
    const x = LEFT + (step / steps) * wide;
    return [line(x, TOP, x, TOP + tall), text(x, TOP + tall + 16, "middle", formatShort(step))];
  });
  const left = ticks(0, loss, tall / 36).map((one) => {
    const y = TOP + (1 - one / loss) * tall;
    return [line(LEFT, y, LEFT + wide, y), text(LEFT - 6, y + 4, "end", formatShort(one, 3))];
  });
  const right = [0, 0.5, 1].map((share) => {
    const y = TOP + (1 - share) * tall;
    return [text(LEFT + wide + 6, y + 4, "start", `${100 * share} %`)];
  });
  return [...upright, ...left, ...right].flat();
}

/** @param {{ at: number, loss: number, accuracy: number }[]} rows @param {Scale} scale */
function lines(rows, { wide, tall, steps, loss }) {
  const line = (/** @type {"loss" | "accuracy"} */ name, /** @type {number} */ highest) => {
    const finite = rows.filter((row) => Number.isFinite(row[name]));
    const points = finite.map(
      (row) =>
        `${((row.at / steps) * wide).toFixed(1)},${((1 - row[name] / highest) * tall).toFixed(1)}`,
    );
    const [x, y] = points.at(-1)?.split(",") ?? ["0", "0"];
    return [
      svg(`polyline.${name}`, { points: points.join(" ") }),
      svg(`circle.${name}`, { cx: x, cy: y, r: 4 }),
    ];
  };
  return [...line("accuracy", 1), ...line("loss", loss)];
}
