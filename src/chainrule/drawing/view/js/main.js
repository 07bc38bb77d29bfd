// Where it starts: in a page of its own, or in a notebook's cell.

import { App } from "./app.js";
import { h } from "./dom.js";
import { STYLE } from "./style.js";

/** Show data in an element, shut off from the page around it. Returns what removes it again. */
export function mount(element, data, settings = {}) {
  const shadow = element.shadowRoot || element.attachShadow({ mode: "open" });
  const host = h("div", { class: "host" });
  shadow.replaceChildren(h("style", {}, STYLE), host);
  element.chainruleView = new App(host, data, settings);
  return () => element.chainruleView.remove();
}

/** anywidget calls this. */
function render({ model, el }) {
  const settings = JSON.parse(model.get("settings"));
  const frame = h("div", {});
  frame.style.height = `${settings.height || 560}px`;
  el.append(frame);
  return mount(frame, JSON.parse(model.get("data")), settings);
}

export default { render };
