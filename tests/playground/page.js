// What the modules of the page need in Node: a document, and style sheets as text, as esbuild has them.

import { register } from "node:module";
import "../drawing/page/document.js";

const STYLES = `export async function load(url, context, next) {
  if (!url.endsWith(".css")) return next(url, context);
  return { format: "module", source: 'export default ""', shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(STYLES)}`);
