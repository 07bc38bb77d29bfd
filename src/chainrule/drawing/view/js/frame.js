// The frame of the view: the toolbar, and how all parts are put together.

import { h, icon, iconButton } from "./dom.js";
import { dataWords } from "./explain.js";
import { foldAll } from "./folding.js";
import { playgroundLink } from "./link.js";
import { clipped } from "./numbers.js";
import { spoken } from "./phrasing.js";
import { togglePractice } from "./practising.js";

const KEYS =
  "The arrow keys move between nodes, Enter explains a node, and the question mark lists all " +
  "keys.";

/** The element that holds the picture and takes the keys. @param {App} app */
export function stageFor(app) {
  return h("div.stage", {
    tabindex: 0,
    role: "application",
    "aria-roledescription": spoken("expression graph"),
    "aria-label": subject(app),
  });
}

/** @param {App} app */
export function subject({ data, graph }) {
  const size = counted(graph.nodes.length);
  const name = graph.nameOf(data.root);
  const root = spoken("{name} is {x}", { name, x: dataWords(graph, data.root) });
  const value = data.summary ? data.note : `${size}. ${root}`;
  const subject = spoken("Expression graph of {title}, {value}.", { title: data.title, value });
  return `${subject} ${spoken(KEYS)}`;
}

function counted(count) {
  const words = count === 1 ? "{count} node" : "{count} nodes";
  return spoken(words, { count: count.toLocaleString("en") });
}

/** All parts of the view, put together. @param {App} app */
export function frame(app) {
  const { data, player } = app;
  return h(
    "div.chainrule",
    toolbar(app),
    h(
      "div.middle",
      h("div.window", app.stage, app.map.element, app.tip.element, app.notice, app.brief),
      app.panel.element,
    ),
    ...(player
      ? [player.element, app.practiceBar.element]
      : [h("p.step-words.summary", `${data.note}.`)]),
    app.help.element,
    app.live,
  );
}

/** @param {App} app */
function toolbar(app) {
  const { data, graph } = app;
  app.toolbar = {
    practise: h(
      "button.practise",
      {
        "aria-pressed": "false",
        title: spoken("Practise (Q)"),
        onclick: () => togglePractice(app),
      },
      spoken("Practise"),
    ),
    undo: iconButton("undo", spoken("Undo (Ctrl+Z)"), () => app.memory.travel(-1), {
      disabled: true,
    }),
    redo: iconButton("redo", spoken("Redo (Ctrl+Y)"), () => app.memory.travel(1), {
      disabled: true,
    }),
  };
  const what = app.isAlone ? "Copy a link to this" : "Save this as a page";
  const link = app.hasPage ? iconButton("link", what, () => app.memory.give()) : null;
  const { practise, undo, redo } = app.toolbar;
  const deeds = data.summary ? [] : [practise, undo, redo, link, playground(app)];
  const folds = data.areas.length
    ? iconButton("fold", "Collapse or expand all scopes", () => foldAll(app))
    : null;
  return h(
    "div.toolbar",
    { role: "group", "aria-label": spoken("View") },
    h(
      "h1",
      { title: data.title },
      h("bdi", clipped(data.title, 40)),
      " ",
      h("small", data.note || counted(graph.nodes.length)),
    ),
    app.search.element,
    h("div.deeds", ...deeds),
    h(
      "div.buttons",
      folds,
      iconButton("minus", spoken("Zoom out (−)"), () => app.camera.zoom(0.8), { class: "zoom" }),
      iconButton("plus", spoken("Zoom in (+)"), () => app.camera.zoom(1.25), { class: "zoom" }),
      iconButton("fit", spoken("Show the whole graph (0)"), () => app.camera.fit()),
      iconButton("theme", spoken("Light or dark (T)"), () => app.turnTheme(), { class: "theme" }),
      iconButton("help", spoken("Help (?)"), () => app.help.toggle()),
    ),
  );
}

/** A link to the playground with this graph; null where that can't hold it. @param {App} app */
function playground(app) {
  if (!app.data.program) return null;
  const words = "Open in the playground";
  const refresh = () => a.setAttribute("href", playgroundLink(app));
  const a = h(
    "a.button",
    {
      href: app.data.program.address,
      target: "_blank",
      rel: "noopener",
      title: `${words}, if it runs: start it with "chainrule play"`,
      "aria-label": words,
      onpointerdown: refresh,
      onfocus: refresh,
      onclick: refresh,
    },
    icon("out"),
  );
  return a;
}
