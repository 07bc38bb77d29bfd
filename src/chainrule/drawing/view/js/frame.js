// The frame of the view: the toolbar, and how all parts are put together.

import { h, iconButton } from "./dom.js";
import { foldAll } from "./folding.js";
import { formatNumber } from "./numbers.js";

/** The element that holds the picture and takes the keys. @param {App} app */
export function stageFor(app) {
  return h("div.stage", {
    tabindex: 0,
    role: "application",
    "aria-roledescription": "expression graph",
    "aria-label": subject(app),
  });
}

/** @param {App} app */
function subject({ data, graph }) {
  const root = graph.nodes[data.root];
  const value = data.summary
    ? data.note
    : `${counted(graph.nodes.length)}. ${graph.nameOf(root.index)} is ${formatNumber(root.data)}`;
  return (
    `Expression graph of ${data.title}, ${value}. The arrow keys move between nodes, Enter ` +
    "explains a node, and the question mark lists all keys."
  );
}

function counted(count) {
  return `${count.toLocaleString("en")} node${count === 1 ? "" : "s"}`;
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
    player ? player.element : h("p.step-words.summary", `${data.note}.`),
    app.help.element,
    app.live,
  );
}

/** @param {App} app */
function toolbar(app) {
  const { data, graph } = app;
  const folds = data.areas.length
    ? iconButton("fold", "Collapse or expand all scopes", () => foldAll(app))
    : null;
  return h(
    "div.toolbar",
    { role: "group", "aria-label": "View" },
    h(
      "h1",
      { title: data.title },
      h("bdi", data.title),
      " ",
      h("small", data.note || counted(graph.nodes.length)),
    ),
    app.search.element,
    h(
      "div.buttons",
      folds,
      iconButton("minus", "Zoom out (−)", () => app.camera.zoom(0.8), { class: "zoom" }),
      iconButton("plus", "Zoom in (+)", () => app.camera.zoom(1.25), { class: "zoom" }),
      iconButton("fit", "Show the whole graph (0)", () => app.camera.fit()),
      iconButton("theme", "Light or dark (T)", () => app.turnTheme()),
      iconButton("help", "Help (?)", () => app.help.toggle()),
    ),
  );
}
