// What is typed: the lines, what is wrong with them, and the examples.

import { capitalised, h } from "../../drawing/view/js/main.js";
import { say } from "./words.js";

/** How long typing must pause before the lines are read, in milliseconds. */
const PAUSE = 350;

const [FEWEST_LINES, MOST_LINES] = [3, 14];

export class Editor {
  /** @param {Example[]} examples @param {Reader} reader
   *  @param {(text: string) => void} read */
  constructor(examples, reader, read) {
    this.examples = examples;
    this.read = read;
    this.about = h("p.about");
    this.message = h("p.message", { role: "alert", hidden: true });
    this.area = h("textarea", {
      id: "lines",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      readonly: !reader.canRead,
      "aria-describedby": "lines-about",
      oninput: () => this._typed(),
      onkeydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this._read();
      },
    });
    this.about.id = "lines-about";
    this.select = h(
      "select",
      { id: "example", onchange: () => this._choose() },
      h("option", { value: "" }, say("own")),
      ...examples.map(({ name }, index) => h("option", { value: index }, say(`example_${name}`))),
    );
    this.element = h(
      "section.editor",
      h("label", { for: "example" }, say("example")),
      this.select,
      h("label.lines-label", { for: "lines" }, say(reader.canRead ? "type_lines" : "its_lines")),
      this.area,
      this.message,
      this.about,
      reader.note(),
    );
  }

  /** @param {string} text */
  set text(text) {
    if (this.area.value !== text) this.area.value = text;
    this._show();
  }

  /** Name the example that the lines are, and make room for them. */
  _show() {
    const lines = this.area.value.trimEnd().split("\n").length + 1;
    this.area.rows = Math.max(FEWEST_LINES, Math.min(lines, MOST_LINES));
    const index = this.examples.findIndex(({ answer }) => answer.text === this.area.value);
    this.select.value = index < 0 ? "" : String(index);
    this.about.textContent = say(index < 0 ? "own_about" : `about_${this.examples[index].name}`);
  }

  /** Say what is wrong, or nothing. @param {Refusal | null} refusal */
  say(refusal) {
    this.message.hidden = !refusal;
    this.area.setAttribute("aria-invalid", String(Boolean(refusal)));
    if (!refusal) return;
    const [error, remedy] = [refusal.error, refusal.remedy].map(capitalised);
    this.message.replaceChildren(error, remedy ? h("span.remedy", remedy) : "");
  }

  _typed() {
    this._show();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this._read(), PAUSE);
  }

  _read() {
    clearTimeout(this.waiting);
    this.read(this.area.value);
  }

  _choose() {
    if (this.select.value === "") this.area.focus();
    else this.read(this.examples[Number(this.select.value)].answer.text);
  }
}
