// A bar that shows how far something is, such as loading Python.

import { h } from "../../drawing/view/js/main.js";

export class Progress {
  /** @param {string} what @param {(done: number, total: number) => string} wordsFor */
  constructor(what, wordsFor) {
    this.wordsFor = wordsFor;
    this.words = h("p", { role: "status" });
    this.bar = h("progress", { "aria-label": what });
    this.element = h("div.loading", { hidden: true }, this.words, this.bar);
  }

  /** @param {number} loaded @param {number} total; when all is done, the bar waits for what follows */
  show(loaded, total) {
    this.element.hidden = false;
    const words = this.wordsFor(loaded, total);
    if (this.words.textContent !== words) this.words.textContent = words;
    this.bar.max = total;
    if (loaded < total) this.bar.value = loaded;
    else this.bar.removeAttribute("value");
  }

  hide() {
    this.element.hidden = true;
  }
}
