// A task: a part of `Value` to write, which is examined.

import { h } from "../../drawing/view/js/main.js";
import { say } from "../../playground/js/words.js";
import { Texts } from "./text.js";

const INDENT = "    ";
const MOST_LINES = 40;

export class Task {
  hints = 0;
  isJudging = false;

  /** @param {TaskContent} task
   *  @param {{ judge: Judge, memory: import("./memory.js").Memory, before?: TaskContent,
   *    done(): void }} setting */
  constructor(task, setting) {
    this.task = task;
    this.setting = setting;
    const texts = new Texts(task.language);
    this.code = h("textarea", {
      id: "code",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
      oninput: () => {
        this._keep();
        setting.judge.begin();
      },
      onkeydown: (event) => this._indent(event),
    });
    this.code.value = setting.memory.kept.code[task.id] ?? this._start();
    this.answer = h("div.feedback", { role: "status" });
    this.helps = h("div.helps");
    this.check = h("button.primary", { onclick: () => this._check() }, say("check"));
    const button = (/** @type {string} */ name, /** @type {() => void} */ onclick) =>
      h("button", { onclick }, say(name));
    this.hint = button("hint", () => this._hint());
    this.hint.disabled = !task.hints.length;
    const deeds = [
      setting.judge.canJudge ? this.check : null,
      this.hint,
      button("show_solution", () => this._solve()),
      button("start_again", () => this._restart()),
    ].filter(Boolean);
    this.parts = [
      h("h2", { tabindex: -1, lang: task.language }, task.title),
      h("div.text", ...texts.blocks(task.text), task.start ? null : h("p.note", say("earlier"))),
      h("label", { for: "code" }, say("your_code")),
      this.code,
      setting.judge.note(),
      h("div.buttons", ...deeds),
      this.helps,
      this.answer,
    ].filter(Boolean);
    this._fit();
  }

  /** The text to begin with: the task's own, or what was written in the task before. */
  _start() {
    const { task, setting } = this;
    const { before, memory } = setting;
    const text = task.start || (before && (memory.kept.code[before.id] ?? before.solution)) || "";
    return `${text.trim()}\n`;
  }

  _keep() {
    const { memory } = this.setting;
    memory.keep({ code: { ...memory.kept.code, [this.task.id]: this.code.value } });
    this._fit();
  }

  _fit() {
    this.code.rows = Math.min(MOST_LINES, this.code.value.split("\n").length + 1);
  }

  /** A new line begins where the one before does. @param {KeyboardEvent} event */
  _indent(event) {
    const { code } = this;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this._check();
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) return;
    const line = code.value.slice(0, code.selectionStart).split("\n").at(-1);
    const more = line.trimEnd().endsWith(":") ? INDENT : "";
    code.setRangeText(
      `\n${line.match(/^ */)[0]}${more}`,
      code.selectionStart,
      code.selectionEnd,
      "end",
    );
    this._keep();
  }

  async _check() {
    const { judge } = this.setting;
    if (!judge.canJudge || this.isJudging) return;
    this.isJudging = true;
    this._say("plain", say("judging"));
    const grade = await judge.judge(this.task.id, this.code.value);
    this.isJudging = false;
    this._show(grade);
  }

  /** @param {Grade} grade */
  _show({ ok, findings, error }) {
    if (error) this._say("wrong", error);
    else if (ok) {
      this._say("right", say("task_right"));
      this.setting.done();
    } else this._say("wrong", "", ...findings.map((finding) => this._finding(finding)));
  }

  /** @param {Grade["findings"][number]} finding */
  _finding({ message, graph, source }) {
    const [line, ...code] = source.split(": ");
    return h(
      "div.finding",
      h("p", `✗ ${message}`),
      graph ? h("pre", graph) : null,
      source ? h("p", say("line_here", { line }), " ", h("code", code.join(": "))) : null,
    );
  }

  /** @param {"right" | "wrong" | "plain"} kind @param {string} words
   *  @param {HTMLElement[]} parts */
  _say(kind, words, ...parts) {
    const mark = kind === "right" ? "✓ " : kind === "wrong" ? "✗ " : "";
    const head = words ? h("p", h("b", `${mark}${words}`)) : null;
    this.answer.replaceChildren(h("div", { class: `said ${kind}` }, head, ...parts));
    this.answer.scrollIntoView({ block: "nearest" });
  }

  _hint() {
    const hint = this.task.hints[this.hints];
    this.hints += 1;
    this.hint.disabled = this.hints >= this.task.hints.length;
    this.helps.append(h("div.said.plain", ...new Texts(this.task.language).blocks(hint)));
  }

  _solve() {
    if (this.helps.querySelector("pre")) return;
    const solution = h("pre", this.task.solution.trim());
    this.helps.append(h("div.said.plain", h("p", say("solution")), solution));
  }

  _restart() {
    const { memory } = this.setting;
    const { [this.task.id]: _, ...others } = memory.kept.code;
    memory.keep({ code: others });
    this.code.value = this._start();
    this.answer.replaceChildren();
    this._fit();
  }
}
