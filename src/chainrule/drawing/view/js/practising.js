// Practice as somebody does it: the task in the panel, and the bar that says how far one is.

import { h, inputField } from "./dom.js";
import { chainRule, forwardFormula, forwardQuestion, gradientQuestion } from "./explain.js";
import { clipped, parseNumber } from "./numbers.js";
import { spoken } from "./phrasing.js";
import { MOST_HINTS, MOST_TRIES, PHASES, Practice } from "./practice.js";

const NAMES = { forward: "Forward pass", backward: "Backward pass" };
const NEXT = { forward: "Next: the value of {name}", backward: "Next: the gradient of {name}" };
/** Where nothing is to be found: at a node, at a constant. */
const NOTHING = {
  forward: ["This node has no value to be found.", "A constant has no value to be found."],
  backward: ["This node has no gradient to be found.", "A constant has no gradient to be found."],
};
/** How far one is: with a single task, with several, without any, and at the end. */
const SCORES = {
  forward: [
    "{done} of {all} value done.",
    "{done} of {all} values done.",
    "No values can be asked for here.",
    "All {all} values are done: {parts}.",
  ],
  backward: [
    "{done} of {all} gradient done.",
    "{done} of {all} gradients done.",
    "No gradients can be asked for here.",
    "All {all} gradients are done: {parts}.",
  ],
};
const NOT_YET = ["Not yet.", "Not quite yet."];

/** Begin to practise, or go on: from a state, or from where it was ended, unless nothing was left
 *  to do or the numbers have changed since. Or else end it.
 *  @param {App} app @param {PracticeState} [state] */
export function togglePractice(app, state) {
  const { graph } = app;
  app.player.pause();
  graph.seek(null);
  const { practice, ended } = graph;
  graph.ended = practice;
  if (practice) graph.practice = null;
  else if (!state && ended?.isOpen) graph.practice = ended;
  else graph.practice = new Practice(graph);
  if (state) graph.practice?.restore(state);
  app.done();
  if (graph.practice) goTo(app, graph.practice.next());
  else {
    app.choose(null);
    app.stage.focus();
    app.say(spoken("Practice is over; the numbers are shown again."));
  }
}

/** Go to a task and into its field. @param {App} app @param {number | null} index */
function goTo(app, index) {
  if (index === null) return;
  app.choose(index);
  app.camera.approach(app.scene.boxes.get(index));
  enterField(app);
  app.say(`${questionWords(app.graph, index)} ${whichTask(app.graph.practice, index)}`);
}

/** Go into the field of the task: what was judged is replaced, and what is being typed continued.
 *  @param {App} app */
export function enterField(app) {
  const field = app.panel.field("answer");
  if (!field) return;
  const { tries, unclear } = app.graph.practice.at(app.chosen);
  field.focus();
  if (field.value === (unclear || tries.at(-1))) field.select();
  else field.selectionStart = field.value.length;
}

/** @param {App} app */
export function nextTask(app) {
  goTo(app, app.graph.practice.next(app.chosen));
}

/** @param {Graph} graph @param {number} index */
function questionWords(graph, index) {
  const [root, name] = [graph.root, index].map((one) => graph.nameOf(one) || spoken("this node"));
  if (graph.practice.phase === "forward") return spoken("What is the value of {name}?", { name });
  if (root === name) return spoken("How does {root} change when {root} itself changes?", { root });
  return spoken("How does {root} change when {name} changes?", { root, name });
}

/** @param {Practice} practice @param {number} index */
function whichTask(practice, index) {
  const tasks = practice.tasks[practice.phase];
  return spoken("Task {at} of {all}.", { at: tasks.indexOf(index) + 1, all: tasks.length });
}

/** The task at the selected node, as it stands in the panel. @param {App} app */
export function taskParts(app) {
  const { graph, chosen: index } = app;
  const { practice } = graph;
  if (!practice.isTask(index)) {
    const isConstant = graph.nodes[index].kind === "constant";
    const [node, constant] = NOTHING[practice.phase];
    return [h("p.note", spoken(isConstant ? constant : node))];
  }
  const attempt = practice.at(index);
  const isForward = practice.phase === "forward";
  return [
    h("p.kind", `${spoken(NAMES[practice.phase])}. ${whichTask(practice, index)}`),
    h("p.question", questionWords(graph, index)),
    isForward ? forwardQuestion(graph, index) : gradientQuestion(graph, index),
    feedback(app, index, attempt),
    attempt.done ? derivation(app, index) : null,
  ].filter(Boolean);
}

/** What is to be done next: answer, ask for help, or go on. @param {App} app */
export function taskActions(app) {
  const { practice } = app.graph;
  const attempt = practice.at(app.chosen);
  if (!practice.isTask(app.chosen) || attempt.done) return onwards(app);
  return [answerField(app, app.chosen, attempt), helps(app, app.chosen, attempt)];
}

/** @param {App} app @param {number} index @param {Attempt} attempt */
function answerField(app, index, attempt) {
  const message = h("p.field-error", { role: "alert" });
  const input = inputField({
    name: "answer",
    type: "text",
    value: attempt.unclear || attempt.tries.at(-1) || "",
    "aria-label": `${spoken("Your answer.")} ${questionWords(app.graph, index)}`,
    onkeydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // else it would also press the button that gets the focus
      check();
    },
  });
  const check = () => {
    const x = parseNumber(input.value);
    const problem =
      x !== undefined && Number.isFinite(x)
        ? ""
        : input.value.trim()
          ? spoken("“{text}” isn't a number.", { text: clipped(input.value) })
          : spoken("Type a number.");
    message.textContent = problem;
    input.setAttribute("aria-invalid", String(Boolean(problem)));
    if (!problem) answer(app, index, input.value.trim());
  };
  return h(
    "div.by-hand",
    h("span.field", input, message),
    h("button.judge.primary", { onclick: check }, spoken("Check")),
  );
}

/** @param {App} app @param {number} index @param {string} text */
function answer(app, index, text) {
  const { practice } = app.graph;
  practice.answer(index, text);
  settle(app, index);
}

/** Show what came of an answer, and go on from there. @param {App} app @param {number} index */
function settle(app, index) {
  const { practice } = app.graph;
  app.done();
  const words = feedbackWords(app, index, practice.at(index)).join(" ");
  const { done } = practice.at(index);
  app.say(practice.next() === null && done ? `${words} ${barWords(practice)}` : words);
  /** @type {HTMLElement | null} */
  const next = app.panel.foot.querySelector("[tabindex], button");
  if (app.panel.field("answer")) enterField(app);
  else next?.focus();
  app.panel.reveal(".verdict", done === "shown"); // then the derivation is to be read
}

/** Whether a key begins a number. */
export const beginsNumber = ({ key }) => /^[\d.,+−-]$/.test(key);

/** Lead a key that begins a number into the field of the task that is open, wherever the focus is.
 *  The browser then types it there. @param {App} app */
export function typeAnswer(app) {
  const { practice } = app.graph;
  const { chosen } = app;
  const isOpen = chosen !== null && practice.isTask(chosen) && !practice.at(chosen).done;
  if (!isOpen) goTo(app, practice.next(chosen));
  enterField(app);
}

/** What is said of the answers so far, in sentences. @param {App} app @param {number} index */
function feedbackWords({ graph }, index, { tries, done, unclear, hints }) {
  const { practice } = graph;
  if (done === "right" && practice.phase === "backward" && practice.isAtKink(index))
    return [
      `✓ ${spoken("That counts.")}`,
      spoken("The function has a kink here, so no single number is right."),
    ];
  if (done === "right") return [`✓ ${spoken(tries.length > 1 ? "Right now." : "Right.")}`];
  const { kind, mistake } = (practice.phase === "backward" && practice.verdicts.get(index)) || {};
  if (done === "shown" && tries.length === MOST_TRIES && mistake)
    return kind === "unknown"
      ? [`✗ ${spoken("Not this time.")}`, spoken("This is how it is found:")]
      : [`✗ ${mistake}`];
  if (done === "shown") return [spoken("This is how it is found:")];
  if (unclear)
    return [
      spoken("Nearly: these are too few digits."),
      spoken("Give at least {digits} significant digits.", {
        digits: practice.digitsNeeded(index),
      }),
    ];
  const said = practice.phase === "forward" ? forwardHints(graph, index) : practice.hintsAt(index);
  const given = said.slice(0, hints);
  if (!tries.length) return given;
  const left = MOST_TRIES - tries.length;
  const rest = spoken(left === 1 ? "One try is left." : "{left} tries are left.", { left });
  return [`✗ ${spoken(NOT_YET[tries.length - 1])} ${rest}`, ...given];
}

/** @param {Graph} graph @param {number} index */
function forwardHints(graph, index) {
  const { symbol, operands } = graph.nodes[index];
  const names = operands
    .map((one) => graph.nameOf(one) || spoken("a constant"))
    .join(` ${spoken("and")} `);
  return [
    spoken("Look at the edges that lead to it: it is computed from {names}.", { names }),
    spoken("Apply {symbol} to the numbers in those boxes, and mind the signs.", { symbol }),
  ];
}

/** @param {App} app @param {number} index @param {Attempt} attempt */
function feedback(app, index, attempt) {
  const [first, ...others] = feedbackWords(app, index, attempt);
  if (!first) return null;
  const isVerdict = attempt.done || attempt.unclear || attempt.tries.length;
  const isWrong = first.startsWith("✗");
  const kind = isWrong ? "wrong" : attempt.done || "not";
  const rest = others.map((words) => h("span.hint", words));
  return h("p", { class: `verdict ${kind}` }, isVerdict ? h("b", first) : first, ...rest);
}

/** @param {App} app @param {number} index */
function derivation({ graph }, index) {
  const { practice } = graph;
  const parts =
    practice.phase === "forward" ? [forwardFormula(graph, index)] : chainRule(graph, index);
  const open = practice.at(index).done === "shown" || practice.at(index).tries.length > 1;
  return h("details", { open }, h("summary", spoken("The derivation")), ...parts);
}

/** @param {App} app @param {number} index @param {Attempt} attempt */
function helps(app, index, { hints }) {
  const { practice } = app.graph;
  const act = (deed) => () => {
    deed();
    settle(app, index);
  };
  const isOut = hints >= MOST_HINTS;
  return h(
    "div.helps",
    h(
      "button.quiet",
      { disabled: isOut, onclick: act(() => practice.hint(index)) },
      spoken("Hint"),
    ),
    h("button.quiet", { onclick: act(() => practice.show(index)) }, spoken("Show me")),
  );
}

/** The button that leads to the next task and, after the last, out of the practice.
 *  @param {App} app @returns {HTMLElement[]} */
function onwards(app) {
  const { practice } = app.graph;
  const next = practice.next(app.chosen);
  if (next === null)
    return [
      h("p.score", { tabindex: -1 }, barWords(practice)), // Enter once more doesn't end it
      h("button.primary.onwards", { onclick: () => togglePractice(app) }, spoken("Finish")),
    ];
  const name = clipped(app.graph.nameOf(next) || spoken("the next node"));
  const words = spoken(NEXT[practice.phase], { name });
  return [h("button.primary.onwards", { onclick: () => goTo(app, next) }, words)];
}

/** @param {Practice} practice */
function barWords(practice) {
  const { all, done, first, shown } = practice.score();
  const [one, several, none, whole] = SCORES[practice.phase];
  if (done < all) return spoken(all === 1 ? one : several, { done, all });
  if (!all) return spoken(none);
  const parts = [
    spoken("{first} at the first try", { first }),
    ...(shown ? [spoken("{shown} shown", { shown })] : []),
  ];
  return spoken(whole, { all, parts: parts.join(", ") });
}

/** The bar of the practice, which stands where the player does. */
export class PracticeBar {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.words = h("p.practice-words");
    this.filled = h("div.filled");
    this.tabs = PHASES.map((phase) =>
      h("button.tab", { onclick: () => this._turn(phase) }, spoken(NAMES[phase])),
    );
    this.element = h(
      "div.practice",
      { role: "group", "aria-label": spoken("Practice"), hidden: true },
      h("div.progress", { "aria-hidden": "true" }, this.filled),
      this.words,
      h(
        "div.practice-controls",
        h("div.tabs", { role: "group", "aria-label": spoken("What is practised") }, ...this.tabs),
        h("button.quiet", { onclick: () => this._again() }, spoken("Start again")),
        h("button.quiet.finish", { onclick: () => togglePractice(app) }, spoken("Finish")),
      ),
    );
  }

  _turn(phase) {
    this.app.graph.practice.phase = phase;
    this._begin();
  }

  _again() {
    this.app.graph.practice.again();
    this._begin();
  }

  _begin() {
    this.app.done();
    goTo(this.app, this.app.graph.practice.next());
  }

  show() {
    const { practice } = this.app.graph;
    this.element.hidden = !practice;
    if (!practice) return;
    this.words.textContent = barWords(practice);
    const { all, done } = practice.score();
    this.filled.style.width = `${(100 * done) / (all || 1)}%`;
    for (const [at, phase] of PHASES.entries())
      this.tabs[at].setAttribute("aria-pressed", String(phase === practice.phase));
  }
}
