// As much of a browser's document as the view needs to run in Node: elements, attributes, text,
// events that bubble, the focus, and a canvas that writes down what is drawn on it. Nothing has a
// size unless a test says so.

const tagsOf = { "http://www.w3.org/1999/xhtml": (name) => name.toUpperCase() };
const REFLECTED = ["hidden", "disabled", "open"];

class Listeners {
  listeners = [];

  addEventListener(type, listener, { signal } = {}) {
    const row = { type, listener };
    this.listeners.push(row);
    signal?.addEventListener("abort", () => {
      this.listeners = this.listeners.filter((one) => one !== row);
    });
  }

  hear(event) {
    for (const { type, listener } of this.listeners) if (type === event.type) listener(event);
  }
}

class Text {
  constructor(data) {
    this.data = data;
  }

  get textContent() {
    return this.data;
  }

  cloneNode() {
    return new Text(this.data);
  }
}

/** The 2D context of a canvas: `calls` holds what was painted, each with the state it had then. */
class Context {
  calls = [];
  state = { globalAlpha: 1 };

  constructor(canvas) {
    this.canvas = canvas;
  }

  beginPath() {
    this.path = [];
  }

  moveTo(...at) {
    this.path.push(["M", ...at]);
  }

  lineTo(...at) {
    this.path.push(["L", ...at]);
  }

  bezierCurveTo(...points) {
    this.path.push(["C", ...points]);
  }

  roundRect(...box) {
    this.path.push(["R", ...box]);
  }

  arc(...circle) {
    this.path.push(["A", ...circle]);
  }

  rect(...box) {
    this.path.push(["R", ...box]);
  }

  closePath() {
    this.path.push(["Z"]);
  }

  setLineDash(dash) {
    this.state.dash = dash;
  }

  setTransform(...matrix) {
    this.state.matrix = matrix;
  }

  _note(name, ...what) {
    this.calls.push({ name, what, ...this.state });
  }

  fill() {
    this._note("fill", this.path);
  }

  stroke() {
    this._note("stroke", this.path);
  }

  fillRect(...box) {
    this._note("fillRect", ...box);
  }

  fillText(...words) {
    this._note("fillText", ...words);
  }

  strokeText(...words) {
    this._note("strokeText", ...words);
  }

  createImageData(width, height) {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData({ width, height, data }, ...at) {
    this._note("putImageData", width, height, [...data], ...at);
  }

  drawImage(image, ...box) {
    this._note("drawImage", image, ...box);
  }
}

/** A context whose other properties, such as `fillStyle`, are part of its state. */
function contextOf(canvas) {
  return new Proxy(new Context(canvas), {
    get: (context, name) => (name in context ? context[name] : context.state[name]),
    set: (context, name, value) => {
      context.state[name] = value;
      return true;
    },
  });
}

export class Element extends Listeners {
  childNodes = [];
  parentNode = null;
  attributes = new Map();
  style = {};
  dataset = {};
  size = { left: 0, top: 0, width: 0, height: 0 };
  value = "";

  constructor(namespace, name) {
    super();
    this.namespaceURI = namespace;
    this.localName = name;
    this.tagName = tagsOf[namespace]?.(name) ?? name;
    if (this.tagName === "CANVAS") this.context = contextOf(this);
  }

  attachShadow() {
    this.shadowRoot = new Element(this.namespaceURI, "shadow");
    return this.shadowRoot;
  }

  getContext() {
    return this.context;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
    if (name === "value") this.value = String(value);
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  get className() {
    return this.getAttribute("class") ?? "";
  }

  set className(words) {
    this.setAttribute("class", words);
  }

  get classes() {
    return this.className.split(" ").filter(Boolean);
  }

  get classList() {
    return {
      contains: (word) => this.classes.includes(word),
      add: (word) => this.classList.toggle(word, true),
      toggle: (word, isOn) => {
        const others = this.classes.filter((one) => one !== word);
        this.className = (isOn ? [...others, word] : others).join(" ");
      },
    };
  }

  get id() {
    return this.getAttribute("id");
  }

  get name() {
    return this.getAttribute("name");
  }

  get children() {
    return this.childNodes.filter((child) => child instanceof Element);
  }

  get nextSibling() {
    const { childNodes } = this.parentNode;
    return childNodes[childNodes.indexOf(this) + 1] ?? null;
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("");
  }

  set textContent(words) {
    this.replaceChildren(words);
  }

  append(...children) {
    for (const child of children) {
      const node = typeof child === "string" ? new Text(child) : child;
      node.parentNode?.take?.(node);
      node.parentNode = this;
      this.childNodes.push(node);
      if (node.localName === "option" && node.getAttribute("selected") !== null)
        this.value = node.value;
    }
  }

  contains(other) {
    for (let node = other; node; node = node.parentNode) if (node === this) return true;
    return false;
  }

  take(child) {
    this.childNodes = this.childNodes.filter((one) => one !== child);
  }

  remove() {
    this.parentNode?.take(this);
    this.parentNode = null;
  }

  replaceWith(other) {
    const { parentNode } = this;
    const at = parentNode.childNodes.indexOf(this);
    parentNode.childNodes[at] = other;
    other.parentNode = parentNode;
    this.parentNode = null;
  }

  replaceChildren(...children) {
    for (const child of this.childNodes) child.parentNode = null;
    this.childNodes = [];
    this.append(...children.map((child) => (typeof child === "object" ? child : String(child))));
  }

  cloneNode() {
    const copy = new Element(this.namespaceURI, this.localName);
    copy.attributes = new Map(this.attributes);
    copy.append(...this.childNodes.map((child) => child.cloneNode()));
    return copy;
  }

  /** Whether it fits one of the selectors: name, .class, [name="value"], :focus or :hover, joined. */
  matches(selectors) {
    return selectors.split(", ").some((selector) => this.fits(selector));
  }

  fits(selector) {
    return selector.match(/^[\w-]+|\.[\w-]+|\[[^\]]*\]|:[\w-]+/g).every((part) => {
      if (part === ":hover") return this.isHovered;
      if (part === ":focus") return document.activeElement === this;
      if (part.startsWith(".")) return this.classes.includes(part.slice(1));
      const attribute = /^\[([\w-]+)(?:="?([^"]*)"?)?\]$/.exec(part);
      if (!attribute) return this.localName === part;
      const value = this.getAttribute(attribute[1]);
      return attribute[2] === undefined ? value !== null : value === attribute[2];
    });
  }

  /** All elements below it that fit a selector. */
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  focus() {
    const before = document.activeElement;
    if (before === this) return;
    document.activeElement = this;
    before.isSelected = false;
    before.hear?.({ type: "blur" });
    this.hear({ type: "focus" });
  }

  select() {
    this.isSelected = true;
  }

  click() {
    if (!this.disabled) fire(this, "click");
  }

  scrollIntoView() {
    document.scrolledTo = this;
  }

  setPointerCapture(pointer) {
    this.captured = pointer;
  }

  getBoundingClientRect() {
    return this.classes.includes("stage") ? stageSize : this.size;
  }

  get offsetWidth() {
    return this.size.width;
  }

  get offsetHeight() {
    return this.size.height;
  }

  dispatchEvent(event) {
    fire(this, event.type);
  }
}

for (const name of REFLECTED) {
  Object.defineProperty(Element.prototype, name, {
    get() {
      return this.attributes.has(name);
    },
    set(isOn) {
      if (isOn) this.attributes.set(name, "");
      else this.attributes.delete(name);
    },
  });
}
for (const name of ["width", "height", "max", "title"]) {
  Object.defineProperty(Element.prototype, name, {
    get() {
      return this.getAttribute(name);
    },
    set(value) {
      this.setAttribute(name, value);
    },
  });
}

/** Let an event happen on an element and all around it; returns the event. */
export function fire(target, type, more = {}) {
  const path = [];
  for (let node = target; node; node = node.parentNode) path.push(node);
  let isStopped = false;
  const event = {
    type,
    target,
    isPrevented: false,
    preventDefault: () => {
      event.isPrevented = true;
    },
    stopPropagation: () => {
      isStopped = true;
    },
    composedPath: () => path,
    ...more,
  };
  for (const node of path) {
    event.currentTarget = node;
    if (!isStopped) node.hear(event);
  }
  return event;
}

/** Where the part of the page that shows the picture lies. */
export const stageSize = { left: 10, top: 20, width: 0, height: 0 };

/** What waits for its time: how long, and for what. @type {Map<number, [number, () => void]>} */
export const timers = new Map();
let timersSoFar = 0;

const [HTML] = Object.keys(tagsOf);
const document = new Listeners();
Object.assign(document, {
  documentElement: new Element(HTML, "html"),
  body: new Element(HTML, "body"),
  createElementNS: (namespace, name) => new Element(namespace, name),
});
document.activeElement = document.body;

/** What `requestAnimationFrame` was asked for. */
export const frames = [];
export const media = Object.assign(new Listeners(), { matches: false });
const window = Object.assign(new Listeners(), { devicePixelRatio: 2, matchMedia: () => media });

/** What was copied. @type {string[]} */
export const clipboard = [];
Object.defineProperty(globalThis, "navigator", {
  value: { clipboard: { writeText: async (text) => void clipboard.push(text) } },
});
Object.assign(globalThis, {
  document,
  window,
  location: {
    hash: "",
    pathname: "/view.html",
    search: "",
    get href() {
      return `https://example.org${this.pathname}${this.search}${this.hash}`;
    },
  },
  history: {
    replaceState: (_state, _title, address) => {
      globalThis.location.hash = address.includes("#") ? address : "";
    },
  },
  requestAnimationFrame: (frame) => frames.push(frame),
  setTimeout: (action, wait) => {
    timersSoFar += 1;
    timers.set(timersSoFar, [wait, action]);
    return timersSoFar;
  },
  clearTimeout: (timer) => timers.delete(timer),
  ResizeObserver: class {
    constructor(changed) {
      this.changed = changed;
    }

    observe(element) {
      element.watcher = this;
    }

    disconnect() {
      this.changed = () => {};
    }
  },
});
