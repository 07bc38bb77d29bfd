// Finding a node by its label, its operation or its source line.

import { h, inputField } from "./dom.js";
import { nodeWords } from "./explain.js";
import { formatNumber } from "./numbers.js";

const MOST = 40;

export class Search {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {number[]} */
    this.matches = [];
    this.list = h("ul.matches", {
      role: "listbox",
      id: "matches",
      tabindex: -1,
      "aria-label": "Matching nodes",
      hidden: true,
    });
    this.input = inputField({
      type: "search",
      placeholder: "Search (/)",
      role: "combobox",
      "aria-label": "Search nodes by label, operation or source line",
      "aria-expanded": "false",
      "aria-controls": "matches",
      "aria-autocomplete": "list",
      oninput: () => this._look(),
      onfocus: () => this._look(),
      onblur: () => setTimeout(() => this._close(), 150),
      onkeydown: (event) => this._key(event),
    });
    this.element = h("div.finder", { role: "search" }, this.input, this.list);
  }

  _look() {
    const { graph } = this.app;
    const words = this.input.value.trim().toLowerCase();
    const ranked = [[], [], [], []];
    for (const node of graph.nodes) {
      const name = graph.nameOf(node.index).toLowerCase();
      const rest = `${node.op} ${node.symbol} ${words.length > 2 ? node.at : ""}`.toLowerCase();
      const ranks = [name === words, name.startsWith(words), name.includes(words)];
      const rank = [...ranks, rest.includes(words)].indexOf(true);
      if (rank >= 0) ranked[rank].push(node.index);
    }
    const matches = ranked.flat();
    this.matches = matches.slice(0, MOST);
    this.unlisted = matches.length - this.matches.length;
    this.at = 0;
    this._show();
  }

  _show() {
    const { graph } = this.app;
    const rows = this.matches.map((index, row) => {
      const { symbol, data } = graph.nodes[index];
      const option = h(
        "li",
        { role: "option", id: `match-${row}`, "aria-selected": String(row === this.at) },
        h("span.match-name", graph.nameOf(index) || "constant"),
        h("span.match-number", `${symbol} ${graph.isSummary ? "" : formatNumber(data)}`),
      );
      option.setAttribute("aria-label", nodeWords(graph, index));
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this._go(index);
      });
      return option;
    });
    const more = this.unlisted ? `${this.unlisted} more` : "";
    const note = this.matches.length ? more : "no matching node";
    if (note) rows.push(h("li.note", { role: "presentation" }, note));
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-activedescendant", this.matches.length ? `match-${this.at}` : "");
  }

  _close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  _leave() {
    this.input.value = "";
    this._close();
    this.app.stage.focus();
  }

  _key(event) {
    event.stopPropagation();
    if (event.key === "Escape") this._leave();
    else if (event.key === "Enter" && this.matches.length) this._go(this.matches[this.at]);
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && this.matches.length) {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + by + this.matches.length) % this.matches.length;
      this._show();
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
    }
  }

  _go(index) {
    this.app.choose(index, true);
    this._leave();
  }
}
