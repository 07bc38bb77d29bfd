// What one does in a step: predict, try, or be judged. `see` needs nothing.

import {
  agrees,
  Digits,
  digitsNeeded,
  formatShort,
  h,
  inputField,
  isCoarse,
  parseNumber,
  RIGHT,
  spoken,
} from "../../drawing/view/js/main.js";
import { say } from "../../playground/js/words.js";
import { evaluate } from "./numbers.js";

const MOST_TRIES = 3;

/** The part of a step that is to be done. @param {import("./step.js").Step} step */
export function doingOf(step) {
  const { content } = step;
  if (content.do === "predict") return content.ask ? new Prediction(step) : new Choice(step);
  if (content.do === "try") return new Attempt(step);
  return content.do === "judged" ? new Judged(step) : null;
}

/** A sentence that says how it went: its first words are the result. */
class Feedback {
  constructor() {
    this.element = h("div.feedback", { role: "status" });
  }

  /** @param {import("./step.js").Step} step @param {"right" | "wrong" | "plain"} kind
   *  @param {string} first @param {Block[]} [blocks] */
  say(step, kind, first, blocks = []) {
    const mark = kind === "right" ? "✓ " : kind === "wrong" ? "✗ " : "";
    const rest = step.texts.blocks(blocks);
    const head = first ? h("p", h("b", `${mark}${first}`)) : null;
    this.element.replaceChildren(h("div", { class: `said ${kind}` }, head, ...rest));
    step.texts.show(step.numbers);
    this.element.scrollIntoView({ block: "nearest" });
  }
}

class Prediction {
  tries = 0;

  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    this.feedback = new Feedback();
    this.field = inputField({
      type: "text",
      inputmode: "decimal",
      "aria-label": say("answer"),
      onkeydown: (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // or it would press the button that gets the focus next
        this._check();
      },
    });
    this.button = h("button.primary", { onclick: () => this._check() }, say("check"));
    this.form = h("div.answer", this.field, this.button);
    const question = step.texts.blocks(step.content.question);
    this.element = h("section.doing", ...question, this.form, this.feedback.element);
  }

  _check() {
    const { step, feedback } = this;
    const text = this.field.value.trim();
    const x = parseNumber(text);
    const isNumber = x !== undefined && Number.isFinite(x);
    this.field.setAttribute("aria-invalid", String(!isNumber));
    if (!isNumber) {
      const words = text ? say("not_a_number", { text: text.slice(0, 40) }) : say("type_a_number");
      feedback.say(step, "plain", words);
      return;
    }
    const { ask, hint, replies, because } = step.content;
    const right = Number(evaluate(ask, step.numbers));
    if (isMeant(x, right)) {
      this._end();
      feedback.say(step, "right", say("right"), because);
      return;
    }
    const typical = replies.map(({ to }) => Number(evaluate(to, step.numbers)));
    const isTypical = typical.some((number) => isMeant(x, number));
    if (!isTypical && isCoarse(x, right)) {
      const words = spoken("Give at least {digits} significant digits.", {
        digits: digitsNeeded(x, right),
      });
      feedback.say(step, "plain", spoken("Nearly: these are too few digits."), [{ p: [words] }]);
      this.field.select();
      return;
    }
    this.tries += 1;
    if (this.tries === MOST_TRIES) {
      this._end();
      feedback.say(step, "plain", say("this_is_it", { x: formatShort(right) }), because);
      return;
    }
    const isFitting = isTypical ? isMeant : isCoarse;
    const reply = replies[typical.findIndex((number) => isFitting(x, number))];
    const left = MOST_TRIES - this.tries;
    feedback.say(step, "wrong", say("not_yet", { left }), reply ? reply.text : hint);
    this.field.select();
  }

  _end() {
    this.field.disabled = true;
    this.button.disabled = true;
    this.step.reveal();
    this.step.finish();
  }
}

/** Whether somebody who typed x means a number: x may be rounded. */
function isMeant(x, number) {
  return agrees(x, number, new Digits([x], [x]).halfWidth(x));
}

class Choice {
  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    const { choices, question } = step.content;
    this.feedback = new Feedback();
    this.buttons = choices.map((choice) =>
      h(
        "button.choice",
        { "aria-pressed": "false", onclick: () => this._choose(choice) },
        h("span", { lang: step.setting.language }, ...step.texts.line(choice.text)),
      ),
    );
    const list = h("div.choices", ...this.buttons);
    const words = step.texts.blocks(question);
    this.element = h("section.doing", ...words, list, this.feedback.element);
  }

  /** @param {StepContent["choices"][number]} chosen */
  _choose(chosen) {
    const { step } = this;
    const { choices, because } = step.content;
    const at = choices.indexOf(chosen);
    for (const [index, button] of this.buttons.entries())
      button.setAttribute("aria-pressed", String(index === at));
    this.buttons[at].classList.add(chosen.right ? "right" : "wrong");
    if (!chosen.right) {
      this.feedback.say(step, "wrong", "", chosen.reply);
      return;
    }
    for (const button of this.buttons) button.disabled = true;
    step.reveal();
    this.feedback.say(step, "right", "", [...chosen.reply, ...because]);
    step.finish();
  }
}

class Attempt {
  isReached = false;

  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    const { goal, hint } = step.content;
    this.feedback = new Feedback();
    const help = () => this.feedback.say(step, "plain", "", hint);
    this.element = h(
      "section.doing",
      h("h3", say("your_task")),
      ...step.texts.blocks(goal),
      hint.length ? h("button", { onclick: help }, say("hint")) : null,
      this.feedback.element,
    );
  }

  /** Look whether the condition holds. */
  follow() {
    const { step } = this;
    if (this.isReached || !evaluate(step.content.until, step.numbers)) return;
    this.isReached = true;
    this.feedback.say(step, "right", say("reached"), step.content.because);
    step.finish();
  }
}

class Judged {
  isReached = false;

  /** @param {import("./step.js").Step} step */
  constructor(step) {
    this.step = step;
    this.feedback = new Feedback();
    const words = say(step.content.hand ? "repair" : "by_hand");
    this.element = h("section.doing", h("h3", say("your_task")), h("p", words));
    this.element.append(this.feedback.element);
  }

  /** Look whether every gradient is right. */
  follow() {
    const { step } = this;
    if (this.isReached || !this._isRight(step.app)) return;
    this.isReached = true;
    this.feedback.say(step, "right", say("reached"), step.content.because);
    step.finish();
  }

  /** @param {App} app */
  _isRight(app) {
    if (!this.step.content.hand) {
      const { practice } = app.graph;
      return practice?.phase === "backward" && practice.next() === null;
    }
    const judged = app.graph.nodes.filter(({ kind }) => kind !== "constant");
    return judged.every(({ index }) => app.verdicts.get(index)?.status === RIGHT);
  }
}
