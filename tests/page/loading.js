// How the pages' modules are loaded in Node: style sheets as text, as esbuild has them, a plain field
// instead of CodeMirror, and nothing that makes a GIF; both of these need a browser. `document.js`
// has to be loaded before them.

import { register } from "node:module";
import "./document.js";

const FIELD = new URL("./editor.js", import.meta.url).href;
const NO_GIF =
  "data:text/javascript,export const [applyPalette, GIFEncoder, quantize] = [null, null, null];";
const HOOKS = `export async function load(url, context, next) {
  if (!url.endsWith(".css")) return next(url, context);
  const source = "export default " + JSON.stringify(url.split("/").at(-1));
  return { format: "module", source, shortCircuit: true };
}
export async function resolve(name, context, next) {
  const isField = name === "./editor.js" && context.parentURL.includes("/course/js/");
  const url = isField ? ${JSON.stringify(FIELD)} : name === "gifenc" ? ${JSON.stringify(NO_GIF)} : "";
  return url ? { url, shortCircuit: true } : next(name, context);
}`;
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
