// The panel beside the picture: the selected node, its chain rule, and its fields to edit.

import { DASH } from "../generated/facts.js";
import { h, iconButton, inputField } from "./dom.js";
import { chainRule, forwardFormula, gradientWords, nameOrNumber, nodeWords } from "./explain.js";
import { clipped, formatExact, formatInput, parseNumber } from "./numbers.js";
import { spoken } from "./phrasing.js";
import { taskActions, taskParts } from "./practising.js";
import { verdictWords } from "./verdict.js";

/** By how much the arrow keys change an edited number; with Shift, ten times as much. */
const NUDGES = { ArrowUp: 0.1, ArrowDown: -0.1 };

export class Panel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.revealed = new Set();
    this.heading = h("h2", { tabindex: -1 });
    this.body = h("div.panel-body");
    this.foot = h("div.panel-foot"); // stays in sight where the rest is scrolled
    const close = iconButton("close", spoken("Close (Escape)"), () => app.choose(null));
    const attributes = { "aria-label": spoken("The selected node"), hidden: true };
    this.scroll = h("div.panel-scroll", h("header", this.heading, close), this.body);
    this.element = h("aside.panel", attributes, this.scroll, this.foot);
  }

  show() {
    const { chosen, graph } = this.app;
    this.element.hidden = chosen === null;
    if (this.element.hidden) return;
    if (chosen !== this.shown) this.scroll.scrollTop = 0;
    this.shown = chosen;
    const node = graph.nodes[chosen];
    this.element.classList.toggle("task", Boolean(graph.practice));
    this.heading.textContent = node.label || graph.nameOf(chosen) || spoken("a constant");
    this.heading.title = this.heading.textContent;
    this.foot.replaceChildren(...(graph.practice ? taskActions(this.app) : []));
    this.scroll.tabIndex = graph.practice ? 0 : -1; // a task has its fields below what is scrolled
    if (graph.practice) {
      this.body.replaceChildren(...taskParts(this.app));
      return;
    }
    const parts = graph.isSummary
      ? [h("ul.because", ...node.lines.map((words) => h("li", words)))]
      : [this._numbers(node), this._forward(node), this._byHand(node), this._gradient(node)];
    const kind = h("p.kind", this._kind(node));
    this.body.replaceChildren(kind, ...parts.filter(Boolean), this._neighbours(node));
  }

  /** Scroll to a part of the panel, but not the page around it.
   *  @param {string} selector @param {boolean} [atTop] */
  reveal(selector, atTop = false) {
    const part = this.body.querySelector(selector);
    if (!part) return;
    const [inside, outside] = [part, this.scroll].map((one) => one.getBoundingClientRect());
    const above = inside.top - outside.top;
    const below = inside.bottom - outside.bottom;
    if (atTop || above < 0) this.scroll.scrollTop += above;
    else if (below > 0) this.scroll.scrollTop += Math.min(below, above);
  }

  /** A field by its name. @returns {HTMLInputElement | null} */
  field(name) {
    return this.element.querySelector(`input[name="${name}"]`);
  }

  /** Update the numbers without losing what is being typed. */
  refresh() {
    if (this.element.hidden) return;
    const active = /** @type {HTMLInputElement | null} */ (
      this.element.querySelector("input:focus")
    );
    const typed = active ?? this.field("answer"); // a hint may be asked for while one types
    this.show();
    const field = typed && this.field(typed.name);
    if (!field) return;
    field.value = typed.value;
    if (active) field.focus();
  }

  _kind(node) {
    if (node.kind === "stack") return spoken("several nodes in one box");
    const leaves = { leaf: "a leaf", parameter: "a parameter", constant: "a constant" };
    const inner = node.operands.length ? "an inner node" : leaves[node.kind];
    const kind = spoken(node.isRoot ? "the root" : inner);
    return node.at ? [kind, h("br"), h("code.at", node.at)] : kind;
  }

  _numbers(node) {
    const { graph } = this.app;
    const why = graph.whyFixed(node.index);
    const data = why
      ? h("output.number", { title: why }, formatExact(node.data))
      : this._field("data", formatInput(node.data), spoken("Value"), (text) =>
          this._edit(node, text),
        );
    const output = (words) => h("output.number", words);
    const line = (name, content) => h("label", h("span", name), content);
    const isElsewhere = node.hand && !graph.showsHand(node.index);
    const grad =
      graph.shown(node.index) === null ? DASH : gradientWords(graph, node.index, formatExact);
    return h(
      "div.numbers",
      line("data", data),
      node.kind === "constant" ? null : line("grad", output(grad)),
      isElsewhere ? line(spoken("by hand"), output(formatExact(node.hand.value))) : null,
      why && !node.operands.length
        ? h("p.note", spoken("It can't be edited: {why}.", { why }))
        : null,
      node.remark && graph.at === null ? h("p.note", node.remark) : null,
    );
  }

  _field(name, value, label, onset) {
    const message = h("p.field-error", { role: "alert" });
    const input = inputField({
      name,
      value,
      type: "text",
      "aria-label": label,
      onchange: () => {
        const problem = onset(input.value) || "";
        // An accepted number has rebuilt the panel and its fields.
        const field = this.field(name) || input;
        if (problem) field.value = input.value;
        field.nextSibling.textContent = problem;
        field.setAttribute("aria-invalid", String(Boolean(problem)));
      },
      onkeydown: (event) => {
        if (name === "data" && event.key in NUDGES) {
          event.preventDefault();
          const x = parseNumber(input.value) + NUDGES[event.key] * (event.shiftKey ? 10 : 1);
          if (Number.isNaN(x)) return;
          input.value = formatInput(Number(x.toPrecision(12)));
        } else if (event.key !== "Enter") return;
        input.dispatchEvent(new Event("change"));
      },
    });
    return h("span.field", input, message);
  }

  /** Accept an edited number; returns what is wrong with it, or nothing.
   *  @param {GraphNode} node @param {string} text */
  _edit(node, text) {
    const x = parseNumber(text);
    if (x === undefined) return text.trim() ? notANumber(text) : spoken("Type a number.");
    if (Object.is(x, node.data)) return "";
    this.app.edit(node.index, x);
    return !Number.isNaN(x) ? "" : spoken("nan: everything computed from it is nan too.");
  }

  _forward(node) {
    const formula = forwardFormula(this.app.graph, node.index);
    return formula && h("section", h("h3", spoken("How it was computed")), formula);
  }

  /** The chain rule at a node, hidden behind a click while the gradient isn't known.
   *  @param {GraphNode} node */
  _gradient(node) {
    const { graph, verdicts } = this.app;
    const rule = chainRule(graph, node.index);
    const hasNothingToHide = node.kind === "constant" || node.index === graph.root;
    const isOpen =
      hasNothingToHide || node.grad !== null || (verdicts.has(node.index) && !graph.isRepair);
    const title = h("h3", spoken("Its gradient"));
    if (isOpen) return h("section", title, ...rule);
    const open = this.revealed.has(node.index);
    const onclick = () => {
      if (details.open) this.revealed.delete(node.index);
      else this.revealed.add(node.index);
    }; // at once: the toggle event comes after a key that is pressed meanwhile
    const summary = h("summary", { onclick }, spoken("Show the chain rule with its numbers"));
    const details = h("details", { open }, summary, ...rule);
    return h("section", title, details);
  }

  _byHand(node) {
    if (node.kind === "constant") return null;
    const { graph, verdicts } = this.app;
    const verdict = verdicts.get(node.index);
    const written = node.hand ? node.hand.text || formatInput(node.hand.value) : "";
    const clear = {
      disabled: !node.hand, // never hidden: a second click on "check" mustn't hit it
      onclick: () => this.app.setByHand(node.index, null),
    };
    return h(
      "section",
      h("h3", spoken("Set the gradient by hand")),
      h(
        "div.by-hand",
        this._field("hand", written, spoken("Gradient set by hand"), (text) =>
          this._set(node, text),
        ),
        h("button.judge", spoken("check")),
        h("button.quiet", clear, spoken("clear")),
      ),
      verdict
        ? verdictWords(verdict, graph)
        : h("p.note", spoken("Work it out, type it in and check it.")),
    );
  }

  _set(node, text) {
    const x = parseNumber(text);
    if (x === undefined || Number.isNaN(x)) {
      if (node.hand) this.app.setByHand(node.index, null); // its verdict isn't about this text
      if (!text.trim()) return "";
      return x === undefined ? notANumber(text) : spoken("A gradient of nan can't be right.");
    }
    this.app.setByHand(node.index, { value: x, text });
    this.reveal(".verdict");
    return "";
  }

  _neighbours(node) {
    const { graph } = this.app;
    const link = (index) =>
      h(
        "button.link",
        { "aria-label": nodeWords(graph, index), onclick: () => this.app.choose(index, true) },
        nameOrNumber(graph, index),
      );
    const list = (title, indices) => {
      const once = [...new Set(indices)];
      const count = once.length - 12;
      const more = count > 0 ? spoken(" and {count} more", { count }) : null;
      return once.length ? h("p.links", `${title} `, ...once.slice(0, 12).map(link), more) : null;
    };
    const users = node.users.map(([user]) => user);
    return h(
      "section.neighbours",
      list(spoken("operands:"), node.operands),
      list(spoken("used by:"), users),
    );
  }
}

function notANumber(text) {
  return spoken("“{text}” isn't a number.", { text: clipped(text) });
}
