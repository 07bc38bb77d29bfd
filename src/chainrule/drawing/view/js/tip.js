// The tooltip of the node under the pointer.

import { h } from "./dom.js";
import { dataWords, gradientWords, operandNames } from "./explain.js";
import { formatExact } from "./numbers.js";
import { spoken } from "./phrasing.js";

export class Tip {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.element = h("div.tip", { "aria-hidden": "true", hidden: true });
    this.thing = null;
  }

  hide() {
    this.element.hidden = true;
    this.thing = null;
  }

  show(thing, point) {
    if (this.thing !== thing) {
      this.thing = thing;
      this.element.replaceChildren(...(thing < 0 ? this._scope(-1 - thing) : this._node(thing)));
    }
    this.element.hidden = false;
    const { width, height } = this.app.camera;
    const { offsetWidth, offsetHeight } = this.element;
    const left = Math.min(point.windowX + 14, width - offsetWidth - 8);
    const below = point.windowY + 18;
    const top = below + offsetHeight > height - 4 ? point.windowY - offsetHeight - 12 : below;
    this.element.style.left = `${Math.max(4, left)}px`;
    this.element.style.top = `${Math.max(4, top)}px`;
  }

  _scope(area) {
    const { path, lines } = this.app.data.areas[area];
    return [
      h("b", path.join(" / ")),
      ...lines.map((line) => h("div", line)),
      h("div.soft", spoken("click to expand")),
    ];
  }

  _node(thing) {
    const { graph } = this.app;
    const node = graph.nodes[thing];
    if (node.kind === "stack") return [h("b", node.label), ...node.lines.map((x) => h("div", x))];
    const operands = operandNames(graph, node).slice(0, 6).join(", ");
    const origin = operands
      ? spoken("{op} of {operands}", { op: node.symbol, operands })
      : spoken(node.kind);
    const grad = `grad ${gradientWords(graph, thing, formatExact)}`;
    const lines = [node.kind === "constant" ? "" : grad, graph.practice ? "" : node.remark];
    return [
      h("b", graph.nameOf(thing) || spoken("constant")),
      h("span.soft", ` ${origin}`),
      h("div", `data ${dataWords(graph, thing, formatExact)}`),
      ...lines.filter(Boolean).map((words) => h("div", words)),
      ...(node.at ? [h("div.soft", node.at)] : []),
    ];
  }
}
