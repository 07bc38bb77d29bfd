// The course as a whole: the list of what there is, the step that is shown, and how far one is.

import { h, iconButton } from "../../drawing/view/js/main.js";
import {
  firstLanguage,
  followLanguage,
  languageField,
  withLanguage,
} from "../../playground/js/language.js";
import { say, speak } from "../../playground/js/words.js";
import { judgeFor } from "./judge.js";
import { Memory } from "./memory.js";
import { Step } from "./step.js";
import { Task } from "./task.js";

const WIDE = window.matchMedia("(min-width: 62rem)");
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

/** @type {Spot["shelf"][]} */
const SHELVES = ["lessons", "gallery", "tasks"];
const COUNTED = { lessons: "lesson_of", gallery: "mistake_of", tasks: "task_of" };

export class Course {
  memory = new Memory();
  theme = "auto";

  /** @param {CourseContent} content @param {HTMLElement} host */
  constructor(content, host) {
    this.content = content;
    this.judge = judgeFor(content);
    this.host = host;
    DARK.addEventListener("change", () => this.colour());
    WIDE.addEventListener("change", () => this._fold());
    window.addEventListener("hashchange", () => this._follow());
    document.addEventListener("keydown", (event) => this._press(event));
  }

  begin() {
    const { languages, language } = this.content;
    this.speak(firstLanguage(languages, language));
    followLanguage((other) => this.speak(other));
  }

  /** Build the page in a language. @param {string} language */
  speak(language) {
    this.language = language;
    this.shelves = this.content.shelves[language];
    speak(this.content, language);
    document.title = say("title");
    this.list = h("div.list");
    this.main = h("main", { id: "main" });
    this.menu = h("details.contents", h("summary", say("contents")), this.list);
    this.host.replaceChildren(h("div.page", this._head(), this.menu, this.main));
    this.colour();
    this.open(this._spot() ?? this._first(), false);
  }

  _head() {
    const { languages, playground } = this.content;
    return h(
      "header.head",
      h("h1", "chainrule ", h("span", say("course"))),
      languageField(languages, (language) => this.speak(language)),
      h("a.button", { href: withLanguage(playground) }, say("playground")),
      iconButton("theme", say("theme"), () => {
        this.theme = this.isDark ? "light" : "dark";
        this.colour();
      }),
    );
  }

  colour() {
    this.isDark = this.theme === "auto" ? DARK.matches : this.theme === "dark";
    document.documentElement.classList.toggle("dark", this.isDark);
    this.step?.colour(this.isDark);
  }

  /** The list is beside the page where there is room, else behind a button. */
  _fold() {
    this.menu.open = WIDE.matches;
  }

  // ---- where one is -----------------------------------------------------------------------------

  /** The spot in the address; null where it has none. @returns {Spot | null} */
  _spot() {
    return this._read(location.hash.slice(1)) ?? this._read(this.memory.kept.at ?? "");
  }

  /** @param {string} text @returns {Spot | null} */
  _read(text) {
    const [shelf, id, step] = text.split("/");
    const index = SHELVES.includes(/** @type {any} */ (shelf))
      ? this.shelves[shelf].findIndex((each) => each.id === id)
      : -1;
    if (index < 0) return null;
    const count = this.shelves[shelf][index].steps?.length ?? 1;
    const at = Math.max(1, Math.min(Number.parseInt(step, 10) || 1, count)) - 1;
    return { shelf: /** @type {Spot["shelf"]} */ (shelf), index, step: at };
  }

  /** @returns {Spot} */
  _first() {
    const shelf = SHELVES.find((each) => this.shelves[each].length);
    return { shelf, index: 0, step: 0 };
  }

  /** @param {Spot} spot */
  _address({ shelf, index, step }) {
    const { id } = this.shelves[shelf][index];
    return shelf === "tasks" ? `${shelf}/${id}` : `${shelf}/${id}/${step + 1}`;
  }

  _follow() {
    const hash = location.hash.slice(1);
    const spot = this._read(hash);
    if (spot && hash !== this._address(this.spot)) this.open(spot);
  }

  /** The spot that follows, or the one before; null at the ends. @param {1 | -1} by
   *  @returns {Spot | null} */
  _beside(by) {
    const { shelf, index, step } = this.spot;
    const stepsOf = (/** @type {Spot["shelf"]} */ name, /** @type {number} */ at) =>
      name === "tasks" ? 1 : this.shelves[name][at].steps.length;
    const next = step + by;
    if (next >= 0 && next < stepsOf(shelf, index)) return { shelf, index, step: next };
    let [at, name] = [index + by, shelf];
    if (at < 0 || at >= this.shelves[shelf].length) {
      const shelves = SHELVES.filter((each) => this.shelves[each].length);
      name = shelves[shelves.indexOf(shelf) + by];
      if (!name) return null;
      at = by > 0 ? 0 : this.shelves[name].length - 1;
    }
    return { shelf: name, index: at, step: by > 0 ? 0 : stepsOf(name, at) - 1 };
  }

  /** @param {KeyboardEvent} event */
  _press(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const isTaken = target.closest("input, select, textarea, pre, .view");
    if (isTaken || target.getRootNode() !== document) return; // the graph has its own arrows
    const spot = this._beside(/** @type {1 | -1} */ (by));
    if (spot) this.open(spot);
  }

  // ---- what is shown ----------------------------------------------------------------------------

  /** @param {Spot} spot @param {boolean} [hasMoved] whether somebody went there */
  open(spot, hasMoved = Boolean(this.spot)) {
    this.step?.end();
    this.task?.end();
    this.step = this.task = null;
    this.spot = spot;
    const address = this._address(spot);
    if (location.hash.slice(1) !== address) {
      if (hasMoved) history.pushState(null, "", `#${address}`);
      else history.replaceState(null, "", `#${address}`);
    }
    this.memory.keep({ at: address });
    this._fold();
    if (spot.shelf === "tasks") this._openTask(spot);
    else this._openStep(spot);
    this._list();
    if (!hasMoved) return;
    window.scrollTo(0, 0);
    this.main.scrollTop = 0;
    /** @type {HTMLElement} */ (this.main.querySelector("h2")).focus({ preventScroll: true });
  }

  /** @param {Spot} spot */
  _openStep({ shelf, index, step: at }) {
    const lesson = this.shelves[shelf][index];
    const content = lesson.steps[at];
    const address = this._address({ shelf, index, step: at });
    const step = new Step(content, {
      deeds: this.memory.deedsAt(address, content.graph),
      keep: (work) => this.memory.keepWork(address, work),
      graphs: this.content.graphs,
      language: lesson.language,
      isDark: this.isDark,
      done: () => this._finish(),
    });
    this.main.className = step.stage ? "lesson" : "lesson alone";
    const intro = h("div.words", this._crumbs(lesson.title), ...step.intro);
    const rest = h("div.words.rest", step.doing?.element ?? null, this._ways());
    this.main.replaceChildren(...[intro, step.stage, rest].filter(Boolean));
    this.step = step;
    step.begin();
    if (step.content.do === "see") this._finish();
  }

  /** @param {Spot} spot */
  _openTask(spot) {
    const { tasks } = this.shelves;
    const { index } = spot;
    this.task = new Task(tasks[index], {
      judge: this.judge,
      memory: this.memory,
      before: tasks[index - 1],
      done: () => this._finish(spot), // somebody may have gone on meanwhile
    });
    this.main.className = "task";
    this.main.replaceChildren(this._crumbs(""), ...this.task.parts, this._ways());
  }

  /** Where one is, in words and as a row of steps. @param {string} title */
  _crumbs(title) {
    const { shelf, index, step } = this.spot;
    const all = this.shelves[shelf].length;
    const where = say(COUNTED[shelf], { at: index + 1, all });
    const steps = this.shelves[shelf][index].steps ?? [];
    const dots = steps.map((_, at) => {
      const words = say("step_of", { at: at + 1, all: steps.length });
      const spot = { shelf, index, step: at };
      const isDone = this.memory.isDone(this._address(spot));
      return h(
        "li",
        h(
          "a",
          {
            href: `#${this._address(spot)}`,
            class: isDone ? "dot done" : "dot",
            "aria-current": at === step ? "step" : null,
            "aria-label": isDone ? `${words}, ${say("done")}` : words,
          },
          h("span"),
        ),
      );
    });
    const row = steps.length ? h("ol.dots", { "aria-label": say("steps") }, ...dots) : null;
    return h("div.crumbs", h("p", title ? `${where}: ${title}` : where), row);
  }

  /** The buttons that lead back and on. */
  _ways() {
    const [before, after] = [this._beside(-1), this._beside(1)];
    const go = (/** @type {Spot | null} */ spot) => () => spot && this.open(spot);
    this.next = h("button.next", { disabled: !after, onclick: go(after) });
    this._nameNext();
    const back = h("button.back", { disabled: !before, onclick: go(before) }, say("back"));
    return h("nav.ways", back, this.next);
  }

  _nameNext() {
    const after = this._beside(1);
    const isDone = this.memory.isDone(this._address(this.spot));
    const isOther = after && after.index !== this.spot.index && after.shelf === "lessons";
    const name = !after ? "finish" : !isDone ? "skip" : isOther ? "next_lesson" : "next";
    this.next.textContent = say(name);
    this.next.classList.toggle("primary", isDone);
  }

  _finish(spot = this.spot) {
    this.memory.finish(this._address(spot));
    this._list();
    if (spot !== this.spot) return;
    this._nameNext();
    this.main.querySelector(".crumbs [aria-current]")?.classList.add("done");
    if (document.activeElement?.matches(":disabled")) this.next.focus({ preventScroll: true });
  }

  /** The list of everything, with what is done. */
  _list() {
    const sections = SHELVES.filter((shelf) => this.shelves[shelf].length).map((shelf) =>
      h(
        "section",
        h("h2", say(shelf)),
        h("ol", ...this.shelves[shelf].map((each, index) => this._entry(shelf, index, each))),
      ),
    );
    const forget = h(
      "button.reset",
      {
        onclick: () => {
          if (!window.confirm(say("reset_sure"))) return;
          this.memory.forget();
          this.open(this._first());
        },
      },
      say("reset"),
    );
    this.list.replaceChildren(...sections, forget);
  }

  /** @param {Spot["shelf"]} shelf @param {number} index
   *  @param {LessonContent | TaskContent} entry */
  _entry(shelf, index, { title, language, steps }) {
    const count = steps?.length ?? 1;
    const addresses = Array.from({ length: count }, (_, step) =>
      this._address({ shelf, index, step }),
    );
    const done = addresses.filter((address) => this.memory.isDone(address)).length;
    const isHere = this.spot.shelf === shelf && this.spot.index === index;
    const open = addresses.find((address) => !this.memory.isDone(address)) ?? addresses[0];
    const share = done === count ? h("span.share", { title: say("done") }, "✓") : null;
    const part = done && done < count ? h("span.share", `${done}/${count}`) : share;
    const link = h(
      "a",
      { href: `#${open}`, "aria-current": isHere ? "page" : null },
      h("span", { lang: language }, title),
      part,
    );
    return h("li", link);
  }
}
