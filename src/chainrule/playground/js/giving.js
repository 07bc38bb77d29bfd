// What leaves the page: a text to the clipboard, the picture and the page as files.

import { h } from "../../drawing/view/js/main.js";

/** How much larger a PNG is than the picture on the page. */
const SCALE = 2;

const MARGIN = 12;

/** What a shape of the picture looks like, which its style sheet says. */
const LOOKS = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "font-family",
  "font-size",
  "font-weight",
  "paint-order",
  "opacity",
];

/** The attributes on which that depends. */
const NAMING = ["class", "style", "font-size", "font-weight"];

/** Put a text on the clipboard; says whether that was possible. @param {string} text */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Save something as a file. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** The whole picture as SVG that needs no style sheet, and its size. @param {App} app
 *  @param {Map<string, Record<string, string>>} looks what shapes look like, as far as is known from
 *    an earlier picture of the same view */
export function pictureOf(app, looks = new Map()) {
  const shown = app.root.querySelector("svg.picture");
  const copy = /** @type {SVGSVGElement} */ (shown.cloneNode(true));
  const originals = shown.querySelectorAll("*");
  for (const [index, part] of [...copy.querySelectorAll("*")].entries()) {
    const look = lookOf(originals[index], looks);
    if (look.display === "none" || look.visibility === "hidden") part.classList.add("hidden");
    if (part.tagName !== "g") for (const name of LOOKS) part.setAttribute(name, look[name]);
    part.removeAttribute("style");
  }
  for (const part of copy.querySelectorAll(".hidden")) part.remove();
  for (const part of copy.querySelectorAll("[class]")) part.removeAttribute("class");
  const [wide, high] = app.scene.size.map((length) => Math.ceil(length + 2 * MARGIN));
  copy.firstElementChild.setAttribute("transform", `translate(${MARGIN} ${MARGIN})`);
  for (const [name, value] of Object.entries({
    xmlns: "http://www.w3.org/2000/svg",
    width: wide,
    height: high,
    viewBox: `0 0 ${wide} ${high}`,
  }))
    copy.setAttribute(name, String(value));
  copy.removeAttribute("class");
  const ground = getComputedStyle(app.root).backgroundColor;
  copy.insertAdjacentHTML("afterbegin", "<rect/>");
  const back = copy.firstElementChild;
  back.setAttribute("width", "100%");
  back.setAttribute("height", "100%");
  back.setAttribute("fill", ground);
  return { text: new XMLSerializer().serializeToString(copy), wide, high };
}

/** What a shape looks like: shapes with the same attributes look the same.
 *  @param {Element} part @param {Map<string, Record<string, string>>} looks */
function lookOf(part, looks) {
  const attributes = NAMING.map((name) => part.getAttribute(name));
  const key = [part.tagName, part.parentElement.getAttribute("class"), ...attributes].join("\n");
  const known = looks.get(key);
  if (known) return known;
  const style = getComputedStyle(part);
  const names = ["display", "visibility", ...LOOKS];
  const look = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
  looks.set(key, look);
  return look;
}

/** A picture as an image that a canvas can draw. @param {{ text: string }} picture */
export async function imageOf({ text }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return image;
}

/** @param {App} app */
export function saveSvg(app) {
  save(new Blob([pictureOf(app).text], { type: "image/svg+xml" }), "graph.svg");
}

/** @param {App} app */
export async function savePng(app) {
  const picture = pictureOf(app);
  const { wide, high } = picture;
  const image = await imageOf(picture);
  const canvas = h("canvas", { width: wide * SCALE, height: high * SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, wide * SCALE, high * SCALE);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  save(/** @type {Blob} */ (blob), "graph.png");
}

/** Save this page as one file that opens in this state, without a server.
 *  @param {Answer} answer @param {string} hash */
export function savePage(answer, hash) {
  const page = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
  page.querySelector("#play").replaceChildren();
  for (const film of page.querySelectorAll(".film")) film.remove();
  const language = document.documentElement.lang;
  const settings = { isServed: false, python: null, language, answer, hash };
  page.querySelector("#settings").textContent = JSON.stringify(settings).replace(/</g, "\\u003c");
  const file = new Blob([`<!DOCTYPE html>\n${page.outerHTML}`], { type: "text/html" });
  save(file, "playground.html");
}
