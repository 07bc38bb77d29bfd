// A bar that shows how far Python is loaded.

import { h } from "../../drawing/view/js/main.js";

export class Progress {
  /** @param {(loaded: number, total: number) => string} wordsFor */
  constructor(wordsFor) {
    this.wordsFor = wordsFor;
    this.words = h("p", { role: "status" });
    this.bar = h("progress", { "aria-label": "Python" });
    this.element = h("div.loading", { hidden: true }, this.words, this.bar);
  }

  /** @param {number} loaded @param {number} total; when all is loaded, Python starts */
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
