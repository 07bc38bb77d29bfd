// Who reads what is typed and lays it out: the server, Python in this page, or nobody.

import { h } from "../../drawing/view/js/main.js";
import { Progress } from "./progress.js";
import { asFailure, megabytes, Python, rounded, totalOf } from "./python.js";
import { say } from "./words.js";

/** How many seconds Python in the page may take for a text. */
const SECONDS = 30;

const MODULE = "chainrule.playground.answer";

/** @param {PageSettings} settings @returns {Reader} */
export function readerFor({ isServed, python }) {
  if (isServed) return new Server();
  return python && location.protocol !== "file:" ? new Page(python) : new Nobody(Boolean(python));
}

class Server {
  canRead = true;

  note() {
    return null;
  }

  /** @param {string} text @returns {Promise<Answer | Refusal>} */
  async read(text) {
    try {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ text });
      const reply = await fetch("graph", { method: "POST", headers, body });
      return await reply.json();
    } catch {
      return refused("no_server");
    }
  }
}

class Page {
  canRead = true;

  /** @param {PythonSettings} settings */
  constructor(settings) {
    this.size = megabytes(totalOf(settings));
    this.python = new Python(settings, MODULE, (loaded, total) =>
      this.progress.show(loaded, total),
    );
  }

  note() {
    this.progress = new Progress("Python", (loaded, total) =>
      loaded < total
        ? say("python_loading", { loaded: rounded(loaded), total: rounded(total) })
        : say("python_starting"),
    );
    const words = say("lines_load", { size: this.size });
    this.hint = h("p", { hidden: Boolean(this.python.starting) }, words);
    return h("div.note", this.hint, this.progress.element);
  }

  /** @param {string} text @returns {Promise<Answer | Refusal | null>} */
  async read(text) {
    try {
      this.hint.hidden = true;
      return await this.python.ask("reply", [text], SECONDS);
    } catch (error) {
      const failure = asFailure(error);
      return refused(failure.keyOf("lines"), failure.parts);
    } finally {
      this.progress.hide();
    }
  }
}

class Nobody {
  canRead = false;

  /** @param {boolean} isFile whether Python is there, but a page that is a file can't load it */
  constructor(isFile) {
    this.isFile = isFile;
  }

  note() {
    const [words, command, end] = this.isFile
      ? [say("lines_need_web"), "python -m http.server", ""]
      : [say("lines_need_server"), "chainrule play", "."];
    return h("p.note", words, " ", h("code", command), end);
  }

  async read() {
    return refused(this.isFile ? "link_needs_web" : "link_needs_server");
  }
}

/** @param {string} key @param {Record<string, string | number>} [parts] @returns {Refusal} */
function refused(key, parts = {}) {
  return { error: say(key, parts), remedy: "" };
}
