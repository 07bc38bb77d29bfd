// Figures become interactive when they come near, and those with stages follow the text.
// This is appended to the view's own module, so `mount` is in scope.

/** How far below the window a figure starts, in pixels. */
const AHEAD = 800;

/** A stage is reached once its text comes to this share of the window's height. */
const LINE = { beside: 0.45, below: 0.8 };

const isBeside = window.matchMedia("(min-width: 70rem)");

/** Replace the still picture by the view; if that fails, the page stays as it was printed.
 *  @param {HTMLElement} figure */
function start(figure) {
  const element = /** @type {HTMLElement} */ (figure.querySelector("[data-view]"));
  const data = document.getElementById(element.dataset.view).textContent;
  const walk = figure.closest(".walk");
  const beside = { frame: "figure", isUpright: true };
  const settings = !walk ? { frame: "figure" } : isBeside.matches ? beside : { frame: "bare" };
  try {
    mount(element, JSON.parse(data), settings);
  } catch (error) {
    document.documentElement.classList.remove("scripted");
    throw error;
  }
  if (walk) follow(walk, element.chainruleView);
}

/** Show the stage that is being read. @param {Element} walk @param {App} app */
function follow(walk, app) {
  const stages = /** @type {HTMLElement[]} */ ([...walk.querySelectorAll(".stage")]);
  let shown = -1;
  const look = () => {
    const line = innerHeight * (isBeside.matches ? LINE.beside : LINE.below);
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
