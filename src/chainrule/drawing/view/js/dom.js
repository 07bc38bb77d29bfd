// Making elements. Text is always set as text, never read as markup.

const HTML = document.documentElement.namespaceURI;
const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

/** Make an element: `name.class`, its attributes (`onclick` is a listener), and what is in it. */
function making(/** @type {string} */ namespace) {
  return (/** @type {string} */ selector, /** @type {Content[]} */ ...content) => {
    const [name, ...classes] = selector.split(".");
    const element = document.createElementNS(namespace, name);
    if (classes.length) element.setAttribute("class", classes.join(" "));
    const attributes = content[0]?.constructor === Object ? content.shift() : {};
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value !== null) element.setAttribute(key, value);
    }
    element.append(.../** @type {Node[]} */ (content.flat()).filter((child) => child !== null));
    return element;
  };
}

export const h = /** @type {Maker<HTMLElementTagNameMap>} */ (making(HTML));
export const svg = /** @type {Maker<SVGElementTagNameMap>} */ (making(SVG));
export const mathml = /** @type {Maker<MathMLElementTagNameMap>} */ (making(MATHML));

/** A field for text, without the browser's own suggestions. */
export function inputField(attributes) {
  return h("input", { autocomplete: "off", spellcheck: "false", ...attributes });
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
  redo: "M13 7H6a3 3 0 0 0 0 6h3M10 4l3 3-3 3",
  reset: "M3.5 8a4.5 4.5 0 1 0 1.6-3.4M3 2.5v3h3",
  link: "M7 4.5 8.6 3a3 3 0 0 1 4.3 4.3L11 9M9 11.5 7.4 13a3 3 0 0 1-4.3-4.3L5 7M6 10l4-4",
  out: "M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5",
  save: "M8 2.5v7.5M5 7l3 3 3-3M3 13h10",
  fold: "M4 3h8M4 13h8M8 5v6M6 7l2-2 2 2M6 9l2 2 2-2",
};
const FILLED = new Set(["first", "back", "forth", "last", "play"]);

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg(
    "svg.icon",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    svg("path", { d: ICONS[name], class: FILLED.has(name) ? "filled" : null }),
  );
}

/** @param {keyof typeof ICONS} name @param {string} label @param {() => void} onclick */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button", { "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}
