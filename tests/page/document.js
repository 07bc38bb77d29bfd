// As much of a browser's document as the pages need to run in Node: elements, attributes, text,
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
      remove: (word) => this.classList.toggle(word, false),
      toggle: (word, isOn) => {
        const others = this.classes.filter((one) => one !== word);
        this.className = (isOn ? [...others, word] : others).join(" ");
      },
    };
  }

  get name() {
    return this.getAttribute("name");
  }

  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }

  get isConnected() {
    return this.getRootNode() === document;
  }

  /** The options of a list are its values, the first unless another is chosen. */
  set selectedIndex(index) {
    this.value = this.children[index].value;
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
      const isFirst = this.localName === "select" && this.childNodes.length === 1;
      if (isFirst || node.attributes?.has("selected")) this.value = node.value;
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

  /** Whether it fits one of the selectors: name, .class, #id, [name="value"], :focus, :hover or
   *  :disabled, joined, inside of others. */
  matches(selectors) {
    return selectors.split(", ").some((selector) => {
      const [own, ...around] = selector.match(/(?:\[[^\]]*\]|[^\s[])+/g).reverse();
      if (!this.fits(own)) return false;
      let node = this.parentNode;
      return around.every((part) => {
        while (node && !node.fits?.(part)) node = node.parentNode;
        return node;
      });
    });
  }

  fits(selector) {
    return selector.match(/^[\w-]+|[.#][\w-]+|\[[^\]]*\]|:[\w-]+/g).every((part) => {
      if (part === ":hover") return this.isHovered;
      if (part === ":focus") return document.activeElement === this;
      if (part === ":disabled") return this.disabled;
      if (part.startsWith(".")) return this.classes.includes(part.slice(1));
      if (part.startsWith("#")) return this.id === part.slice(1);
      const attribute = /^\[([\w-]+)(?:="?([^"]*)"?)?\]$/.exec(part);
      if (!attribute) return this.localName === part;
      const value = this.getAttribute(attribute[1]);
      return attribute[2] === undefined ? value !== null : value === attribute[2];
    });
  }

  closest(selectors) {
    for (let node = this; node; node = node.parentNode) if (node.matches?.(selectors)) return node;
    return null;
  }

  getRootNode() {
    let node = this;
    while (node.parentNode) node = node.parentNode;
    return node === document.documentElement ? document : node;
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

  hasPointerCapture(pointer) {
    return this.captured === pointer;
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
for (const name of ["id", "width", "height", "min", "max", "step", "rows", "title"]) {
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
let framesSoFar = 0;

const [HTML] = Object.keys(tagsOf);
const root = new Element(HTML, "html");
const body = new Element(HTML, "body");
root.append(body);
const document = Object.assign(new Listeners(), {
  documentElement: root,
  body,
  activeElement: body,
  createElementNS: (namespace, name) => new Element(namespace, name),
  getElementById: (id) => root.querySelector(`#${id}`),
  querySelector: (selectors) => root.querySelector(selectors),
});

/** What `requestAnimationFrame` was asked for. */
export const frames = [];
/** Let one frame pass, or as many as are asked for; `now` is the time for them in milliseconds. */
export function passFrames(count = 1, now = clock.now) {
  clock.now = now;
  for (let turn = 0; turn < count; turn++) for (const frame of frames.splice(0)) frame(clock.now);
}

/** Give parts of a page their room, once: their sizes are watched.
 *  @param {Element} host @param {string} selector */
export function layOut(host, selector, width, height) {
  for (const part of host.querySelectorAll(selector)) {
    if (part.isLaidOut) continue;
    part.isLaidOut = true;
    part.watcher.changed([{ contentRect: { width, height } }]);
  }
}

/** What a page asks about the window and the reader's wishes: all or nothing of it is so. */
export const media = Object.assign(new Listeners(), { matches: false });
const window = Object.assign(new Listeners(), {
  devicePixelRatio: 2,
  matchMedia: () => media,
  scrollTo: (...at) => {
    window.scrolledTo = at;
  },
  confirm: () => answers.confirm,
});

/** The time in milliseconds: it stands still, except that looking at it may take some. */
export const clock = { now: 0, look: 0 };
/** What a reader answers, and what a server does: the answers to what was sent, by its text, and the
 *  files, by their addresses; and how often it was asked. */
export const answers = { confirm: true, server: new Map(), asked: 0 };
/** What the browser keeps. @type {Map<string, string>} */
export const storage = new Map();
/** What was copied. @type {string[]} */
export const clipboard = [];

/** A document in which nothing has happened, in a browser that can do everything. */
export function reset() {
  for (const each of [document, window, media]) each.listeners = [];
  body.replaceChildren();
  body.focus();
  for (const each of [frames, clipboard, workers]) each.length = 0;
  for (const each of [timers, storage, answers.server]) each.clear();
  location.hash = "";
  media.matches = false;
  Object.assign(clock, { now: 0, look: 0 });
  document.scrolledTo = window.scrolledTo = null;
  history.length = 1;
  root.className = "";
  Object.assign(answers, { confirm: true, asked: 0 });
  location.protocol = "https:";
  navigator.clipboard = { writeText: async (text) => void clipboard.push(text) };
  globalThis.WebAssembly = WEB_ASSEMBLY;
}

const WEB_ASSEMBLY = globalThis.WebAssembly;

/** Let happen what waits for so many milliseconds; how much that was. */
export function passTime(length) {
  const due = [...timers].filter(([, [wait]]) => wait === length);
  for (const [timer, [, action]] of due) {
    timers.delete(timer);
    action();
  }
  return due.length;
}

/** What the style sheet says. */
const COLOURS = {
  "--ground": "#ffffff",
  "--class-1": "#e69f00",
  "--class-2": "#0072b2",
  "--ink": "#1b232d",
};

async function fetch(address, { body: sent }) {
  answers.asked += 1;
  const answer = answers.server.get(sent ?? address);
  if (!answer) throw new TypeError("no server");
  if (sent) return { json: async () => answer };
  const parts = answer.parts.map((part) => Uint8Array.from(part));
  const read = async () => ({ done: !parts.length, value: parts.shift() });
  return {
    ok: answer.status === 200,
    status: answer.status,
    body: { getReader: () => ({ read }) },
  };
}

/** Workers: what each was sent, as words, and whether it was ended. A test answers for it.
 *  @type {Worker[]} */
export const workers = [];

class Worker {
  sent = [];

  constructor() {
    workers.push(this);
  }

  postMessage(message) {
    this.sent.push(message);
  }

  terminate() {
    this.isEnded = true;
  }

  /** What it has been asked, as text. */
  get text() {
    const told = this.sent.map(({ name, texts, files, lock, module, snapshot }) =>
      files
        ? `start ${module} with ${Object.keys(files)}, ${JSON.stringify(lock)}, ${snapshot}`
        : `${name}(${texts.map((text) => JSON.stringify(text))})`,
    );
    return `worker: ${told.join("; ")}${this.isEnded ? "; ended" : ""}`;
  }
}

for (const [name, value] of Object.entries({
  navigator: { languages: ["en-GB"] },
  performance: {
    now: () => {
      clock.now += clock.look;
      return clock.now;
    },
  },
}))
  Object.defineProperty(globalThis, name, { value });
Object.assign(globalThis, {
  document,
  window,
  fetch,
  Worker,
  getComputedStyle: () => ({ getPropertyValue: (name) => COLOURS[name] }),
  location: {
    part: "",
    get hash() {
      return this.part && `#${this.part}`;
    },
    set hash(text) {
      this.part = String(text).replace("#", "");
    },
    pathname: "/view.html",
    search: "",
    protocol: "https:",
    get href() {
      return `https://example.org${this.pathname}${this.search}${this.hash}`;
    },
  },
  history: {
    length: 1,
    replaceState: (_state, _title, address) => {
      location.hash = address.includes("#") ? address.slice(address.indexOf("#")) : "";
    },
    pushState: (...all) => {
      history.length += 1;
      history.replaceState(...all);
    },
  },
  localStorage: {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, text) => storage.set(key, text),
  },
  requestAnimationFrame: (frame) => {
    framesSoFar += 1;
    const number = framesSoFar;
    frames.push(Object.assign((now) => frame(now), { number }));
    return number;
  },
  cancelAnimationFrame: (number) => {
    const at = frames.findIndex((frame) => frame.number === number);
    if (at >= 0) frames.splice(at, 1);
  },
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
reset();
