// A task: a part of `Value` to write, which is examined.

import { h } from "../../drawing/view/js/main.js";
import { say } from "../../playground/js/words.js";
import { CodeEditor } from "./editor.js";
import { Texts } from "./text.js";

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
    this.code = new CodeEditor({
      text: setting.memory.kept.code[task.id] ?? this._start(),
      about: { "aria-labelledby": "code-label", "aria-describedby": "code-keys" },
      typed: () => {
        this._keep();
        setting.judge.begin();
      },
      check: () => this._check(),
    });
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
      h("p.label", { id: "code-label" }, say("your_code")),
      this.code.element,
      h("p.note", { id: "code-keys" }, say("code_keys")),
      setting.judge.note(),
      h("div.buttons", ...deeds),
      this.helps,
      this.answer,
    ].filter(Boolean);
  }

  /** Somebody leaves the task. */
  end() {
    this.code.remove();
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
    memory.keep({ code: { ...memory.kept.code, [this.task.id]: this.code.text } });
  }

  async _check() {
    const { judge } = this.setting;
    if (!judge.canJudge || this.isJudging) return;
    this.isJudging = true;
    this._say("plain", say("judging"));
    this.code.mark([]);
    const grade = await judge.judge(this.task.id, this.code.text);
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
    this.code.mark(findings.map(({ source }) => Number.parseInt(source, 10)));
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
    this.code.text = this._start();
    memory.keep({ code: others });
    this.answer.replaceChildren();
  }
}
