// Loads Python's files with a fake fetch, and asks a fake worker. The input is JSON: the files, each with
// a path, a size and a reply; the worker's answer to each question; and lists of questions, where those
// of one list are asked at the same time. The output is what came of it.

import { readFileSync } from "node:fs";

const folder = "../../src/chainrule/playground/js";
const { Python, asFailure, megabytes, rounded } = await import(`${folder}/python.js`);

const { files, answers, asks } = JSON.parse(readFileSync(0, "utf8"));
const asked = [];
globalThis.fetch = async (path, options) => {
  const { parts, status } = Object.values(files).find((file) => file.path === path).reply;
  asked.push([path, options.cache, options.signal.aborted]);
  if (!parts) throw new TypeError("Failed to fetch");
  const left = [...parts];
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (options.signal.aborted) controller.error(new Error("aborted"));
      else if (left.length) controller.enqueue(Buffer.from(left.shift(), "base64"));
      else controller.close();
    },
  });
  return { ok: status === 200, status, body };
};
const jobs = [];
globalThis.Worker = class {
  postMessage({ name = "start" }) {
    jobs.push(name);
    const { error, ...data } = answers[name];
    if (data.isLate) return;
    setTimeout(() => {
      if (error) this.onerror({ message: error });
      else this.onmessage({ data });
    }, 5);
  }
  terminate() {
    jobs.push("end");
  }
};
URL.createObjectURL = () => "blob:";
URL.revokeObjectURL = () => {};

const followed = [];
const python = new Python({ files, lock: "" }, "module", (...amounts) => followed.push(amounts));
const told = (promise) =>
  promise.catch((error) => {
    const { reason, parts } = asFailure(error);
    return [reason, parts, asFailure(error).keyOf("code")];
  });
const results = [];
for (const names of asks) {
  results.push(await Promise.all(names.map((name) => told(python.ask(name, [], 0.2)))));
  await new Promise((resolve) => setTimeout(resolve, 60)); // what still comes must not be counted
}
const loaded = await told(python.loading ?? python._load());
const texts = {};
if (!Array.isArray(loaded))
  for (const [name, blob] of Object.entries(loaded)) texts[name] = await blob.text();
const sizes = [1_449_999, 1_450_001, 1_500_001].map((size) => [megabytes(size), rounded(size)]);
process.stdout.write(JSON.stringify({ results, followed, asked, jobs, texts, sizes }));
process.exit(0);
