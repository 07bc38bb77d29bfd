// The texts of lessons: data in, elements out. The numbers in them follow the graph.

import { formatShort, h } from "../../drawing/view/js/main.js";
import { evaluate } from "./numbers.js";

export class Texts {
  /** Where numbers stand. @type {[HTMLElement, Asked][]} */
  spots = [];

  /** @param {string} language that of the texts; the page around them may speak another */
  constructor(language) {
    this.attributes = { lang: language };
  }

  /** @param {Block[]} blocks @returns {HTMLElement[]} */
  blocks(blocks) {
    return blocks.map((block) =>
      "ul" in block
        ? h("ul", this.attributes, ...block.ul.map((item) => h("li", ...this.spans(item))))
        : h("p", this.attributes, ...this.spans(block.p)),
    );
  }

  /** The same as a single line. @param {Block[]} blocks */
  line(blocks) {
    return blocks.flatMap((block) => this.spans("ul" in block ? block.ul.flat() : block.p));
  }

  /** @param {Span[]} spans @returns {(HTMLElement | string)[]} */
  spans(spans) {
    return spans.map((span) => {
      if (typeof span === "string") return span;
      if ("code" in span) return h("code", span.code);
      if ("strong" in span) return h("strong", ...this.spans(span.strong));
      if ("em" in span) return h("em", ...this.spans(span.em));
      const spot = h("span.number");
      this.spots.push([spot, span.number]);
      return spot;
    });
  }

  /** Write the numbers. @param {import("./numbers.js").Numbers} numbers */
  show(numbers) {
    for (const [spot, asked] of this.spots) {
      const text = formatShort(Number(evaluate(asked, numbers)));
      if (spot.textContent !== text) spot.textContent = text;
    }
  }
}
