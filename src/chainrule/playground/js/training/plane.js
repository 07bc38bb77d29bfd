// A plane with points of two classes, and behind them what a network answers everywhere.

import { h } from "../../../drawing/view/js/main.js";

/** The plane reaches so far on both sides of zero. */
const REACH = 2;
/** How many numbers the answers are computed at, along each side. */
export const CELLS = 48;
/** The pixels along each side of the picture; its style sheet says how large it is shown. */
const SIZE = 704;
/** How strong a colour is where the answer is 0, and how much stronger it can be. */
const [FAINTEST, RANGE] = [0.06, 0.5];

/** @type {Map<number, Float64Array[]>} */
const grids = new Map();

/** The coordinates of the cells' centres, row after row from the top; the first and the last lie on
 *  the edges of the plane. @param {number} cells */
function gridOf(cells) {
  if (!grids.has(cells)) {
    const at = (/** @type {number} */ cell) => (2 * REACH * cell) / (cells - 1) - REACH;
    const across = Float64Array.from({ length: cells ** 2 }, (_, cell) => at(cell % cells));
    const down = Float64Array.from(across, (_, cell) => -at(Math.floor(cell / cells)));
    grids.set(cells, [across, down]);
  }
  return grids.get(cells);
}

/** What some nodes of a network are everywhere in the plane; its output unless they are named.
 *  @param {import("./network.js").Network} network @param {number[]} [nodes] @param {number} cells */
export function answersOf(network, nodes, cells = CELLS) {
  return network.answers(gridOf(cells), nodes);
}

/** The colours of the page: of its ground, of both classes and of lines. */
export function paletteOf() {
  const style = getComputedStyle(document.documentElement);
  const [ground, first, second, ink] = ["ground", "class-1", "class-2", "ink"].map((name) =>
    style.getPropertyValue(`--${name}`).trim(),
  );
  return { ground, classes: [first, second], ink };
}

export class Plane {
  /** @param {number} size in pixels @param {number} cells how many colours along each side */
  constructor(size = SIZE, cells = CELLS) {
    this.canvas = h("canvas.plane", { width: size, height: size });
    this.brush = this.canvas.getContext("2d");
    this.size = size;
    this.cells = cells;
    /** One pixel a cell, which is drawn larger. */
    this.small = h("canvas", { width: cells, height: cells }).getContext("2d");
    this.picture = this.small.createImageData(cells, cells);
  }

  /** Draw points and, where there are any, the answers and the line between the classes.
   *  @param {Sample[]} points @param {number} radius @param {Float64Array} [answers] */
  draw(points, radius, answers) {
    const palette = paletteOf();
    const { brush, size } = this;
    brush.fillStyle = palette.ground;
    brush.fillRect(0, 0, size, size);
    if (answers) {
      this.colour(answers, palette);
      this._border(answers, palette);
    }
    brush.strokeStyle = palette.ground;
    brush.lineWidth = radius / 3;
    for (const [x, y, target] of points) {
      const isFirst = target > 0; // the classes are 0 and 1, or −1 and 1
      const [across, down] = [x, -y].map((each) => ((each + REACH) / (2 * REACH)) * size);
      brush.fillStyle = palette.classes[Number(isFirst)];
      brush.beginPath();
      if (isFirst) brush.arc(across, down, radius, 0, 2 * Math.PI);
      else brush.rect(across - 0.9 * radius, down - 0.9 * radius, 1.8 * radius, 1.8 * radius);
      brush.stroke();
      brush.fill(); // a shape too, not only a colour
    }
  }

  /** Colour the plane by the sign of the answers and by how far they are from 0.
   *  @param {Float64Array} answers @param {ReturnType<typeof paletteOf>} palette */
  colour(answers, palette) {
    const { brush, small, size, cells, picture } = this;
    const { data } = picture;
    const ground = partsOf(palette.ground);
    const classes = palette.classes.map(partsOf);
    for (let cell = 0; cell < cells * cells; cell++) {
      const share = FAINTEST + RANGE * (Math.tanh(Math.abs(answers[cell])) || 0);
      const own = classes[answers[cell] > 0 ? 1 : 0];
      for (let part = 0; part < 3; part++)
        data[4 * cell + part] = own[part] * share + ground[part] * (1 - share);
      data[4 * cell + 3] = 255;
    }
    small.putImageData(picture, 0, 0);
    const side = size / (cells - 1);
    brush.drawImage(small.canvas, -side / 2, -side / 2, size + side, size + side);
  }

  /** Draw the line on which the answer is 0. @param {Float64Array} answers */
  _border(answers, { ink }) {
    const { brush, size } = this;
    const toPixel = (/** @type {number} */ cell) => (cell * size) / (CELLS - 1);
    brush.beginPath();
    for (const [[x1, y1], [x2, y2]] of borderIn(answers)) {
      brush.moveTo(toPixel(x1), toPixel(y1));
      brush.lineTo(toPixel(x2), toPixel(y2));
    }
    brush.strokeStyle = ink;
    brush.lineWidth = size / 240;
    brush.stroke();
  }
}

/** The pieces of the line on which the answers are 0, each with its two ends, in cells.
 *  @param {Float64Array} answers @returns {[number, number][][]} */
export function borderIn(answers) {
  const pieces = [];
  for (let y = 0; y < CELLS - 1; y++)
    for (let x = 0; x < CELLS - 1; x++) {
      const ends = crossings(answers, x, y);
      if (ends.length >= 2) pieces.push(ends.slice(0, 2));
      if (ends.length === 4) pieces.push(ends.slice(2));
    }
  return pieces;
}

/** Where the answer is 0 on the sides of a square between four cells.
 *  @returns {[number, number][]} */
function crossings(answers, x, y) {
  const at = y * CELLS + x;
  const corners = [answers[at], answers[at + 1], answers[at + CELLS + 1], answers[at + CELLS]];
  const count = corners.filter((answer) => answer > 0).length;
  if (count === 0 || count === 4) return [];
  return SIDES.flatMap(([[x1, y1], [x2, y2]], side) => {
    const [one, two] = [corners[side], corners[(side + 1) % 4]];
    if (one > 0 === two > 0) return [];
    const share = one / (one - two);
    return [[x + x1 + share * (x2 - x1), y + y1 + share * (y2 - y1)]];
  });
}

const SIDES = [
  [
    [0, 0],
    [1, 0],
  ],
  [
    [1, 0],
    [1, 1],
  ],
  [
    [1, 1],
    [0, 1],
  ],
  [
    [0, 1],
    [0, 0],
  ],
];

/** A colour's red, green and blue. @param {string} colour such as #e69f00 */
function partsOf(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
