// Finding a node by its label, its scope, its operation or its source line; or a scope by its name.

import { h, inputField } from "./dom.js";
import { showScope, thingWords } from "./folding.js";
import { clipped, formatNumber } from "./numbers.js";
import { spoken } from "./phrasing.js";

const MOST = 40;
const [LONGEST, LONGEST_SOURCE] = [34, 2];

export class Search {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** The things found: nodes and scopes. @type {number[]} */
    this.matches = [];
    this.list = h("ul.matches", {
      role: "listbox",
      id: "matches",
      tabindex: -1,
      "aria-label": spoken("Matches"),
      hidden: true,
    });
    this.input = inputField({
      type: "search",
      placeholder: spoken("Search (/)"),
      role: "combobox",
      "aria-label": spoken("Search nodes by label, scope, operation or source line"),
      "aria-expanded": "false",
      "aria-controls": "matches",
      "aria-autocomplete": "list",
      oninput: () => this._look(),
      onfocus: () => this._look(),
      onblur: () => setTimeout(() => this._close(), 150),
      onkeydown: (event) => this._key(event),
    });
    this.element = h("div.finder", { role: "search" }, this.input, this.list);
    /** The path of the innermost scope around each node. @type {Map<number, string>} */
    this.paths = new Map();
    const { areas } = app.data;
    const outermostFirst = [...areas.keys()].sort(
      (x, y) => areas[x].path.length - areas[y].path.length,
    );
    for (const area of outermostFirst)
      for (const node of areas[area].nodes) this.paths.set(node, areas[area].path.join(" / "));
  }

  /** What a thing can be found by: its name, and the rest. */
  _words(thing, isLong) {
    const { graph, data } = this.app;
    if (thing < 0) return [data.areas[-1 - thing].path.join(" / "), ""];
    const { op, symbol, at } = graph.nodes[thing];
    const path = this.paths.get(thing) ?? "";
    return [graph.nameOf(thing), `${path} / ${op} ${symbol} ${isLong ? at : ""}`];
  }

  _look() {
    const { graph, data } = this.app;
    const words = this.input.value.trim().toLowerCase();
    const ranked = [[], [], [], []];
    const scopes = words ? [...data.areas.keys()].map((area) => -1 - area) : [];
    for (const thing of [...scopes, ...graph.nodes.keys()]) {
      const [name, rest] = this._words(thing, words.length > LONGEST_SOURCE).map((x) =>
        x.toLowerCase(),
      );
      const last = name.split(" / ").at(-1);
      const ranks = [last === words, last.startsWith(words), name.includes(words)];
      const rank = [...ranks, `${rest}${name}`.includes(words)].indexOf(true);
      if (rank >= 0) ranked[rank].push(thing);
    }
    const matches = ranked.flat();
    this.matches = matches.slice(0, MOST);
    this.unlisted = matches.length - this.matches.length;
    this.at = 0;
    this._show();
  }

  _show() {
    const rows = this.matches.map((thing, row) => {
      const [name] = this._words(thing);
      const option = h(
        "li",
        {
          role: "option",
          id: `match-${row}`,
          "aria-selected": String(row === this.at),
          title: name,
        },
        h("span.match-name", clipped(name || spoken("constant"), LONGEST)),
        h("span.match-number", this._beside(thing)),
      );
      option.setAttribute("aria-label", thingWords(this.app, thing));
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this._go(thing);
      });
      return option;
    });
    const more = this.unlisted ? spoken("{count} more", { count: this.unlisted }) : "";
    const note = this.matches.length ? more : spoken("no matching node");
    if (note) rows.push(h("li.note", { role: "presentation" }, note));
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-activedescendant", this.matches.length ? `match-${this.at}` : "");
  }

  /** What stands beside a match: where it lies, and its number. */
  _beside(thing) {
    const { graph, data } = this.app;
    if (thing < 0) return data.areas[-1 - thing].lines[0];
    const { symbol, data: number } = graph.nodes[thing];
    const path = clipped(this.paths.get(thing) ?? "", LONGEST);
    const parts = [path, `${symbol} ${graph.isSummary ? "" : formatNumber(number)}`.trim()];
    return parts.filter(Boolean).join(" · ");
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

  _go(thing) {
    if (thing < 0) showScope(this.app, -1 - thing);
    else this.app.choose(thing, true);
    this._leave();
  }
}
