// Making elements. Text is always set as text, never read as markup.

const SPACES = {
  svg: "http://www.w3.org/2000/svg",
  math: "http://www.w3.org/1998/Math/MathML",
};

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** An HTML element: its name, its attributes (`onclick` is a listener) and what is in it. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SPACES.svg, name), attributes, children);
}

export function mathml(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SPACES.math, name), attributes, children);
}

const ICONS = {
  first: "M4 3v10M13 3 6 8l7 5z",
  back: "M12 3 5 8l7 5z",
  forth: "M5 3l7 5-7 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  play: "M4 2.5l9 5.5-9 5.5z",
  pause: "M5 3v10M11 3v10",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  fit: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3",
  theme: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  help: "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.6",
  undo: "M3 7h7a3 3 0 0 1 0 6H7M6 4 3 7l3 3",
  fold: "M4 3h8M4 13h8M8 5v6M6 7l2-2 2 2M6 9l2 2 2-2",
};
const FILLED = new Set(["first", "back", "forth", "last", "play"]);

export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "icon" },
    svg("path", { d: ICONS[name], class: FILLED.has(name) ? "filled" : "" }),
  );
}

export function button(name, label, onclick, attributes = {}) {
  return h(
    "button",
    { type: "button", "aria-label": label, title: label, onclick, ...attributes },
    icon(name),
  );
}
