// The panel beside the picture: the chosen node, its chain rule, and what can be changed about it.

import { button, h } from "./dom.js";
import { chainRule, gradientWords, howMade, nodeWords } from "./explain.js";
import { exact, numeral, plain, typed } from "./numbers.js";

export class Panel {
  constructor(app) {
    this.app = app;
    this.revealed = new Set();
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
        graph.isSummary ? null : this._byHand(node),
        graph.isSummary ? null : this._gradient(node),
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
    const { graph } = this.app;
    const isKnown = node.kind !== "constant";
    const shown = graph.shown(node.index);
    const isElsewhere = node.hand && !graph.showsHand(node.index);
    const line = (name, x) =>
      h("label", {}, h("span", {}, name), h("output", { class: "number" }, x));
    const opaque = why && !node.operands.length;
    return h(
      "div",
      { class: "numbers" },
      h("label", {}, h("span", {}, "data"), data),
      isKnown
        ? line("grad", shown === null ? numeral(null) : gradientWords(graph, node.index, exact))
        : null,
      isElsewhere ? line("by hand", exact(node.hand.value)) : null,
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
        if (problem) now.value = input.value;
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
    return !Number.isNaN(x) ? "" : "nan: whatever is computed from it is nan too.";
  }

  _made(node) {
    const made = howMade(this.app.graph, node.index);
    return made && h("section", {}, h("h3", {}, "How it was made"), made);
  }

  /** The chain rule at a node; while its gradient is still to be worked out, behind a click. */
  _gradient(node) {
    const { graph, verdicts } = this.app;
    const rule = chainRule(graph, node.index);
    const isOpen =
      node.grad !== null ||
      node.kind === "constant" ||
      verdicts.has(node.index) ||
      node.index === graph.root;
    const answer = isOpen
      ? rule
      : h(
          "details",
          {
            open: this.revealed.has(node.index),
            ontoggle: (event) => {
              const known = event.currentTarget.open ? "add" : "delete";
              this.revealed[known](node.index);
            },
          },
          h("summary", {}, "Show the chain rule here, with its numbers"),
          ...rule,
        );
    return h("section", {}, h("h3", {}, "Its gradient"), ...[answer].flat());
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
    const forget = {
      type: "button",
      class: "quiet",
      disabled: !node.hand, // it keeps its place: a second click on "judge" must not hit it
      onclick: () => this.app.setByHand(node.index, null),
    };
    return h(
      "section",
      {},
      h("h3", {}, "Set it by hand"),
      h(
        "div",
        { class: "by-hand" },
        field,
        h("button", { type: "button", class: "judge" }, "judge"),
        h("button", forget, "forget"),
      ),
      verdict
        ? verdictWords(verdict, this.app.graph.nameOf(this.app.graph.root))
        : h("p", { class: "note" }, "Work it out, type it, and have it judged."),
    );
  }

  _set(node, text) {
    if (!text.trim()) {
      if (node.hand) this.app.setByHand(node.index, null);
      return "";
    }
    const x = typed(text);
    if (x === undefined || Number.isNaN(x)) {
      if (node.hand) this.app.setByHand(node.index, null); // its verdict is not one on this text
      return x === undefined
        ? `“${clip(text)}” is no number.`
        : "nan is no gradient that could be right.";
    }
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

function verdictWords({ status, expected, found, mistake, why, slopes }, root) {
  const said = [];
  if (status === "right") said.push(why ? `✓ Right: ${why}.` : "✓ Right.");
  else if (status === "not comparable") said.push(`Not comparable: ${why}.`);
  else {
    said.push(h("b", {}, `✗ Wrong. Expected ${plain(expected)}, found ${plain(found)}.`));
    said.push(mistake);
    if (why) said.push(`${why.charAt(0).toUpperCase()}${why.slice(1).replace(/\.$/, "")}.`);
  }
  if (slopes) {
    const [left, right] = slopes.map((x) => plain(Number(x.toPrecision(4))));
    said.push(
      `The slope of ${root} is ${left} to the left of this kink and ${right} to its right; ` +
        `the rule takes ${plain(expected)}.`,
    );
  }
  const lines = said.flatMap((line, at) => (at ? [h("br"), line] : [line]));
  return h("p", { class: `verdict ${status.split(" ")[0]}`, role: "status" }, ...lines);
}

function plainly(x) {
  return Number.isFinite(x) ? String(x) : Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

function clip(text) {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
