// Consequences of an edited number or a step of the pass: verdicts, a new picture, messages.

import { judgements } from "./judge.js";
import { formatNumber } from "./numbers.js";
import { spoken } from "./phrasing.js";
import { verdictSentences } from "./verdict.js";

const MANY = 200;

/** Show the pass after a number of steps; null restores the original numbers.
 *  @param {App} app @param {number | null} step */
export function seek(app, step) {
  const { graph, picture, camera } = app;
  const before = graph.nodes.map((node) => node.grad);
  const isWhole = graph.at === null || step === null;
  if (step === null) graph.restore();
  graph.seek(step);
  const changed = graph.nodes.filter((node) => !Object.is(node.grad, before[node.index]));
  if (isWhole) app.verdicts = judgements(graph);
  picture.refresh(isWhole || changed.length > MANY ? null : changed.map((node) => node.index));
  picture.highlight();
  app.panel.refresh();
  if (step === null) {
    notice(app);
    app.memory.record();
  }
  if (!camera.isFitted && step > 0) keepInSight(app);
}

/** Keep the node that passes its gradient on in the window, and as much as there is room for of the
 *  one that receives it; `near` also makes them legible. @param {App} app */
export function keepInSight({ graph, scene, camera }, near = false) {
  const boxOf = (index) => scene.boxes.get(scene.standsFor[index]);
  const giver = boxOf(graph.event?.user ?? graph.root);
  const taker = boxOf(graph.event?.operand ?? graph.root);
  if (giver) camera.reveal(giver, near);
  if (giver && taker && !camera.isFitted) camera.lean(giver, taker);
}

/** @param {App} app @param {number} index @param {number} x */
export function edit(app, index, x) {
  const { graph } = app;
  app.player?.pause();
  graph.edit(index, x);
  app.done();
  app.say(
    spoken("{name} is now {x}; {root} is {y}", {
      name: graph.nameOf(index),
      x: formatNumber(x),
      root: graph.nameOf(graph.root),
      y: formatNumber(graph.nodes[graph.root].data),
    }),
  );
}

/** Set a gradient by hand, or (null) clear it. @param {App} app */
export function setByHand(app, index, hand) {
  app.graph.nodes[index].hand = hand;
  app.done();
  const verdict = app.verdicts.get(index);
  if (verdict) app.say(verdictSentences(verdict, app.graph).join(" "));
}

/** Show everything anew after something was done; while a number `isMoving`, what is in the window.
 *  @param {App} app */
export function changed(app, isMoving = false) {
  app.verdicts = judgements(app.graph);
  notice(app);
  app.picture.refresh(null, isMoving);
  app.picture.highlight();
  app.showBar();
  app.panel.refresh();
}

/** Name the first node that isn't finite. @param {App} app */
function notice(app) {
  const words = app.graph.isEdited ? brokenWords(app.graph) : "";
  app.notice.hidden = !words;
  app.notice.textContent = words;
}

/** @param {Graph} graph */
function brokenWords(graph) {
  const node = graph.firstBroken();
  if (!node) return "";
  const name = graph.nameOf(node.index) || "a constant";
  const now = formatNumber(node.data);
  if (!node.operands.length)
    return `${name} was set to ${now}, which affects everything computed from it.`;
  const { domain } = graph.ops[node.op] || {};
  const remedy = domain ? `: ${node.op} needs ${domain}` : "";
  return `${name} is the first node to become ${now}${remedy}.`;
}
