// Figures become interactive when they come near, and those with stages follow the text.
// This is appended to the view's own module, so `mount` is in scope.

/** How far below the window a figure starts, in pixels. */
const AHEAD = 800;

/** A stage is reached once its text has come up to this share of the room that text has. */
const LINE = { beside: 0.45, below: 0.35 };

const isBeside = window.matchMedia("(min-width: 70rem)");

/** Lay the view over the still picture, which paper keeps; if that fails, the page stays as it was
 *  printed. @param {HTMLElement} figure */
function start(figure) {
  const picture = /** @type {HTMLElement} */ (figure.querySelector("[data-view]"));
  const data = document.getElementById(picture.dataset.view).textContent;
  const walk = figure.closest(".walk");
  const beside = { frame: "figure", isUpright: true };
  const settings = !walk ? { frame: "figure" } : isBeside.matches ? beside : { frame: "bare" };
  const view = document.createElement("div");
  view.className = "view";
  picture.append(view);
  try {
    mount(view, JSON.parse(data), settings);
  } catch (error) {
    view.remove();
    document.documentElement.classList.remove("scripted");
    throw error;
  }
  picture.classList.add("started");
  if (walk) follow(walk, figure, view.chainruleView);
}

/** Show the stage that is being read.
 *  @param {Element} walk @param {HTMLElement} figure @param {App} app */
function follow(walk, figure, app) {
  const stages = /** @type {HTMLElement[]} */ ([...walk.querySelectorAll(".stage")]);
  let shown = -1;
  const look = () => {
    const { bottom } = figure.getBoundingClientRect();
    const line = isBeside.matches
      ? innerHeight * LINE.beside
      : bottom + (innerHeight - bottom) * LINE.below;
    const reached = stages.filter((stage) => stage.getBoundingClientRect().top < line).length;
    if (reached === shown || app.graph.practice) return;
    shown = reached;
    for (const [index, stage] of stages.entries())
      stage.classList.toggle("reached", index === reached - 1);
    app.player.seek(reached ? Number(stages[reached - 1].dataset.at) : 0);
  };
  addEventListener("scroll", look, { passive: true });
  addEventListener("resize", look);
  look();
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      start(/** @type {HTMLElement} */ (target));
    }
  },
  { rootMargin: `${AHEAD}px 0px` },
);
for (const figure of document.querySelectorAll("figure.live")) near.observe(figure);
