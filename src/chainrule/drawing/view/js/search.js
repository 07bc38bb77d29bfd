// Finding a node by its label, its operation or its source line.

import { h } from "./dom.js";
import { nodeWords } from "./explain.js";
import { numeral } from "./numbers.js";

const MOST = 40;

export class Search {
  constructor(app) {
    this.app = app;
    this.found = [];
    this.at = 0;
    this.list = h("ul", {
      class: "found",
      role: "listbox",
      id: "found",
      tabindex: -1,
      "aria-label": "Found nodes",
      hidden: true,
    });
    this.input = h("input", {
      type: "search",
      class: "search",
      placeholder: "Search (/)",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Search nodes by label",
      "aria-expanded": "false",
      "aria-controls": "found",
      "aria-autocomplete": "list",
      oninput: () => this._look(),
      onfocus: () => this._look(),
      onblur: () => setTimeout(() => this._close(), 150),
      onkeydown: (event) => this._key(event),
    });
    this.element = h("div", { class: "finder", role: "search" }, this.input, this.list);
  }

  _look() {
    const { graph } = this.app;
    const words = this.input.value.trim().toLowerCase();
    const ranked = [[], [], [], []];
    for (const node of graph.nodes) {
      const name = graph.nameOf(node.index).toLowerCase();
      const rest = `${node.op} ${node.symbol} ${words.length > 2 ? node.at : ""}`.toLowerCase();
      const rank =
        name === words
          ? 0
          : name.startsWith(words)
            ? 1
            : name.includes(words)
              ? 2
              : rest.includes(words)
                ? 3
                : -1;
      if (rank >= 0) ranked[rank].push(node.index);
    }
    const every = ranked.flat();
    this.matches = every.length;
    this.found = every.slice(0, MOST);
    this.at = 0;
    this._show();
  }

  _show() {
    const { graph } = this.app;
    const rows = this.found.map((index, row) =>
      h(
        "li",
        {
          role: "option",
          id: `found-${row}`,
          "aria-selected": String(row === this.at),
          "aria-label": nodeWords(graph, index),
          onpointerdown: (event) => {
            event.preventDefault();
            this._go(index);
          },
        },
        h("span", { class: "found-name" }, graph.nameOf(index) || "constant"),
        h(
          "span",
          { class: "found-number" },
          `${graph.nodes[index].symbol} ${graph.isSummary ? "" : numeral(graph.nodes[index].data)}`,
        ),
      ),
    );
    const note =
      this.matches > MOST ? `${this.matches - MOST} more` : this.matches ? "" : "nothing found";
    if (note) rows.push(h("li", { class: "note", role: "presentation" }, note));
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-activedescendant", this.found.length ? `found-${this.at}` : "");
  }

  _close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  _key(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
      this.input.value = "";
      this._close();
      this.app.stage.focus();
    } else if (event.key === "Enter" && this.found.length) this._go(this.found[this.at]);
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && this.found.length) {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + by + this.found.length) % this.found.length;
      this._show();
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
    }
  }

  _go(index) {
    this.input.value = "";
    this._close();
    this.app.choose(index, true);
    this.app.stage.focus();
  }
}
