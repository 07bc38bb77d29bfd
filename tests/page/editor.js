// Stands in for the field in which one writes Python: CodeMirror needs a browser.

export class CodeEditor {
  /** Which lines are marked. @type {number[]} */
  marked = [];

  constructor({ text, about, typed, check }) {
    this.element = document.createElementNS(document.documentElement.namespaceURI, "textarea");
    for (const [name, words] of Object.entries(about)) this.element.setAttribute(name, words);
    this.element.value = text;
    this.element.addEventListener("input", typed);
    this.element.addEventListener("keydown", ({ key, ctrlKey }) => {
      if (key === "Enter" && ctrlKey) check();
    });
  }

  get text() {
    return this.element.value;
  }

  set text(text) {
    this.element.value = text;
    this.element.dispatchEvent({ type: "input" });
  }

  remove() {
    this.isRemoved = true;
  }

  mark(lines) {
    this.marked = lines;
    this.element.setAttribute("data-marked", lines.join(" "));
  }
}
