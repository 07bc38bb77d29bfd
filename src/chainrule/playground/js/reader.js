// Who reads what is typed and lays it out: the server, Python in this page, or nobody.

import { h } from "../../drawing/view/js/main.js";
import { Progress } from "./progress.js";
import { asFailure, megabytes, Python, rounded, totalOf } from "./python.js";

/** How many seconds Python in the page may take for a text. */
const SECONDS = 30;

const MODULE = "chainrule.playground.answer";

const NO_SERVER = {
  error: "The server doesn't answer.",
  remedy: "start it again with chainrule play, then reload this page",
};

/** What to do when Python in the page gives no answer. */
const AGAIN = "upload the exported folder again, whole, and reload this page";
const PROBLEMS = {
  missing: ["Python can't be loaded: {file} isn't on this web space (status {status}).", AGAIN],
  unreachable: [
    "Python can't be loaded: {file} can't be reached.",
    "check the connection, then type again",
  ],
  damaged: ["Python can't be loaded: {file} is damaged.", AGAIN],
  old: ["Python can't run in this browser, which is older than 2023.", "use another browser"],
  broken: ["Python doesn't start in this browser: {detail}.", AGAIN],
  late: ["This takes longer than {seconds} seconds.", "type something smaller"],
  quit: ["Python has stopped.", "type again, and it starts anew"],
  deep: ["This is nested too deeply.", "use names for parts of it"],
  ended: ["Python has stopped: {detail}.", "type again, and it starts anew"],
};

/** @param {PageSettings} settings @returns {Reader} */
export function readerFor({ isServed, python }) {
  if (isServed) return new Server();
  return python && location.protocol !== "file:" ? new Page(python) : new Nobody(Boolean(python));
}

class Server {
  canRead = true;
  note = null;

  /** @param {string} text @returns {Promise<Answer | Refusal>} */
  async read(text) {
    try {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ text });
      const reply = await fetch("graph", { method: "POST", headers, body });
      return await reply.json();
    } catch {
      return NO_SERVER;
    }
  }
}

class Page {
  canRead = true;

  /** @param {PythonSettings} settings */
  constructor(settings) {
    const size = megabytes(totalOf(settings));
    const progress = new Progress("Python", (loaded, total) =>
      loaded < total
        ? `Loading Python: ${rounded(loaded)} of ${rounded(total)} MB`
        : "Starting Python …",
    );
    this.python = new Python(settings, MODULE, (loaded, total) => progress.show(loaded, total));
    this.hint = h("p", `The first line that you type loads Python into this page: ${size} MB.`);
    this.progress = progress;
    this.note = h("div.note", this.hint, progress.element);
  }

  /** @param {string} text @returns {Promise<Answer | Refusal | null>} */
  async read(text) {
    try {
      this.hint.hidden = true;
      return await this.python.ask("reply", [text], SECONDS);
    } catch (error) {
      return worded(asFailure(error));
    } finally {
      this.progress.hide();
    }
  }
}

class Nobody {
  canRead = false;

  /** @param {boolean} isFile whether Python is there, but can't be fetched from a disk */
  constructor(isFile) {
    this.note = h(
      "p.note",
      isFile
        ? "This page was opened from a disk, where browsers don't let it load Python: choose an " +
            "example and move its numbers. To type something new, open it from a web server. Any " +
            "will do, such as this command in its folder:"
        : "This copy of the page works without a server: choose an example and move its numbers. " +
            "To type something new, which needs Python, install chainrule and run",
      " ",
      h("code", isFile ? "python -m http.server" : "chainrule play"),
      isFile ? null : ".",
    );
    this.refusal = {
      error: "This copy of the page can't lay out the expression of this link.",
      remedy: isFile ? "open it from a web server" : "open the link with chainrule play",
    };
  }

  async read() {
    return this.refusal;
  }
}

/** @param {import("./python.js").Failure} failure @returns {Refusal} */
function worded({ reason, parts }) {
  const [error, remedy] = PROBLEMS[reason].map((text) =>
    text.replace(/\{(\w+)\}/g, (_, name) => String(parts[name]).replace(/\.$/, "")),
  );
  return { error, remedy };
}
