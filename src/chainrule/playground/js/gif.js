// The backward pass as an animated GIF, with the steps and the times of chainrule.animate.

import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { formatNumber, h, mount, stateText } from "../../drawing/view/js/main.js";
import { imageOf, pictureOf, save } from "./giving.js";
import { say } from "./words.js";

/*! The page contains gifenc 1.0.3, https://github.com/mattdesl/gifenc

The MIT License (MIT). Copyright (c) 2017 Matt DesLauriers

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */

const MOST_FRAMES = 200;

/** How much larger a frame is than the picture on the page, and its longest side in pixels. */
const [SCALE, LARGEST] = [2, 1600];

/** How long a frame is shown in milliseconds, and how many times as long the last one. */
const [TIME, LAST] = [1200, 3];

const COLOURS = 128;

/** The height of a frame's caption, and the size of its letters. */
const [CAPTION, LETTERS] = [30, 13];

/** Save the backward pass of the graph that is shown, with its present numbers.
 *
 *  @param {import("./playground.js").Playground} page
 *  @param {(done: number, total: number) => void} follow what is called after each frame
 *  @param {AbortSignal} signal ends it, and nothing is saved
 *  @throws {Error} if the pass is too long, or the frames would give an exercise away */
export async function saveGif(page, follow, signal) {
  const { graph } = page.app;
  if (graph.practice) throw new Error(say("gif_practice"));
  const total = graph.events.length + 1;
  if (total > MOST_FRAMES)
    throw new Error(say("gif_too_long", { most: MOST_FRAMES, count: total }));
  const stage = new Stage(page);
  try {
    follow(0, total);
    const gif = GIFEncoder();
    const palette = quantize(await stage.sample(total), COLOURS);
    for (let at = 1; at <= total; at++) {
      const { data, width, height } = await stage.frame(at);
      if (signal.aborted) return;
      const delay = at < total ? TIME : LAST * TIME;
      const colours = at === 1 ? { palette } : {};
      gif.writeFrame(applyPalette(data, palette), width, height, { ...colours, delay });
      follow(at, total);
    }
    gif.finish();
    save(new Blob([gif.bytes()], { type: "image/gif" }), "backward.gif");
  } finally {
    stage.close();
  }
}

/** A second view of the graph beside the page, where its pass is played. */
class Stage {
  /** What the shapes look like, once they have been drawn. @type {Map<string, any>} */
  looks = new Map();

  /** @param {import("./playground.js").Playground} page */
  constructor(page) {
    const { app, answer, isDark } = page;
    const [width, height] = app.scene.size.map((length) => `${Math.ceil(length) + 40}px`);
    this.host = h("div.film", { inert: true, "aria-hidden": "true" });
    Object.assign(this.host.style, { position: "fixed", left: "-99999px", width, height });
    document.body.append(this.host);
    this.remove = mount(this.host, answer.graph, {
      frame: "still",
      theme: isDark ? "dark" : "light",
      isUpright: app.scene.isUpright,
      state: stateText(app),
    });
    /** @type {App} */
    this.app = /** @type {any} */ (this.host).chainruleView;
    this.app.chosen = null; // its ring and its edges aren't part of the pass
  }

  close() {
    this.remove();
    this.host.remove();
  }

  /** The colours of the last frame and of one in which an edge is at work.
   *  @param {number} total */
  async sample(total) {
    const frames = [await this.frame(total), await this.frame(Math.min(2, total))];
    const all = new Uint8ClampedArray(frames[0].data.length + frames[1].data.length);
    all.set(frames[0].data);
    all.set(frames[1].data, frames[0].data.length);
    return all;
  }

  /** The picture after some steps of the pass. @param {number} at @returns {Promise<ImageData>} */
  async frame(at) {
    this.app.seek(at);
    const picture = pictureOf(this.app, this.looks);
    const image = await imageOf(picture);
    await new Promise((resolve) => setTimeout(resolve)); // the page stays alive meanwhile
    const [wide, high] = [picture.wide, picture.high + CAPTION];
    const scale = Math.min(SCALE, LARGEST / wide, LARGEST / high);
    const canvas = h("canvas", {
      width: Math.round(wide * scale),
      height: Math.round(high * scale),
    });
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const { backgroundColor, color, fontFamily } = getComputedStyle(this.app.root);
    context.fillStyle = backgroundColor;
    context.fillRect(0, 0, wide, high);
    context.drawImage(image, 0, 0, picture.wide, picture.high);
    context.fillStyle = color;
    context.font = `${LETTERS}px ${fontFamily}`;
    context.fillText(caption(this.app.graph), LETTERS, high - LETTERS, wide - 2 * LETTERS);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }
}

/** A step of the pass in one line. @param {Graph} graph */
function caption({ at, length, event, nodes }) {
  const begin = { at: at - 1, last: length - 1 };
  if (!event) return say("gif_start", begin);
  const { user, slot, operand } = event;
  const nameOf = ({ name, symbol }) => name || symbol || say("gif_leaf");
  const { grad, partials } = nodes[user];
  const [above, partial, added] = [grad, partials[slot], grad * partials[slot]].map(formatNumber);
  const [from, to] = [user, operand].map((index) => nameOf(nodes[index]));
  const factors = `${above} × ${partial} = ${added}`;
  return say("gif_step", { ...begin, user: from, operand: to, factors });
}
