// The border where a * x + b * y + c is 0, as the playground draws it; the input is [a, b, c].

import { readFileSync } from "node:fs";
import "../page/loading.js";

const file = "../../src/chainrule/playground/js/training/plane.js";
const { CELLS, borderIn } = await import(file);
const [a, b, c] = JSON.parse(readFileSync(0, "utf8"));
const answers = Float64Array.from(
  { length: CELLS ** 2 },
  (_, at) => a * (at % CELLS) + b * Math.floor(at / CELLS) + c,
);
console.log(JSON.stringify([CELLS, borderIn(answers)]));
