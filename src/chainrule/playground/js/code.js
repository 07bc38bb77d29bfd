// Code to copy; for a graph with its current numbers, Python, PyTorch and LaTeX.

import { formatInput, formatShort, h } from "../../drawing/view/js/main.js";
import { copied } from "./giving.js";
import { say } from "./words.js";

/** The languages in which a graph can be copied. */
export const KINDS = { Python: pythonCode, PyTorch: torchCode, LaTeX: latexCode };

export class Code {
  /** @param {Record<string, (...subject: any[]) => string>} kinds what writes each language */
  constructor(kinds) {
    this.kinds = kinds;
    this.kind = Object.keys(kinds)[0];
    this.text = h("pre", { tabindex: 0, "aria-label": say("code") });
    this.note = h("span.copied", { role: "status" });
    this.tabs = Object.keys(kinds).map((kind) =>
      h("button.tab", { onclick: () => this._choose(kind) }, kind),
    );
    const copy = h("button.copy", { onclick: () => this._copy() }, say("copy"));
    this.element = h(
      "section.code",
      { "aria-label": say("code") },
      h("header", h("div.tabs", ...this.tabs), copy, this.note),
      this.text,
    );
  }

  /** Show the code of something: what the writers of the languages take. */
  show(...subject) {
    this.subject = subject;
    for (const tab of this.tabs)
      tab.setAttribute("aria-pressed", String(tab.textContent === this.kind));
    const text = this.kinds[this.kind](...subject);
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    this.note.textContent = ""; // it was about the earlier text
  }

  _choose(kind) {
    this.kind = kind;
    this.show(...this.subject);
  }

  async _copy() {
    const isCopied = await copied(this.text.textContent);
    this.note.textContent = say(isCopied ? "copied" : "not_copied");
  }
}

/** The number of each node that has a name. @param {Graph} graph */
function numbersOf(graph) {
  return new Map(graph.nodes.map(({ label, data }) => [label, data]));
}

/** A number as Python reads it. */
function literal(x) {
  const text = formatInput(x);
  return Number.isFinite(x) ? text : `float("${text}")`;
}

/** @param {Answer} answer @param {Graph} graph */
function pythonCode({ inputs, lines, root }, graph) {
  const numbers = numbersOf(graph);
  const hands = graph.practice ? [] : graph.nodes.filter(({ hand, label }) => hand && label);
  const pass = [
    `${root}.backward()`,
    ...inputs.map(({ name }) => `print("${name}", ${name}.grad)`),
  ];
  const byHand = hands.map(({ label, hand }) => `${label}.grad = ${literal(hand.value)}`);
  return [
    "import chainrule as cr",
    "from chainrule import Value",
    "",
    ...inputs.map(({ name }) => `${name} = Value(${literal(numbers.get(name))}, label="${name}")`),
    ...lines.map(({ name, python }) => `${name} = ${python}; ${name}.label = "${name}"`),
    "",
    ...(hands.length ? [...byHand, `print(cr.check(${root}))`] : pass),
    `cr.show(${root})`,
    "",
  ].join("\n");
}

/** @param {Answer} answer @param {Graph} graph */
function torchCode({ inputs, lines, root, lacking }, graph) {
  if (lacking) return `# ${say("code_lacks", { name: lacking })}\n`;
  const numbers = numbersOf(graph);
  const tensor = (name) => {
    const text = literal(numbers.get(name));
    const float = /[.e(]/.test(text) ? text : `${text}.0`;
    return `${name} = torch.tensor(${float}, dtype=torch.float64, requires_grad=True)`;
  };
  return [
    "import torch",
    "",
    ...inputs.map(({ name }) => tensor(name)),
    ...lines.map(({ name, torch }) => `${name} = ${torch}`),
    "",
    `${root}.backward()`,
    ...inputs.map(({ name }) => `print("${name}", ${name}.grad)`),
    "",
  ].join("\n");
}

/** @param {Answer} answer @param {Graph} graph */
function latexCode({ inputs, lines, root }, graph) {
  const numbers = numbersOf(graph);
  const grads = graph.practice ? null : graph.gradients();
  const indices = new Map(graph.nodes.map(({ label, index }) => [label, index]));
  const rootName = lines.find(({ name }) => name === root)?.latexName ?? root;
  const rows = [
    ...inputs.map(({ name, latex }) => `${latex} &= ${latexNumber(numbers.get(name))}`),
    ...lines.map(({ name, latexName, latex }) => {
      const isHidden = !numbers.has(name) || graph.practice;
      return `${latexName} &= ${latex}${isHidden ? "" : ` = ${latexNumber(numbers.get(name))}`}`;
    }),
    ...(grads ? inputs : []).map(({ name, latex }) => {
      const gradient = latexNumber(grads[indices.get(name)]);
      return `\\frac{\\mathrm{d}${rootName}}{\\mathrm{d}${latex}} &= ${gradient}`;
    }),
  ].map((row) => row.replace(/\\mathrm\{d\}(?=[A-Za-z])/g, "\\mathrm{d} "));
  return `\\begin{aligned}\n${rows.join(" \\\\\n")}\n\\end{aligned}\n`;
}

function latexNumber(x) {
  const text = formatShort(x).replace(/−/g, "-").replace("∞", "\\infty");
  return text.replace(/e([+-]?)0*(\d+)$/, (_, sign, power) => {
    return ` \\cdot 10^{${sign === "-" ? "-" : ""}${power}}`;
  });
}
