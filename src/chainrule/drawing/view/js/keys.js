// The keyboard, and the help that lists it.

import { h, iconButton } from "./dom.js";
import { foldHere, open, walk } from "./folding.js";
import { spoken } from "./phrasing.js";
import { beginsNumber, enterField, nextTask, togglePractice, typeAnswer } from "./practising.js";

const KEYS = [
  ["← → ↑ ↓", "move between nodes"],
  ["Enter", "explain the node, or expand a collapsed scope"],
  ["Escape", "close the panel"],
  ["Space", "play or pause the backward pass"],
  ["N, P", "one step forward, one step back"],
  ["Home, End", "start and end of the pass"],
  ["E", "edit a leaf's value"],
  ["G", "set the node's gradient by hand"],
  ["Q", "practise, or end it"],
  ["0–9, −", "in practice, type the answer"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["C", "collapse or expand the scope around the node"],
  ["+ −", "zoom"],
  ["0", "show the whole graph"],
  ["Shift + arrows", "pan"],
  ["/", "search"],
  ["T", "light or dark"],
  ["?", "this list"],
];

const POINTER =
  "Drag to pan; scroll or pinch to zoom (inside another page with Ctrl, or after a click). Point " +
  "at a node to see its numbers; click it to see the chain rule. Click a scope's name to " +
  "collapse it. Edits stay on this page: they don't change the values in Python.";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 60;

/** Other keys that mean the same. */
const ALIASES = { "=": "+", "\u2212": "-", _: "-", ".": "n", ",": "p" };

/** @type {Record<string, (app: App) => void>} */
const ACTIONS = {
  Enter: open,
  Escape: (app) => app.escape(),
  "+": (app) => app.camera.zoom(1.25),
  "-": (app) => app.camera.zoom(0.8),
  0: (app) => app.camera.fit(),
  "/": (app) => app.search.input.focus(),
  t: (app) => app.turnTheme(),
  c: foldHere,
  "?": (app) => app.help.toggle(),
};

/** What a summary lacks, which has no numbers. @type {Record<string, (app: App) => void>} */
const PASS_ACTIONS = {
  " ": (app) => app.player.playOrPause(),
  n: (app) => app.player.step(1),
  p: (app) => app.player.step(-1),
  Home: (app) => app.player.seek(0),
  End: (app) => app.player.seek(app.graph.length),
  e: (app) => app.editField("data"),
  g: (app) => app.editField("hand"),
  q: togglePractice,
};

/** Keys that the view keeps for itself with Ctrl too: a notebook would run its cell. */
const WITH_CONTROL = ["Enter", "z", "Z", "y", "Y"];

/** Keep keys that are pressed in the view from the page around it: in a notebook X deletes a cell.
 *  Others with Ctrl pass, such as the one that saves.
 *  @param {HTMLElement} element @param {AbortSignal} signal */
export function keepKeys(element, signal) {
  const isKept = (event) =>
    !(event.ctrlKey || event.metaKey || event.altKey) || WITH_CONTROL.includes(event.key);
  for (const type of ["keydown", "keypress", "keyup"]) {
    element.addEventListener(type, (event) => {
      if (isKept(event)) event.stopPropagation();
    });
  }
  // JupyterLab listens before the view does, and leaves out elements with this attribute.
  const mark = (event) => {
    if (!event.composedPath().includes(element)) return;
    if (isKept(event)) element.setAttribute("data-lm-suppress-shortcuts", "true");
    else element.removeAttribute("data-lm-suppress-shortcuts");
  };
  window.addEventListener("keydown", mark, { capture: true, signal });
}

/** What other keys mean in practice. @type {Record<string, (app: App) => void>} */
const PRACTICE_ACTIONS = {
  n: nextTask,
  g: enterField,
  q: togglePractice,
};

/** Ctrl with Z or Y. @param {App} app */
function travel(app, { key, shiftKey, altKey }) {
  const letter = key.toLowerCase();
  if (altKey || !["z", "y"].includes(letter) || !app.player) return false;
  app.memory.travel(letter === "y" || shiftKey ? 1 : -1);
  return true;
}

/** Do what a key means; true where it means something. @param {App} app */
export function press(app, event) {
  if (event.ctrlKey || event.metaKey) return travel(app, event);
  if (event.altKey) return false;
  const { isSummary, practice } = app.graph;
  if (practice && beginsNumber(event) && practice.next() !== null) {
    typeAnswer(app);
    return false; // the browser types it
  }
  const [dx, dy] = ARROWS[event.key] || [];
  if (dx !== undefined) {
    if (event.shiftKey) app.camera.pan(-dx * STEP, -dy * STEP);
    else walk(app, dx, dy);
    return true;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const meant = ALIASES[key] ?? key;
  const others = practice ? PRACTICE_ACTIONS : isSummary || app.isStill ? {} : PASS_ACTIONS;
  const action = ACTIONS[meant] || others[meant];
  if (action) action(app);
  return Boolean(action);
}

export class Help {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.close = iconButton("close", spoken("Close"), () => this.toggle(false));
    const rows = KEYS.map(([keys, words]) => {
      const each = keys.split(", ").flatMap((key, at) => [at ? " " : "", h("kbd", key)]);
      return h("div", h("dt", ...each), h("dd", spoken(words)));
    });
    const kinds = ["leaf", "parameter", "constant", "operation", "root"].map((kind) =>
      h("li", h(`span.sample.${kind}`), spoken(kind)),
    );
    this.element = h(
      "div.help",
      { role: "dialog", "aria-modal": "true", "aria-label": spoken("Help"), hidden: true },
      h(
        "div.sheet",
        h("header", h("h2", spoken("Help")), this.close),
        h(
          "ul.legend",
          ...kinds,
          h("li", h("span.positive", "2.0000"), ` ${spoken("positive")}`),
          h("li", h("span.negative", "−2.0000"), ` ${spoken("negative")}`),
        ),
        h("p", spoken(POINTER)),
        h("h3", spoken("Keys")),
        h("dl", ...rows),
      ),
    );
    this.element.addEventListener("keydown", (event) => this._key(event));
    this.element.addEventListener("click", ({ target }) => {
      if (target === this.element) this.toggle(false);
    });
  }

  toggle(isOpening = this.element.hidden) {
    this.element.hidden = !isOpening;
    if (isOpening) this.close.focus();
    else this.app.stage.focus();
  }

  /** The dialog keeps the focus until it is closed. */
  _key(event) {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "?") this.toggle(false);
    if (event.key === "Tab") {
      event.preventDefault();
      this.close.focus();
    }
  }
}
