// On paper everything is light, and a picture that is still being drawn is drawn to its end.

/** Prepare the view whenever it is printed; returns what ends that. */
export function followPrinting(app) {
  const before = () => app.colour(false);
  const after = () => app.colour();
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}
