// Which part of the picture is visible: dragging, the wheel, two fingers.

import { contains, grown } from "./geometry.js";

/** The limits of the scale, and the largest at which the whole picture is shown. */
const [SMALLEST, LARGEST, LARGEST_WHOLE] = [0.002, 6, 1.25];

/** The scale at which the smallest letters have 9 pixels; the scale below which a view opens at a
 *  legible part instead of the whole; and the scale below which the camera goes up to a node. */
const [LEGIBLE, SMALL_WHOLE, FAR_OFF] = [0.95, 0.6, 0.45];

/** On a telephone a view opens at a part if the whole were smaller than this: its letters have 10
 *  pixels, and it is seen in its whole width if that can be. */
const SMALL_ON_PHONE = 0.85;
const PHONE = window.matchMedia("(max-width: 40rem)");

/** The scale below which the camera goes up to what is worked on. */
const TOO_SMALL = 0.75;
const MARGIN_AROUND = 8;

export class Camera {
  x = 0;
  y = 0;
  k = 1;
  width = 1;
  height = 1;
  isFitted = true;
  isHome = true;
  /** Whether the camera went up to what is worked on, and nobody has moved it since. */
  isNear = false;
  /** The pointers that are down, and where. @type {Map<number, [number, number]>} */
  pointers = new Map();
  travelled = 0;

  /** @param {HTMLElement} stage @param {Scene} scene */
  constructor(stage, scene, listeners) {
    this.stage = stage;
    this.scene = scene;
    this.listeners = listeners;
    stage.addEventListener("pointerdown", (event) => this._down(event));
    stage.addEventListener("pointermove", (event) => this._move(event));
    stage.addEventListener("pointerup", (event) => this._up(event));
    stage.addEventListener("pointercancel", (event) => this._up(event));
    stage.addEventListener("pointerleave", () => listeners.point(null));
    stage.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
  }

  measure() {
    const { width, height } = this.stage.getBoundingClientRect();
    const isNew = width !== this.width || height !== this.height;
    Object.assign(this, { width: Math.max(width, 1), height: Math.max(height, 1) });
    return isNew;
  }

  /** Show the whole picture. */
  fit() {
    const [wide, high] = this.scene.size;
    const [width, height] = [this.width - 2 * MARGIN_AROUND, this.height - 2 * MARGIN_AROUND];
    this.k = Math.max(SMALLEST, Math.min(width / wide, height / high, LARGEST_WHOLE));
    this.x = (this.width - wide * this.k) / 2;
    this.y = (this.height - high * this.k) / 2;
    Object.assign(this, { isFitted: true, isHome: false, isNear: false });
    this.listeners.moved();
  }

  /** Show the whole picture or, if that would be illegible, the surroundings of a box; `far` shows
   *  the whole also where one must look closely. */
  open(box, far = false) {
    this.fit();
    const isOnPhone = PHONE.matches && this.scene.isUpright;
    const least = isOnPhone ? SMALL_ON_PHONE : far ? FAR_OFF : SMALL_WHOLE;
    if (this.k < least) {
      const across = (this.width - 2 * MARGIN_AROUND) / this.scene.size[0];
      this.show(box, isOnPhone && across >= least ? Math.min(across, 1) : LEGIBLE);
    }
    this.isHome = true;
  }

  /** The visible part in the picture's own coordinates, with a margin relative to its size.
   *  @returns {Box} */
  view(margin = 0) {
    const [w, h] = [this.width / this.k, this.height / this.k];
    return grown({ x: -this.x / this.k, y: -this.y / this.k, w, h }, margin * w, margin * h);
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this._keepInSight();
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const k = Math.max(SMALLEST, Math.min(this.k * factor, LARGEST));
    this.x = x - ((x - this.x) * k) / this.k;
    this.y = y - ((y - this.y) * k) / this.k;
    this.k = k;
    this._keepInSight();
  }

  /** Keep some of the picture in the window. */
  _keepInSight() {
    const [wide, high] = this.scene.size;
    const rest = 60;
    this.x = Math.min(Math.max(this.x, rest - wide * this.k), this.width - rest);
    this.y = Math.min(Math.max(this.y, rest - high * this.k), this.height - rest);
    this._isElsewhere();
  }

  _isElsewhere() {
    Object.assign(this, { isFitted: false, isHome: false, isNear: false });
    this.listeners.moved();
  }

  /** Bring a box into the window; `near` also makes it legible. */
  reveal(box, near = false) {
    const edge = Math.min(40, this.width / 8) / this.k;
    if (near && this.k < FAR_OFF) this.show(box, LEGIBLE);
    else if (!this.isFitted && !contains(grown(this.view(), -edge), box)) this.show(box);
  }

  /** Move towards a box nearby as far as another one stays in the window.
   *  @param {Box} box @param {Box} towards */
  lean(box, towards) {
    const view = this.view(0.5);
    if (contains(this.view(), towards) || !contains(view, towards)) return;
    const edge = Math.min(40, this.width / 8);
    const by = (room, shift, [kept, keptLong], [wanted, wantedLong]) => {
      const inside = (start, long) => [edge - start, room - edge - start - long];
      const [most, least] = inside(wanted * this.k + shift, wantedLong * this.k);
      const [low, high] = inside(kept * this.k + shift, keptLong * this.k);
      const wish = most > 0 ? most : Math.min(least, 0);
      return low <= high ? Math.max(low, Math.min(high, wish)) : 0;
    };
    this.pan(
      by(this.width, this.x, [box.x, box.w], [towards.x, towards.w]),
      by(this.height, this.y, [box.y, box.h], [towards.y, towards.h]),
    );
  }

  /** Bring a box that is worked on into the window, large enough to be read; somewhat smaller if
   *  the picture's whole width is then seen. @param {Box} box */
  approach(box) {
    if (this.k >= TOO_SMALL) {
      this.reveal(box);
      return;
    }
    const across = (this.width - 2 * MARGIN_AROUND) / this.scene.size[0];
    this.show(box, across < TOO_SMALL ? LEGIBLE : Math.min(across, LEGIBLE));
    this.isNear = true;
  }

  /** The point in the middle of the window, and the scale. @returns {[number, number, number]} */
  middle() {
    const round = (x) => Number(x.toPrecision(5));
    const at = (room, shift) => round((room / 2 - shift) / this.k);
    return [at(this.width, this.x), at(this.height, this.y), round(this.k)];
  }

  /** Put a point into the middle of the window. */
  centre(x, y, k) {
    this.k = Math.max(SMALLEST, Math.min(k, LARGEST));
    this.x = this.width / 2 - x * this.k;
    this.y = this.height / 2 - y * this.k;
    this._keepInSight();
  }

  /** Show a box as large as it is legible and fits into the window. @param {Box} box */
  frame(box) {
    const around = 4 * MARGIN_AROUND;
    const [width, height] = [this.width - around, this.height - around];
    this.show(box, Math.max(SMALLEST, Math.min(width / box.w, height / box.h, LEGIBLE)));
  }

  /** Centre a box as far as possible without leaving empty space beside the picture. */
  show(box, k = this.k) {
    const [wide, high] = this.scene.size;
    const aim = (room, length, middle) =>
      length <= room
        ? (room - length) / 2
        : Math.max(room - length, Math.min(0, room / 2 - middle * k));
    const x = aim(this.width, wide * k, box.x + box.w / 2);
    const y = aim(this.height, high * k, box.y + box.h / 2);
    if (x === this.x && y === this.y && k === this.k) return; // it is at home still, if it was
    Object.assign(this, { x, y, k });
    this._isElsewhere();
  }

  /** The point under a pointer, in the picture and in the window. */
  pointOf(event) {
    const { left, top } = this.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return { x: (x - this.x) / this.k, y: (y - this.y) / this.k, windowX: x, windowY: y };
  }

  _down(event) {
    if (event.button > 0) return;
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.travelled = this.pointers.size > 1 ? Infinity : 0;
  }

  _move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.listeners.point(this.pointOf(event));
      return;
    }
    /** @type {[number, number]} */
    const now = [event.clientX, event.clientY];
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    this.travelled += Math.hypot(dx, dy);
    this.pointers.set(event.pointerId, now);
    if (others.length) this._pinch(before, now, others[0][1]);
    else if (this.travelled > 3) {
      this.listeners.point(null);
      this.pan(dx, dy);
    }
  }

  _pinch(before, now, other) {
    const { left, top } = this.stage.getBoundingClientRect();
    const apart = (point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
    this.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    this.zoom(
      apart(now) / apart(before),
      (now[0] + other[0]) / 2 - left,
      (now[1] + other[1]) / 2 - top,
    );
  }

  _up(event) {
    const was = this.pointers.delete(event.pointerId);
    if (was && event.type === "pointerup" && this.travelled <= 3)
      this.listeners.click(this.pointOf(event));
  }

  _wheel(event) {
    if (!this.listeners.wheel(event)) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0018;
    const { windowX, windowY } = this.pointOf(event);
    this.zoom(Math.exp(-event.deltaY * unit * speed), windowX, windowY);
  }
}
