// A derivative measured by nudging, as verdict/measurement.py does it: automatic step,
// extrapolation (Ridders, Advances in Engineering Software 4, 1982), and an estimate of the error.

import {
  CLOSER_LOOKS,
  EPSILON,
  FIRST_STEP,
  HIDDEN_KINK,
  STEP_RATIO,
  STEPS,
} from "../generated/tolerances.js";

/** Measure the slope of `follow` at x; its value is nan if `follow` isn't finite near x. */
export function measure(follow, x, noise) {
  const middle = follow(x);
  const size = Math.abs(x) || 1;
  let best = { value: NaN, error: Infinity, rounding: Infinity };
  let before = [];
  let steepest = 0;
  for (let step = FIRST_STEP * size, turn = 0; turn < STEPS; turn++, step /= STEP_RATIO) {
    const [up, down] = [x + step, x - step];
    if (!(down < x && x < up)) break;
    const [high, low] = [follow(up), follow(down)];
    const slope = (high - low) / (up - down);
    if (!Number.isFinite(slope)) {
      before = [];
      continue;
    }
    const rounding =
      (4 * (noise + EPSILON * Math.max(Math.abs(high), Math.abs(low)))) / (up - down);
    const [row, value, bent] = extrapolated(before, slope);
    before = row;
    steepest ||= Math.max(
      Math.abs((middle - low) / (x - down)),
      Math.abs((high - middle) / (up - x)),
    );
    if (bent + rounding < best.error || Number.isNaN(best.value))
      best = { value, error: bent + rounding, rounding };
    if (rounding > best.error) break;
  }
  const side = (step) => slopeOfSide(follow, x, middle, noise, step);
  return withSides(best, side, x, HIDDEN_KINK * steepest);
}

/** One more row of Neville's table; its best entry and how far that one moved. */
function extrapolated(before, slope) {
  const row = [slope];
  let [value, bent, factor] = [slope, Infinity, STEP_RATIO * STEP_RATIO];
  for (const old of before) {
    const last = row[row.length - 1];
    const entry = (factor * last - old) / (factor - 1);
    const by = Math.max(Math.abs(entry - last), Math.abs(entry - old));
    if (by <= bent) [value, bent] = [entry, by];
    row.push(entry);
    factor *= STEP_RATIO * STEP_RATIO;
  }
  return [row, value, bent];
}

/** The slope on one side, and how far off it may be because of rounding. */
function slopeOfSide(follow, x, middle, noise, step) {
  const [far, close] = [x + step, x + step / 8];
  if (far === x || close === x) return [NaN, NaN];
  const [wide, narrow] = [far - x, close - x]; // not exactly 8 : 1, as far and close are rounded
  const [outer, inner] = [follow(far), follow(close)];
  const [steep, flat] = [(outer - middle) / wide, (inner - middle) / narrow];
  const size =
    Math.abs(middle) +
    Math.abs(outer) +
    Math.abs(inner) +
    Math.abs(x) * (Math.abs(steep) + Math.abs(flat));
  const lost = (10 * (noise + EPSILON * size)) / Math.abs(step);
  return [(wide * flat - narrow * steep) / (wide - narrow), lost];
}

/** The slope, or 0 where it may be nothing but rounding. */
function unlessLost(slope, lost) {
  return Math.abs(slope) <= lost ? 0 : slope;
}

/** Add the slopes on both sides. They are measured closer and closer while their difference keeps
 *  shrinking: at a kink it stays, and where the function is smooth it vanishes. */
function withSides(best, side, x, unseen) {
  const within = (near) => {
    const [[left, offLeft], [right, offRight]] = [side(-near), side(near)];
    const rounding = offLeft + offRight;
    return { left: unlessLost(left, offLeft), right: unlessLost(right, offRight), rounding };
  };
  let near = Math.max(2e-6 * (Math.abs(x) || 1), 1e-12);
  let found = { ...best, ...within(near), hasKink: false, hasJump: false };
  if (Number.isNaN(best.value)) return found;
  for (let turn = 0; turn < CLOSER_LOOKS; turn++) {
    const { left, right, rounding } = found;
    const gap = Math.abs(right - left);
    const size = Math.max(Math.abs(left), Math.abs(right));
    if (!(gap > 1e-3 * size && gap > unseen && gap > 100 * rounding)) return found;
    near /= STEP_RATIO * STEP_RATIO;
    const now = within(near);
    const again = Math.abs(now.right - now.left);
    if (100 * now.rounding > gap || !(again < 0.9 * gap))
      return { ...found, hasKink: true, hasJump: again > 8 * gap };
    found = { ...found, ...now };
  }
  return found;
}

/** Whether the measured slope is the one that the rules give. */
export function isConventional({ value, error }, expected) {
  const room = 10 * error + 1e-6 * Math.max(Math.abs(expected), Math.abs(value));
  return Math.abs(value - expected) <= room + 1e-12;
}
