// The entry points: a page of its own, and a notebook's cell.

import controls from "../../../design/controls.css";
import article from "../css/article.css";
import frame from "../css/frame.css";
import narrow from "../css/narrow.css";
import panel from "../css/panel.css";
import picture from "../css/picture.css";
import practice from "../css/practice.css";
import shared from "../css/shared.css";
import colours from "../generated/colours.css";
import { App } from "./app.js";
import { h } from "./dom.js";
import { keepKeys } from "./keys.js";

/** Show data in an element, isolated from the page around it; returns its remover. */
export function mount(element, data, settings = {}) {
  const shadow = element.shadowRoot || element.attachShadow({ mode: "open" });
  const host = h("div.host");
  shadow.replaceChildren(
    h("style", colours, shared, controls, frame, picture, panel, practice, narrow, article),
    host,
  );
  const app = started(shadow, host, data, settings);
  element.chainruleView = app;
  keepKeys(element, app.lifetime.signal);
  return () => app.remove();
}

/** The view; where an old browser lacks something, a sentence above the static picture. */
function started(shadow, host, data, settings) {
  try {
    return new App(host, data, settings);
  } catch (error) {
    const words = `The interactive view can't start in this browser: ${error}.`;
    shadow.replaceChildren(h("p", words), h("slot"));
    throw error;
  }
}

/** anywidget calls this. */
function render({ model, el }) {
  const settings = JSON.parse(model.get("settings"));
  const cell = h("div");
  cell.style.height = `${settings.height || 560}px`;
  el.append(cell);
  return mount(cell, JSON.parse(model.get("data")), settings);
}

export default { render };
export { RIGHT } from "../generated/facts.js";
export { KERNELS } from "../generated/rules.js";
export { App } from "./app.js";
export { changed } from "./changes.js";
export { agrees, Digits, digitsNeeded, isCoarse } from "./closeness.js";
export { applyDeeds, deedsOf } from "./deeds.js";
export { h, icon, iconButton, inputField, svg } from "./dom.js";
export { judgements } from "./judge.js";
export { deedsIn, stateText } from "./link.js";
export { Graph } from "./model.js";
export { formatInput, formatNumber, formatShort, parseNumber, signOf } from "./numbers.js";
export { capitalised, learn, spoken } from "./phrasing.js";
export { togglePractice } from "./practising.js";
export { Scene } from "./scene.js";
