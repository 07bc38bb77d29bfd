// The head of the page: which view is shown, links, downloads and the theme.

import { h, iconButton } from "../../drawing/view/js/main.js";
import { saveGif } from "./gif.js";
import { savePage, savePng, saveSvg } from "./giving.js";
import { Progress } from "./progress.js";

/** The views of the page. @type {{ name: "graph" | "train", title: string }[]} */
const VIEWS = [
  { name: "graph", title: "Graph" },
  { name: "train", title: "Train" },
];

export class Head {
  /** @param {import("./playground.js").Playground} page */
  constructor(page) {
    const button = (/** @type {string} */ words, onclick) => h("button", { onclick }, words);
    this.tabs = VIEWS.map(({ name, title }) => {
      const tab = h("button.tab", { onclick: () => page.turnTo(name) }, title);
      return { name, tab };
    });
    this.pictures = [
      button("SVG", () => saveSvg(page.app)),
      button("PNG", () => savePng(page.app)),
      button("GIF", () => this._makeGif(page)),
    ];
    const menu = h(
      "details.menu",
      h("summary", "Download"),
      h(
        "div.choices",
        ...this.pictures,
        button("HTML page", () => savePage(page.answer, page.hash)),
      ),
    );
    document.addEventListener("click", ({ target }) => {
      const part = /** @type {Element} */ (target);
      if (part.tagName === "BUTTON" || !menu.contains(part)) menu.open = false;
    });
    this.progress = new Progress("GIF", (done, total) => `GIF: ${done} of ${total} frames`);
    this.progress.element.append(button("Cancel", () => this.making.abort()));
    this.toast = h("p.toast", { role: "status" });
    const { course } = page.settings;
    this.element = h(
      "header.head",
      h("h1", "chainrule", h("span", "playground")),
      h("nav.views", { "aria-label": "View" }, ...this.tabs.map(({ tab }) => tab)),
      this.toast,
      this.progress.element,
      course ? h("a.button", { href: course }, "Course") : null,
      iconButton("link", "Copy link", () => page.copyLink()),
      menu,
      iconButton("theme", "Light or dark", () => page.turnTheme()),
    );
  }

  /** Say which view is shown. @param {string} view */
  show(view) {
    for (const { name, tab } of this.tabs) tab.setAttribute("aria-pressed", String(name === view));
    for (const button of this.pictures) button.hidden = view !== "graph";
  }

  /** Make an animation of the pass; another one that is being made ends.
   *  @param {import("./playground.js").Playground} page */
  async _makeGif(page) {
    this.making?.abort();
    this.making = new AbortController();
    const { signal } = this.making;
    try {
      await saveGif(page, (done, total) => this.progress.show(done, total), signal);
    } catch (error) {
      this.say(/** @type {Error} */ (error).message);
    }
    if (signal === this.making.signal) this.progress.hide();
  }

  /** Say something for a moment. @param {string} words */
  say(words) {
    this.toast.textContent = words;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      this.toast.textContent = "";
    }, 2500);
  }
}
