// Going from node to node, and collapsing and opening scopes.

import { nodeWords } from "./explain.js";

export function thingWords(app, thing) {
  if (thing >= 0) return nodeWords(app.graph, thing);
  const { path, lines } = app.data.areas[-1 - thing];
  return `collapsed scope ${path.join(" / ")}: ${lines.join(", ")}`;
}

/** Put the focus on something that can be seen: what stands in the place of what had it. */
export function placeFocus(app) {
  const { scene, focused } = app;
  if (scene.boxes.has(focused)) return;
  const node = focused >= 0 ? focused : app.data.areas[-1 - focused].nodes[0];
  const instead = scene.standsFor[node];
  app.focused = scene.boxes.has(instead) ? instead : scene.boxes.keys().next().value;
}

/** Move the focus to the nearest thing in a direction. */
export function walk(app, dx, dy) {
  placeFocus(app);
  const next = app.scene.neighbour(app.focused, dx, dy);
  if (next === null) {
    app.say("Nothing further there.");
    return;
  }
  app.focused = next;
  app.camera.reveal(app.scene.boxes.get(next), true);
  if (app.chosen !== null && next >= 0) app.choose(next);
  else app.say(thingWords(app, next));
  app.picture.highlight();
}

/** Explain the node that has the focus, or open the collapsed scope. */
export function open(app) {
  placeFocus(app);
  if (app.focused < 0) fold(app, -1 - app.focused);
  else {
    app.choose(app.focused);
    app.panel.heading.focus();
  }
}

/** Collapse an open scope, or open a collapsed one; it stays where it is in the window. */
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
  }
  const { path, lines } = app.data.areas[area];
  const state = scene.collapsed.has(area) ? `collapsed: ${lines.join(", ")}` : "opened";
  app.say(`${path.join(" / ")} ${state}`);
}

/** Fold the innermost scope around the node that has the focus. */
export function foldHere(app) {
  placeFocus(app);
  if (app.focused < 0) {
    fold(app, -1 - app.focused);
    return;
  }
  let innermost = null;
  app.data.areas.forEach((area, number) => {
    if (!area.nodes.includes(app.focused)) return;
    const depth = innermost === null ? 0 : app.data.areas[innermost].path.length;
    if (area.path.length > depth) innermost = number;
  });
  if (innermost === null) app.say("No scope is around this node.");
  else fold(app, innermost);
}

export function foldAll(app) {
  const tops = app.data.areas.flatMap((area, number) => (area.parent < 0 ? [number] : []));
  app.scene.collapse(app.scene.collapsed.size ? [] : tops);
  app.rebuild();
  app.camera.fit();
  app.say(app.scene.collapsed.size ? "all scopes collapsed" : "all scopes opened");
}

/** Open the scopes that hide a node. */
export function unfold(app, thing) {
  const { scene, data } = app;
  scene.collapse([...scene.collapsed].filter((area) => !data.areas[area].nodes.includes(thing)));
  app.rebuild();
}
