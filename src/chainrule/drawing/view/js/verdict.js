// A verdict on a gradient, in sentences and as a paragraph.

import { NOT_CERTAIN, NOT_COMPARABLE, RIGHT, WRONG } from "../generated/facts.js";
import { h } from "./dom.js";
import { formatApart, formatShort, withDigits } from "./numbers.js";
import { capitalised, spoken } from "./phrasing.js";

/** The verdict in whole sentences, the first of which is the result.
 *  @param {Verdict} verdict @param {Graph} graph */
export function verdictSentences({ status, expected, found, mistake, why, slopes }, graph) {
  const root = graph.nameOf(graph.root);
  if (status === WRONG && graph.isRepair)
    return [`✗ ${spoken("Not yet.")}`, mistake].filter(Boolean);
  const lines = [];
  if (status === RIGHT)
    lines.push(`✓ ${why ? spoken("Right: {why}.", { why }) : spoken("Right.")}`);
  else if (status === NOT_COMPARABLE) lines.push(spoken("Not comparable: {why}.", { why }));
  else if (status === NOT_CERTAIN) lines.push(spoken("Not certain: {why}.", { why }));
  else {
    const [right, typed] = formatApart(expected, found);
    lines.push(`✗ ${spoken("Wrong. Expected {right}, found {typed}.", { right, typed })}`, mistake);
    if (why) lines.push(`${capitalised(why).replace(/\.$/, "")}.`);
  }
  if (slopes) {
    const [left, right] = slopes.map((x) => formatShort(withDigits(x, 4)));
    lines.push(
      spoken(
        "The slope of {root} is {left} to the left of this kink and {right} to its right; the " +
          "rule gives {x}.",
        { root, left, right, x: formatShort(expected) },
      ),
    );
  }
  return lines.filter(Boolean);
}

/** @param {Verdict} verdict @param {Graph} graph */
export function verdictWords(verdict, graph) {
  const [result, ...others] = verdictSentences(verdict, graph);
  const rest = others.flatMap((line) => [h("br"), line]);
  return h("p", { class: `verdict ${verdict.status.split(" ")[0]}` }, h("b", result), ...rest);
}
