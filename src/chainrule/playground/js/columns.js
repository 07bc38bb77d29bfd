// Many numbers at once: a function applied to columns of them.

/** Apply a function to columns of numbers. @param {(...numbers: number[]) => number} function_
 *  @param {Float64Array[]} columns up to three @param {Float64Array} out */
export function apply(function_, [x, y, z], out, count) {
  if (z) for (let row = 0; row < count; row++) out[row] = function_(x[row], y[row], z[row]);
  else if (y) for (let row = 0; row < count; row++) out[row] = function_(x[row], y[row]);
  else for (let row = 0; row < count; row++) out[row] = function_(x[row]);
}
