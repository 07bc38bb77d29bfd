// Runs the pages' modules for the tests, without a browser. Each line of input is code with an
// argument, and each line of output its result. The code sees every module of the view by its name,
// the playground's and the course's main modules, `page` (the stand-in for a document), `fire`,
// `open`, `settle`, what is in `markup.js`, and the view that was opened last as `v`.

import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import * as page from "./document.js";
import "./loading.js";
import * as markup from "./markup.js";

const [view, ...others] = process.argv.slice(2);
const folder = pathToFileURL(`${view}/`);
const modules = readdirSync(folder).map((file) => new URL(file, folder));
const scope = { page, ...markup, fire: page.fire, open, settle };
for (const url of [...modules, ...others.map((file) => pathToFileURL(file))]) {
  scope[url.href.split("/").at(-1).replace(".js", "")] = await import(url);
}

/** Let everything happen that waits for an answer; what is read from files may take longer. */
async function settle(isDone = () => true) {
  for (let turn = 0; turn < 5 || !isDone(); turn++) {
    if (turn > 5) await pause(1);
    else await new Promise(setImmediate);
    if (turn > 20_000) throw new Error(`it never happens: ${isDone}`);
  }
}

/** Make a view of this size; `v` is its App from then on. */
function open(data, settings = {}, width = 1200, height = 700) {
  const host = document.createElementNS(document.documentElement.namespaceURI, "div");
  Object.assign(page.stageSize, { width, height });
  scope.v?.remove();
  page.frames.length = 0;
  page.timers.clear();
  document.body.focus();
  if (!settings.isReloaded) location.hash = "";
  scope.v = new scope.app.App(host, data, settings);
}

/** Numbers that JSON lacks are written as objects of one word. */
function written(_key, x) {
  if (typeof x === "number" && (!Number.isFinite(x) || Object.is(x, -0))) {
    return { number: Object.is(x, -0) ? "-0" : String(x).replace("Infinity", "inf") };
  }
  if (x instanceof Map || x instanceof Set) return [...x];
  return ArrayBuffer.isView(x) ? [...x] : x;
}

function read(_key, x) {
  return x && typeof x.number === "string" ? Number(x.number.replace("inf", "Infinity")) : x;
}

/** What went wrong where nobody waited for it. @type {Error | null} */
let unheard = null;
process.on("unhandledRejection", (/** @type {Error} */ error) => {
  unheard = error;
});

for await (const line of createInterface({ input: process.stdin })) {
  const { code, argument } = JSON.parse(line, read);
  let answer;
  try {
    const run = new Function(...Object.keys(scope), "argument", `{ ${code} }`);
    answer = { result: (await run(...Object.values(scope), argument)) ?? null };
    await new Promise(setImmediate);
    if (unheard) throw unheard;
  } catch (error) {
    answer = { error: error.stack };
  }
  unheard = null;
  process.stdout.write(`${JSON.stringify(answer, written)}\n`);
}
