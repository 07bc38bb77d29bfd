// The keyboard, and the help that lists it.

import { button, h } from "./dom.js";
import { foldHere, open, walk } from "./folding.js";

export const KEYS = [
  ["← → ↑ ↓", "go from node to node"],
  ["Enter", "explain the node, or open a collapsed scope"],
  ["Escape", "close the panel"],
  ["Space", "play the backward pass, or pause it"],
  ["N, P", "one step on, one step back"],
  ["Home, End", "start and end of the pass"],
  ["E", "edit the number of a leaf"],
  ["G", "set the node's gradient by hand"],
  ["C", "collapse the scope around the node, or open it"],
  ["+ −", "zoom"],
  ["0", "show the whole graph"],
  ["Shift + arrows", "move the picture"],
  ["/", "search"],
  ["T", "light or dark"],
  ["?", "this list"],
];

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 60;

/** What a key does; true where it did something. */
export function press(app, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const [dx, dy] = ARROWS[event.key] || [];
  if (dx !== undefined) {
    if (event.shiftKey) app.camera.pan(-dx * STEP, -dy * STEP);
    else walk(app, dx, dy);
    return true;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const action = {
    Enter: () => open(app),
    " ": () => app.player.playOrPause(),
    n: () => app.player.step(1),
    p: () => app.player.step(-1),
    ".": () => app.player.step(1),
    ",": () => app.player.step(-1),
    Home: () => app.player.seek(0),
    End: () => app.player.seek(app.graph.length),
    Escape: () => app.escape(),
    "+": () => app.camera.zoom(1.25),
    "=": () => app.camera.zoom(1.25),
    "-": () => app.camera.zoom(0.8),
    "\u2212": () => app.camera.zoom(0.8),
    _: () => app.camera.zoom(0.8),
    0: () => app.camera.fit(),
    "/": () => app.search.input.focus(),
    t: () => app.turnTheme(),
    e: () => app.editField("data"),
    g: () => app.editField("hand"),
    c: () => foldHere(app),
    "?": () => app.help.toggle(),
  }[key];
  if (!action) return false;
  if (app.graph.isSummary && [" ", "n", "p", ".", ",", "Home", "End", "e", "g"].includes(key))
    return false;
  action();
  return true;
}

export class Help {
  constructor(app) {
    this.app = app;
    this.close = button("close", "Close", () => this.toggle(false));
    this.element = h(
      "div",
      {
        class: "help",
        role: "dialog",
        "aria-modal": "true",
        "aria-label": "Help",
        hidden: true,
        onclick: (event) => {
          if (event.target === this.element) this.toggle(false);
        },
      },
      h(
        "div",
        { class: "sheet" },
        h("header", {}, h("h2", {}, "Keys and pointer"), this.close),
        h(
          "dl",
          {},
          ...KEYS.map(([keys, words]) =>
            h(
              "div",
              {},
              h(
                "dt",
                {},
                ...keys.split(", ").flatMap((key, at) => [at ? " " : "", h("kbd", {}, key)]),
              ),
              h("dd", {}, words),
            ),
          ),
        ),
        h(
          "p",
          {},
          "Drag to move the picture, turn the wheel or pinch to zoom, point at a node for its " +
            "numbers, click it for the chain rule. Click a scope's name to collapse it. " +
            "Nothing that is edited here changes the Python values.",
        ),
        h(
          "ul",
          { class: "legend" },
          ...[
            ["leaf", "leaf"],
            ["parameter", "parameter"],
            ["constant", "constant"],
            ["inner", "operation"],
            ["root", "root"],
          ].map(([role, words]) => h("li", {}, h("span", { class: `sample ${role}` }), words)),
          h("li", {}, h("span", { class: "positive" }, "2.0000"), " positive"),
          h("li", {}, h("span", { class: "negative" }, "−2.0000"), " negative"),
        ),
      ),
    );
    this.element.addEventListener("keydown", (event) => this._key(event));
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
