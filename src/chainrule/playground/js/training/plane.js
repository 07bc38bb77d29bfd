// A plane with points of two classes, and behind them what a network answers everywhere.

import { h } from "../../../drawing/view/js/main.js";

/** The plane reaches so far on both sides of zero. */
const REACH = 2;
/** How many numbers the answers are computed at, along each side. */
const CELLS = 48;
/** The pixels along each side of the picture; its style sheet says how large it is shown. */
const SIZE = 704;
const POINT = 9;
/** How strong a colour is where the answer is 0, and how much stronger it can be. */
const [FAINTEST, RANGE] = [0.06, 0.5];

const GRID = gridOf();

/** The coordinates of the cells' centres, row after row from the top. */
function gridOf() {
  const at = (/** @type {number} */ cell) => (2 * REACH * (cell + 0.5)) / CELLS - REACH;
  const across = Float64Array.from({ length: CELLS ** 2 }, (_, cell) => at(cell % CELLS));
  const down = Float64Array.from(across, (_, cell) => -at(Math.floor(cell / CELLS)));
  return [across, down];
}

/** What some nodes of a network are everywhere in the plane; its output unless they are named.
 *  @param {import("./network.js").Network} network @param {number[]} [nodes] */
export function answersOf(network, nodes) {
  return network.answers(GRID, nodes);
}

export class Plane {
  constructor(size = SIZE) {
    this.canvas = h("canvas.plane", { role: "img", width: size, height: size });
    this.brush = this.canvas.getContext("2d");
    /** One pixel a cell, which is drawn larger. */
    this.cells = h("canvas", { width: CELLS, height: CELLS }).getContext("2d");
    this.size = size;
  }

  /** Colour the plane by the answers at its cells: their sign, and how far they are from 0.
   *  @param {Float64Array} answers */
  colour(answers) {
    const { brush, cells, size } = this;
    const [ground, ...classes] = ["--ground", "--class-1", "--class-2"].map(colourOf);
    const picture = cells.createImageData(CELLS, CELLS);
    for (const [cell, answer] of answers.entries()) {
      const certainty = Number.isNaN(answer) ? 0 : Math.tanh(Math.abs(answer));
      const share = FAINTEST + RANGE * certainty;
      const own = classes[Number(answer > 0)];
      for (const [at, part] of own.entries())
        picture.data[4 * cell + at] = part * share + ground[at] * (1 - share);
      picture.data[4 * cell + 3] = 255;
    }
    cells.putImageData(picture, 0, 0);
    brush.imageSmoothingEnabled = true;
    brush.drawImage(cells.canvas, 0, 0, size, size);
  }

  /** Draw the line on which the answer is 0. @param {Float64Array} answers */
  border(answers) {
    const { brush, size } = this;
    const toPixel = (/** @type {number} */ cell) => ((cell + 0.5) * size) / CELLS;
    brush.beginPath();
    for (const [[x1, y1], [x2, y2]] of bordersIn(answers)) {
      brush.moveTo(toPixel(x1), toPixel(y1));
      brush.lineTo(toPixel(x2), toPixel(y2));
    }
    brush.strokeStyle = tokenOf("--ink");
    brush.lineWidth = size / 240;
    brush.stroke();
  }

  /** @param {Sample[]} points @param {number} [radius] */
  dot(points, radius = POINT) {
    const { brush, size } = this;
    const classes = ["--class-1", "--class-2"].map(tokenOf);
    brush.strokeStyle = tokenOf("--ground");
    brush.lineWidth = radius / 3;
    for (const [x, y, target] of points) {
      const isFirst = target > 0; // the classes are 0 and 1, or −1 and 1
      const [across, down] = [x, -y].map((each) => ((each + REACH) / (2 * REACH)) * size);
      brush.fillStyle = classes[Number(isFirst)];
      brush.beginPath();
      if (isFirst) brush.arc(across, down, radius, 0, 2 * Math.PI);
      else brush.rect(across - 0.9 * radius, down - 0.9 * radius, 1.8 * radius, 1.8 * radius);
      brush.fill(); // a shape too, not only a colour
      brush.stroke();
    }
  }
}

/** The pieces of the line on which numbers at the cells are 0, each with its two ends.
 *  @param {Float64Array} answers @returns {[number, number][][]} */
function bordersIn(answers) {
  const at = (x, y) => answers[y * CELLS + x];
  const pieces = [];
  for (let y = 0; y < CELLS - 1; y++)
    for (let x = 0; x < CELLS - 1; x++) {
      const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]]; // biome-ignore format: one row
      const ends = corners.flatMap(([x1, y1], side) => {
        const [x2, y2] = corners[(side + 1) % 4];
        const [one, two] = [at(x1, y1), at(x2, y2)];
        if (one > 0 === two > 0) return [];
        const share = one / (one - two);
        return [[x1 + share * (x2 - x1), y1 + share * (y2 - y1)]];
      });
      if (ends.length >= 2) pieces.push(ends.slice(0, 2));
      if (ends.length === 4) pieces.push(ends.slice(2));
    }
  return pieces;
}

/** @param {string} name */
function tokenOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A colour's red, green and blue. @param {string} name */
function colourOf(name) {
  const digits = tokenOf(name).slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}
