// Moving between nodes, and collapsing and expanding scopes.

import { nodeWords } from "./explain.js";
import { spoken } from "./phrasing.js";

/** @param {App} app @param {number} thing */
export function thingWords(app, thing) {
  if (thing >= 0) return nodeWords(app.graph, thing);
  const { path, lines } = app.data.areas[-1 - thing];
  const state = app.scene.stacks.has(-1 - thing) ? "collapsed scope" : "scope";
  return `${state} ${path.join(" / ")}: ${lines.join(", ")}`;
}

/** Move the focus to something visible: from a hidden node to the scope that hides it.
 *  @param {App} app */
export function placeFocus(app) {
  const { scene, focused } = app;
  if (scene.boxes.has(focused)) return;
  const node = focused >= 0 ? focused : app.data.areas[-1 - focused].nodes[0];
  const instead = scene.standsFor[node];
  app.focused = scene.boxes.has(instead) ? instead : scene.boxes.keys().next().value;
}

/** Move the focus to the nearest thing in a direction. @param {App} app */
export function walk(app, dx, dy) {
  placeFocus(app);
  const next = app.scene.neighbour(app.focused, dx, dy);
  if (next === null) {
    app.say(spoken("No node in that direction."));
    return;
  }
  app.focused = next;
  app.camera.reveal(app.scene.boxes.get(next), true);
  if (app.chosen !== null && next >= 0) app.choose(next);
  else app.say(thingWords(app, next));
  app.picture.highlight();
}

/** Explain the node that has the focus, or expand the collapsed scope. @param {App} app */
export function open(app) {
  placeFocus(app);
  if (app.focused < 0) fold(app, -1 - app.focused);
  else {
    app.choose(app.focused);
    app.panel.heading.focus();
  }
}

/** Collapse or expand a scope without moving it in the window.
 *  @param {App} app @param {number} area */
export function fold(app, area) {
  const { scene, camera } = app;
  const box = () => scene.areaBoxes.get(area) || scene.stacks.get(area);
  const before = box();
  scene.toggle(area);
  app.rebuild();
  const after = box();
  if (camera.isFitted) camera.fit();
  else if (before && after) {
    camera.pan((before.x - after.x) * camera.k, (before.y - after.y) * camera.k);
    if (scene.collapsed.has(area)) camera.reveal(after); // its corner may have been out of sight
  }
  const { path, lines } = app.data.areas[area];
  const state = scene.collapsed.has(area) ? `collapsed: ${lines.join(", ")}` : "expanded";
  app.say(`${path.join(" / ")} ${state}`);
}

/** Fold the innermost scope around the node that has the focus. @param {App} app */
export function foldHere(app) {
  placeFocus(app);
  const { areas } = app.data;
  const around = [...areas.keys()].filter((area) => areas[area].nodes.includes(app.focused));
  around.sort((one, two) => areas[two].path.length - areas[one].path.length);
  if (app.focused < 0) fold(app, -1 - app.focused);
  else if (around.length) fold(app, around[0]);
  else app.say(spoken("This node isn't in a scope."));
}

/** @param {App} app */
export function foldAll(app) {
  const tops = app.data.areas.flatMap((area, number) => (area.parent < 0 ? [number] : []));
  app.scene.collapse(app.scene.collapsed.size ? [] : tops);
  app.rebuild();
  app.camera.fit();
  app.say(app.scene.collapsed.size ? "all scopes collapsed" : "all scopes expanded");
}

/** Bring a scope into the window, open or collapsed as it is, and move the focus there.
 *  @param {App} app @param {number} area */
export function showScope(app, area) {
  const { scene, data } = app;
  const hiding = new Set();
  for (let up = data.areas[area].parent; up >= 0; up = data.areas[up].parent) hiding.add(up);
  scene.collapse([...scene.collapsed].filter((one) => !hiding.has(one)));
  app.focused = scene.stacks.has(area) ? -1 - area : data.areas[area].nodes[0];
  app.rebuild();
  app.camera.frame(scene.stacks.get(area) ?? scene.areaBoxes.get(area));
  app.say(thingWords(app, -1 - area));
}

/** Expand the scopes that hide a node. @param {App} app @param {number} thing */
export function unfold(app, thing) {
  const { scene, data } = app;
  scene.collapse([...scene.collapsed].filter((area) => !data.areas[area].nodes.includes(thing)));
  app.rebuild();
}
