// The sentences of a verdict, which Python and the page share.

import { PHRASES } from "../generated/phrases.js";

/** A phrase by its name in verdict/gradients/phrases.py, with its gaps filled in. */
export function phrase(name, values = {}) {
  return PHRASES[name].replace(/\{(\w+)\}/g, (_gap, key) => String(values[key]));
}
