// A verdict on a gradient as a paragraph.

import { NOT_COMPARABLE, RIGHT } from "../generated/facts.js";
import { h } from "./dom.js";
import { formatShort } from "./numbers.js";

/** @param {Verdict} verdict @param {string} root */
export function verdictWords({ status, expected, found, mistake, why, slopes }, root) {
  const lines = [];
  if (status === RIGHT) lines.push(why ? `✓ Right: ${why}.` : "✓ Right.");
  else if (status === NOT_COMPARABLE) lines.push(`Not comparable: ${why}.`);
  else {
    lines.push(
      h("b", `✗ Wrong. Expected ${formatShort(expected)}, found ${formatShort(found)}.`),
      mistake,
    );
    if (why) lines.push(`${why.charAt(0).toUpperCase()}${why.slice(1).replace(/\.$/, "")}.`);
  }
  if (slopes) {
    const [left, right] = slopes.map((x) => formatShort(Number(x.toPrecision(4))));
    lines.push(
      `The slope of ${root} is ${left} to the left of this kink and ${right} to its right; ` +
        `the rule gives ${formatShort(expected)}.`,
    );
  }
  const separated = lines.flatMap((line, at) => (at ? [h("br"), line] : [line]));
  return h("p", { class: `verdict ${status.split(" ")[0]}`, role: "status" }, ...separated);
}
