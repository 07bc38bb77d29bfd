// The panel beside the picture: the chosen node, its chain rule, and what can be changed about it.

import { button, h } from "./dom.js";
import { chainRule, howMade, nodeWords } from "./explain.js";
import { exact, numeral, plain, typed } from "./numbers.js";

export class Panel {
  constructor(app) {
    this.app = app;
    this.heading = h("h2", { tabindex: -1 });
    this.body = h("div", { class: "panel-body" });
    this.element = h(
      "aside",
      { class: "panel", "aria-label": "The chosen node", hidden: true },
      h(
        "header",
        {},
        this.heading,
        button("close", "Close (escape)", () => app.choose(null)),
      ),
      this.body,
    );
  }

  show() {
    const { chosen, graph } = this.app;
    this.element.hidden = chosen === null || chosen < 0;
    if (this.element.hidden) return;
    const node = graph.nodes[chosen];
    this.heading.textContent = node.label || graph.nameOf(chosen) || "a constant";
    this.heading.title = this.heading.textContent;
    this.body.replaceChildren(
      ...[
        h("p", { class: "kind" }, this._kind(node)),
        graph.isSummary ? this._lines(node) : this._numbers(node),
        graph.isSummary ? null : this._made(node),
        graph.isSummary ? null : this._gradient(node),
        graph.isSummary ? null : this._byHand(node),
        this._neighbours(node),
      ].filter(Boolean),
    );
  }

  /** Write the numbers anew without losing what is being typed. */
  refresh() {
    const root = this.element.getRootNode();
    const active = root.activeElement;
    if (this.element.hidden) return;
    const field =
      active && this.body.contains(active) && active.tagName === "INPUT" ? active.name : "";
    const words = field && active.value;
    this.show();
    const again = field && this.body.querySelector(`input[name="${field}"]`);
    if (again) {
      again.value = words;
      again.focus();
    }
  }

  _kind(node) {
    if (node.kind === "stack") return "many nodes in one box";
    const kind = node.isRoot
      ? "the root"
      : node.operands.length
        ? "an inner node"
        : { leaf: "a leaf", parameter: "a parameter", constant: "a constant" }[node.kind];
    return node.at ? [kind, h("br"), h("code", { class: "at" }, node.at)] : kind;
  }

  _lines(node) {
    return h("ul", { class: "because" }, ...node.lines.map((words) => h("li", {}, words)));
  }

  _numbers(node) {
    const why = this.app.graph.whyFixed(node.index);
    const data = why
      ? h("output", { class: "number", title: why }, exact(node.data))
      : this._field("data", plainly(node.data), "Number", (text) => this._edit(node, text));
    const isKnown = node.kind !== "constant";
    const opaque = why && !node.operands.length;
    return h(
      "div",
      { class: "numbers" },
      h("label", {}, h("span", {}, "data"), data),
      isKnown
        ? h(
            "label",
            {},
            h("span", {}, "grad"),
            h("output", { class: "number" }, node.grad === null ? numeral(null) : exact(node.grad)),
          )
        : null,
      opaque ? h("p", { class: "note" }, `It cannot be edited: ${why}.`) : null,
      node.remark && this.app.graph.at === null ? h("p", { class: "note" }, node.remark) : null,
    );
  }

  _field(name, value, label, onset) {
    const message = h("p", { class: "field-error", role: "alert" });
    const input = h("input", {
      name,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
      value,
      onchange: () => {
        const problem = onset(input.value) || "";
        // Where the number was taken, the panel and its fields are new ones.
        const now = this.body.querySelector(`input[name="${name}"]`) || input;
        now.nextSibling.textContent = problem;
        now.setAttribute("aria-invalid", String(Boolean(problem)));
      },
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") input.dispatchEvent(new Event("change"));
      if (name === "data" && ["ArrowUp", "ArrowDown"].includes(event.key)) {
        event.preventDefault();
        const by = (event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 1 : 0.1);
        const x = typed(input.value);
        if (x === undefined) return;
        input.value = plainly(Number((x + by).toPrecision(12)));
        input.dispatchEvent(new Event("change"));
      }
    });
    return h("span", { class: "field" }, input, message);
  }

  /** Take an edited number; what is wrong with it, or nothing. */
  _edit(node, text) {
    const x = typed(text);
    if (x === undefined) return text.trim() ? `“${clip(text)}” is no number.` : "Type a number.";
    if (Object.is(x, node.data)) return "";
    this.app.edit(node.index, x);
    return x === x ? "" : "nan: whatever is computed from it is nan too.";
  }

  _made(node) {
    const made = howMade(this.app.graph, node.index);
    return made && h("section", {}, h("h3", {}, "How it was made"), made);
  }

  _gradient(node) {
    return h("section", {}, h("h3", {}, "Its gradient"), ...chainRule(this.app.graph, node.index));
  }

  _byHand(node) {
    if (node.kind === "constant") return null;
    const verdict = this.app.verdicts.get(node.index);
    const field = this._field(
      "hand",
      node.hand ? node.hand.text || plainly(node.hand.value) : "",
      "Gradient by hand",
      (text) => this._set(node, text),
    );
    const clear = node.hand
      ? h(
          "button",
          { type: "button", class: "quiet", onclick: () => this.app.setByHand(node.index, null) },
          "forget",
        )
      : null;
    return h(
      "section",
      {},
      h("h3", {}, "Set it by hand"),
      h(
        "div",
        { class: "by-hand" },
        field,
        h("button", { type: "button", class: "judge" }, "judge"),
        clear,
      ),
      verdict
        ? verdictWords(verdict)
        : h("p", { class: "note" }, "Work it out, type it, and have it judged."),
    );
  }

  _set(node, text) {
    if (!text.trim()) {
      if (node.hand) this.app.setByHand(node.index, null);
      return "";
    }
    const x = typed(text);
    if (x === undefined) return `“${clip(text)}” is no number.`;
    if (x !== x) return "nan is no gradient that could be right.";
    this.app.setByHand(node.index, { value: x, text });
    this.body.querySelector(".verdict").scrollIntoView({ block: "nearest" });
    return "";
  }

  _neighbours(node) {
    const { graph } = this.app;
    const link = (index) =>
      h(
        "button",
        {
          type: "button",
          class: "link",
          "aria-label": nodeWords(graph, index),
          onclick: () => this.app.choose(index, true),
        },
        graph.nameOf(index) || plain(graph.nodes[index].data),
      );
    const list = (title, indices) => {
      const once = [...new Set(indices)];
      return once.length
        ? h(
            "p",
            { class: "links" },
            `${title} `,
            ...once.slice(0, 12).map(link),
            once.length > 12 ? ` and ${once.length - 12} more` : null,
          )
        : null;
    };
    return h(
      "section",
      { class: "neighbours" },
      list("made of", node.operands),
      list(
        "used by",
        node.users.map(([user]) => user),
      ),
    );
  }
}

function verdictWords(verdict) {
  const { status, expected, mistake, why } = verdict;
  if (status === "right")
    return h("p", { class: "verdict right", role: "status" }, `✓ Right: ${why}.`);
  if (status === "not comparable") {
    return h("p", { class: "verdict", role: "status" }, `Not comparable: ${why}.`);
  }
  return h(
    "p",
    { class: "verdict wrong", role: "status" },
    h("b", {}, `✗ Wrong. Expected ${plain(expected)}, found ${plain(verdict.found)}.`),
    h("br"),
    mistake === "other" ? `No usual mistake: ${why}.` : `Likely mistake: ${mistake}; ${why}.`,
  );
}

function plainly(x) {
  return Number.isFinite(x) ? String(x) : x !== x ? "nan" : x > 0 ? "inf" : "-inf";
}

function clip(text) {
  return text.length > 24 ? text.slice(0, 23) + "…" : text;
}
