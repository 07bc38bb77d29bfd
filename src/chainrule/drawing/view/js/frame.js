// What stands around the picture: the bar above it, and all parts put together.

import { button, h } from "./dom.js";
import { foldAll } from "./folding.js";
import { numeral } from "./numbers.js";

/** The element that holds the picture and takes the keys. */
export function stageFor(app) {
  return h("div", {
    class: "stage",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "expression graph",
    "aria-label": subject(app),
  });
}

function subject({ data, graph }) {
  const root = graph.nodes[data.root];
  const value = data.summary
    ? data.note
    : `${counted(graph.nodes.length)}. ${graph.nameOf(root.index)} is ${numeral(root.data)}`;
  return (
    `Expression graph of ${data.title}, ${value}. Arrow keys go from node to node, ` +
    "enter explains one, question mark lists all keys."
  );
}

function counted(count) {
  return `${count.toLocaleString("en")} node${count === 1 ? "" : "s"}`;
}

/** All parts of the view in their places. */
export function frame(app) {
  const { data, player } = app;
  return h(
    "div",
    { class: "chainrule" },
    toolbar(app),
    h(
      "div",
      { class: "middle" },
      h("div", { class: "window" }, app.stage, app.map.element, app.tip.element, app.notice),
      app.panel.element,
    ),
    player ? player.element : h("p", { class: "step-words summary" }, `${data.note}.`),
    app.help.element,
    app.live,
  );
}

function toolbar(app) {
  const { data, graph } = app;
  const folds = data.areas.length
    ? button("fold", "Collapse or open all scopes", () => foldAll(app))
    : null;
  return h(
    "div",
    { class: "toolbar", role: "group", "aria-label": "View" },
    h(
      "h1",
      { title: data.title },
      h("bdi", {}, data.title),
      " ",
      h("small", {}, data.note || counted(graph.nodes.length)),
    ),
    app.search.element,
    h(
      "div",
      { class: "buttons" },
      folds,
      button("minus", "Zoom out (−)", () => app.camera.zoom(0.8), { class: "zoom" }),
      button("plus", "Zoom in (+)", () => app.camera.zoom(1.25), { class: "zoom" }),
      button("fit", "Show the whole graph (0)", () => app.camera.fit()),
      button("theme", "Light or dark (T)", () => app.turnTheme()),
      button("help", "Help (?)", () => app.help.toggle()),
    ),
  );
}
