// The head of the page: which view is shown, links, downloads and the theme.

import { h, icon, iconButton } from "../../drawing/view/js/main.js";
import { saveGif } from "./gif.js";
import { savePage, savePng, saveSvg } from "./giving.js";
import { languageField, withLanguage } from "./language.js";
import { Progress } from "./progress.js";
import { say } from "./words.js";

/** The views of the page. @type {("graph" | "train")[]} */
const VIEWS = ["graph", "train"];

export class Head {
  /** @param {import("./playground.js").Playground} page */
  constructor(page) {
    const button = (/** @type {string} */ words, onclick) => h("button", { onclick }, words);
    this.tabs = VIEWS.map((name) => {
      const tab = h("button.tab", { onclick: () => page.turnTo(name) }, say(`view_${name}`));
      return { name, tab };
    });
    this.pictures = [
      button("SVG", () => saveSvg(page.app)),
      button("PNG", () => savePng(page.app)),
      button("GIF", () => this._makeGif(page)),
    ];
    this.menu = h(
      "details.menu",
      h("summary", icon("save"), h("span", say("download"))),
      h(
        "div.choices",
        ...this.pictures,
        button(say("html_page"), () => savePage(page.answer, page.hash)),
      ),
    );
    this.progress = new Progress("GIF", (done, total) => say("gif_frames", { done, total }));
    this.progress.element.append(button(say("cancel"), () => this.making.abort()));
    this.toast = h("p.toast", { role: "status" });
    const { course } = page.settings;
    const { languages } = page.content.words;
    this.element = h(
      "header.head",
      h("h1", "chainrule ", h("span", say("playground_name"))),
      h("nav.views", { "aria-label": say("views") }, ...this.tabs.map(({ tab }) => tab)),
      this.toast,
      this.progress.element,
      languageField(languages, (language) => page.speak(language)),
      course ? h("a.button", { href: withLanguage(course) }, say("course_link")) : null,
      iconButton("link", say("copy_link"), () => page.copyLink()),
      this.menu,
      iconButton("theme", say("theme"), () => page.turnTheme()),
    );
  }

  /** Close the menu when something else, or a choice in it, is clicked. @param {Element} part */
  fold(part) {
    if (part.tagName === "BUTTON" || !this.menu.contains(part)) this.menu.open = false;
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
