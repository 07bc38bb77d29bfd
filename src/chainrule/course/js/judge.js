// Who judges the code of tasks: the server, Python in this page, or nobody.

import { h } from "../../drawing/view/js/main.js";
import { Progress } from "../../playground/js/progress.js";
import { asFailure, megabytes, Python, rounded, totalOf } from "../../playground/js/python.js";
import { say } from "../../playground/js/words.js";

const MODULE = "chainrule.course.sandbox";

/** @param {CourseContent} content @returns {Judge} */
export function judgeFor({ isServed, python, limits }) {
  if (isServed) return new Server();
  return python && location.protocol !== "file:"
    ? new Page(python, limits)
    : new Nobody(Boolean(python));
}

class Server {
  canJudge = true;

  note() {
    return null;
  }

  begin() {}

  /** @param {string} task @param {string} code @returns {Promise<Grade>} */
  async judge(task, code) {
    try {
      const reply = await fetch("task", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ task, code }),
      });
      return await reply.json();
    } catch {
      return refused("no_answer");
    }
  }
}

class Page {
  canJudge = true;
  /** Settles when nothing is judged: one task after the other. @type {Promise<unknown>} */
  idle = Promise.resolve();
  /** The first start. @type {Promise<void>} */
  begun;

  /** @param {PythonSettings} settings @param {Record<string, number>} limits */
  constructor(settings, limits) {
    this.limits = limits;
    this.size = megabytes(totalOf(settings));
    this.python = new Python(settings, MODULE, (loaded, total) => {
      if (!this.hasRun) this.progress?.show(loaded, total);
    });
  }

  note() {
    this.progress = new Progress("Python", (loaded, total) =>
      loaded < total
        ? say("python_loading", { loaded: rounded(loaded), total: rounded(total) })
        : say("python_starting"),
    );
    this.hint = h(
      "p",
      { hidden: Boolean(this.python.starting) },
      say("python_size", { size: this.size }),
    );
    return h("div.note", this.hint, this.progress.element);
  }

  /** Load Python, as somebody begins to write. Where that fails, only the judge tries again. */
  begin() {
    this.begun ??= this._start().catch(() => {}); // the judge says why
  }

  async _start() {
    this.hint.hidden = true;
    try {
      await this.python.begin();
      this.hasRun = true;
    } finally {
      this.progress.hide();
    }
  }

  /** Judge code in a Python of its own: what it does to Python reaches no other judgement.
   *  @param {string} task @param {string} code @returns {Promise<Grade>} */
  judge(task, code) {
    const grade = this.idle.then(() => this._judge(task, code));
    this.idle = grade;
    return grade;
  }

  async _judge(task, code) {
    try {
      await this._start();
      const problem = await this.python.ask("run", [task, code], this.limits.run);
      if (problem.error) return { ok: false, findings: [], ...problem };
      return await this.python.ask("examine", [], this.limits.examine);
    } catch (error) {
      const failure = asFailure(error);
      return refused(failure.keyOf("code"), failure.parts);
    } finally {
      this.python.end();
      if (this.hasRun) this._start().catch(() => {}); // the next one, while the reply is read
    }
  }
}

class Nobody {
  canJudge = false;

  /** @param {boolean} isFile whether Python is there, but a page that is a file can't load it */
  constructor(isFile) {
    this.isFile = isFile;
  }

  note() {
    const [words, command] = this.isFile
      ? [say("needs_web"), "python -m http.server"]
      : [say("needs_server"), "chainrule course"];
    return h("p.note", words, " ", h("code", command));
  }

  begin() {}

  /** @returns {Promise<Grade>} */
  async judge() {
    return refused("no_answer");
  }
}

/** @param {string} key @param {Record<string, string | number>} [parts] @returns {Grade} */
function refused(key, parts = {}) {
  return { ok: false, findings: [], error: say(key, parts) };
}
