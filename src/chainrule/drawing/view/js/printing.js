// On paper the theme is light, and a picture that is still being drawn is finished first.

/** Prepare the view whenever it is printed; returns a function that stops this. */
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
