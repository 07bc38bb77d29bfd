// Draws the playground's pictures without a browser. The input is JSON: the words, and what is to
// be drawn; the output is the text of each picture.

import { readFileSync } from "node:fs";
import { markup, painted, rounded } from "../page/markup.js";
import "../page/loading.js";

const folder = "../../src/chainrule/playground/js";
const { Graph } = await import("../../src/chainrule/drawing/view/js/main.js");
const { speak } = await import(`${folder}/words.js`);
const { Curve } = await import(`${folder}/curve.js`);
const { reachOf } = await import(`${folder}/ranges.js`);
const { Curves } = await import(`${folder}/training/curves.js`);
const { Diagram } = await import(`${folder}/training/diagram.js`);
const { Plane } = await import(`${folder}/training/plane.js`);
const { Training } = await import(`${folder}/training/training.js`);

const { words, curves, histories, networks, planes } = JSON.parse(readFileSync(0, "utf8"));
speak({ languages: { en: words }, sentences: {} }, "en");

function curveOf({ graph: data, input, size, secant, isGuess = false }) {
  const graph = new Graph(data);
  const curve = new Curve(
    () => {},
    () => {},
  );
  const index = graph.nodes.findIndex(({ label }) => label === input);
  curve.build([input], data.root);
  Object.assign(curve, { size, secant, isGuess });
  curve.show(graph, index, "y", reachOf(graph.nodes[index].data));
  return markup(curve.picture);
}

function historyOf({ size, history, ...training }) {
  const shown = new Curves();
  shown.size = size;
  const rows = history.map(({ loss, accuracy }) => ({ loss: loss ?? Number.NaN, accuracy }));
  shown.build({ history: rows, score: rows.at(-1), ...training });
  shown.show();
  return markup(shown.picture);
}

function networkOf({ settings, points, steps, size }) {
  const training = new Training(settings, points);
  training.advance(steps);
  const diagram = new Diagram(() => {});
  diagram.size = size;
  diagram.build(training);
  const styles = diagram.columns
    .flat()
    .map(({ name, button }) => `${name}: ${rounded(Object.values(button.style).join(" "))}`);
  const parts = [];
  for (let y = 0; y < size.height; y += 10)
    parts.push(
      Array.from({ length: size.width / 8 }, (_, x) => letter(diagram, 8 * x, y)).join(""),
    );
  return [markup(diagram.lines), ...styles, ...parts].join("\n");
}

/** What is under the pointer: nothing, a neuron's column, or a weight from a neuron to another. */
function letter(diagram, clientX, clientY) {
  const part = diagram._partAt({ clientX, clientY });
  if (!part) return ".";
  return part.from === undefined ? String(part.at) : "abcdef"[part.from];
}

function planeOf({ points, radius, answers }) {
  const plane = new Plane();
  plane.draw(points, radius, Float64Array.from(answers));
  const [width, , data] = plane.small.calls[0].what;
  const colours = [];
  for (let cell = 0; cell < data.length / 4; cell += 5 * width) {
    const row = Array.from({ length: width / 6 }, (_, at) => 4 * (cell + 6 * at));
    colours.push(row.map((from) => data.slice(from, from + 4).join(",")).join("  "));
  }
  return [...colours, ...painted(plane.brush)].join("\n");
}

process.stdout.write(
  JSON.stringify([
    curves.map(curveOf),
    histories.map(historyOf),
    networks.map(networkOf),
    planes.map(planeOf),
  ]),
);
