// What lies over the picture: what is pointed at and chosen, and what a step of the pass does.

import { arrowhead, box, text } from "./look.js";
import { numeral } from "./numbers.js";

/** The shapes that are drawn last. */
export function overlay(app) {
  const { scene, graph } = app;
  const shapes = [];
  const outline = (thing, role, grow) => {
    const at = scene.boxes.get(scene.standsFor[thing] ?? thing);
    const by = Math.max(grow, (0.7 * grow) / app.camera.k);
    if (at) shapes.push(box(at.x - by, at.y - by, at.w + 2 * by, at.h + 2 * by, role, 4 + by));
  };
  const along = (user, turn, role) => {
    const end = scene.endOf.get(`${user} ${turn}`);
    if (!end) return;
    shapes.push(
      { kind: "way", points: scene.points(end), role },
      arrowhead(scene, end, `${role}-head`),
    );
  };
  if (app.chosen !== null && graph.at === null && app.chosen >= 0) {
    for (const [user, turn] of graph.nodes[app.chosen].users) along(user, turn, "chosen-edge");
  }
  if (graph.at > 0) shapes.push(...stepShapes(app, outline, along));
  if (app.chosen !== null && app.chosen >= 0) {
    const { operands, users } = graph.nodes[app.chosen];
    shapes.push(
      ...tags(app, [app.chosen, ...operands, ...users.slice(0, 40).map(([user]) => user)]),
    );
  }
  if (app.hovered !== null && app.hovered !== app.chosen) outline(app.hovered, "hovered", 3);
  if (app.chosen !== null) outline(app.chosen, "chosen", 3);
  if (app.hasFocus && app.focused !== null) outline(app.focused, "focused", 6);
  return shapes;
}

function stepShapes(app, outline, along) {
  const { scene, graph } = app;
  if (graph.at === 1) {
    outline(graph.root, "giver", 3);
    return chip(app, graph.root, "= 1");
  }
  const giver = graph.events[graph.at - 2];
  const shapes = [];
  const amounts = new Map();
  for (const { operand, turn, amount } of graph.contributions(giver)) {
    along(giver, turn, "flow");
    amounts.set(operand, [...(amounts.get(operand) || []), amount]);
  }
  outline(giver, "giver", 3);
  shapes.push(...tags(app, [giver, ...amounts.keys()]));
  for (const [operand, list] of amounts) {
    outline(operand, "taker", 3);
    shapes.push(...chip(app, operand, list.map(added).join(" ")));
  }
  return shapes;
}

function added(x) {
  return x < 0 ? numeral(x) : `+${numeral(x)}`;
}

/** The names of nodes without a label, where words speak of them. */
function tags(app, things) {
  const { scene, graph } = app;
  return [...new Set(things)].flatMap((thing) => {
    const at = scene.boxes.get(thing);
    if (!at || thing < 0 || graph.nodes[thing].name || graph.nodes[thing].kind === "constant")
      return [];
    return [
      text(at.x + 1, at.y - 6, graph.nameOf(thing), 11 * larger(app), "soft", {
        halo: true,
        bold: true,
      }),
    ];
  });
}

/** A small label at a box's upper right corner, or above it where there is no room. */
function chip(app, thing, words) {
  const at = app.scene.boxes.get(app.scene.standsFor[thing]);
  if (!at) return [];
  const grow = larger(app);
  const wide = (words.length * 6.4 + 14) * grow;
  const isOutside = at.x + at.w + wide > app.scene.size[0];
  const left = isOutside ? at.x + at.w - wide + 3 : at.x + at.w - 8;
  const top = at.y - (isOutside ? 4 + 17 * grow : 9 * grow);
  return [
    box(left, top, wide, 17 * grow, "chip", 8.5 * grow),
    text(left + wide / 2, top + 12.4 * grow, words, 11 * grow, "chip-text", {
      anchor: "middle",
      bold: true,
    }),
  ];
}

/** How much larger letters over the picture are drawn, so that they can be read from afar. */
function larger(app) {
  return Math.max(1, 0.85 / app.camera.k);
}
