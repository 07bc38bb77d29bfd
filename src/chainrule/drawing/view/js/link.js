// The whole state as a short text: in a page's own address, or in a copy of the page.

import { applyDeeds, deedsOf } from "./deeds.js";
import { formatInput, parseNumber } from "./numbers.js";
import { MOST_HINTS, MOST_TRIES, PHASES } from "./practice.js";

/** What the state of each view was at first. @type {WeakMap<App, string>} */
const FIRST = new WeakMap();

/** The sums of graphs. @type {WeakMap<Snapshot, string>} */
const SUMS = new WeakMap();

/** A short sum of a graph, so that no state is given to another one. @param {Snapshot} data */
function sumOf(data) {
  if (!SUMS.has(data)) SUMS.set(data, summed(data));
  return SUMS.get(data);
}

/** @param {Snapshot} data */
function summed({ nodes, root }) {
  let sum = 2166136261 ^ root; // FNV-1a
  const text = nodes.map(({ label, op, operands, data }) => [label, op, operands, data]);
  for (const letter of JSON.stringify(text)) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619);
  return (sum >>> 0).toString(36);
}

/** The state as text; empty where nothing differs from the view at first.
 *  @param {App} app */
export function stateText(app) {
  const text = written(app);
  if (!FIRST.has(app)) FIRST.set(app, text);
  return text === FIRST.get(app) ? "" : encoded(text);
}

/** The address of the playground with this graph and, if it is the very same there, this state.
 *  @param {App} app */
export function playgroundLink(app) {
  const { address, lines, isExact } = app.data.program;
  const numberOf = ({ data, original }) => formatInput(isExact ? original.data : data);
  const rows = lines.map(
    ([name, node, source]) => `${name} = ${source || numberOf(app.graph.nodes[node])}`,
  );
  const view = isExact ? encoded(written(app)) : "";
  return `${address}#${new URLSearchParams({ code: rows.join("\n"), plot: "", view })}`;
}

/** @param {App} app */
function written(app) {
  const { graph, chosen, scene, camera, data } = app;
  /** @type {Saved} */
  const saved = {
    graph: sumOf(data),
    direction: data.direction,
    ...deedsOf(app),
    at: graph.at,
    chosen,
    collapsed: [...scene.collapsed],
    camera: camera.isHome ? null : camera.middle(),
  };
  return JSON.stringify(saved);
}

/** Base64 without signs that an address or a chat would change. @param {string} text */
function encoded(text) {
  const bytes = new TextEncoder().encode(text);
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} text */
function decoded(text) {
  const letters = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return new TextDecoder().decode(Uint8Array.from(letters, (one) => one.charCodeAt(0)));
}

/** Take over a state; says what is wrong with the text, or nothing.
 *  @param {App} app @param {string} text */
export function readState(app, text) {
  let saved;
  try {
    saved = JSON.parse(decoded(text));
  } catch {
    return "The link is damaged: the graph is shown as it was.";
  }
  if (saved?.graph !== sumOf(app.data))
    return "The link belongs to another graph: this one is shown as it was.";
  const { graph, scene, camera } = app;
  applyDeeds(app, deedsIn(graph, saved));
  if (Number.isInteger(saved.at) && !graph.isSummary && !graph.practice) graph.seek(saved.at);
  const isAlike = saved.direction === app.data.direction; // else everything lies elsewhere
  scene.collapse(list(isAlike && saved.collapsed).filter((area) => app.data.areas[area]));
  const isThere = Number.isInteger(saved.chosen) && saved.chosen >= 0;
  app.chosen = isThere && scene.boxes.has(saved.chosen) ? saved.chosen : null;
  app.focused = app.chosen ?? graph.root;
  app.panel.show(); // it takes room from the picture
  camera.measure();
  if (isAlike && list(saved.camera).length === 3 && saved.camera.every(Number.isFinite))
    camera.centre(...saved.camera);
  return "";
}

/** What was done to a graph, without what can't be.
 *  @param {Graph} graph @param {any} saved @returns {Deeds} */
export function deedsIn(graph, saved) {
  const isNode = (index) => /^(0|[1-9]\d*)$/.test(index) && index in graph.nodes;
  return {
    data: numbers(saved?.data, (index) => isNode(index) && !graph.whyFixed(index)),
    hand: numbers(saved?.hand, isNode),
    practice: graph.isSummary ? null : practiceFrom(saved?.practice, isNode),
  };
}

const list = (x) => (Array.isArray(x) ? x : []);

/** Those entries of an object that are numbers as somebody types them. */
function numbers(object, isKnown) {
  const entries = Object.entries(object ?? {}).filter(
    ([index, text]) =>
      isKnown(index) && typeof text === "string" && parseNumber(text) !== undefined,
  );
  return Object.fromEntries(entries);
}

/** @returns {PracticeState | null} */
function practiceFrom(state, isNode) {
  if (!PHASES.includes(state?.phase)) return null;
  const attempts = (entries) =>
    Object.fromEntries(
      Object.entries(entries ?? {})
        .filter(([index]) => isNode(index))
        .map(([index, one]) => [index, attempt(one)]),
    );
  return {
    phase: state.phase,
    forward: attempts(state.forward),
    backward: attempts(state.backward),
  };
}

/** @returns {Attempt} */
function attempt(one) {
  const isText = (text) => typeof text === "string" && parseNumber(text) !== undefined;
  return {
    tries: list(one?.tries).filter(isText).slice(0, MOST_TRIES),
    hints: Math.max(0, Math.min(MOST_HINTS, Number(one?.hints) || 0)),
    done: ["right", "shown"].includes(one?.done) ? one.done : "",
    unclear: isText(one?.unclear) ? one.unclear : "",
  };
}
