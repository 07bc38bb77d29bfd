// The random numbers of Python's `random.Random(seed)`, so that the same seed gives the same weights.
// Source: Matsumoto & Nishimura, Mersenne Twister, 1998; `init_by_array` and `random` as in CPython.

const SIZE = 624;
const AHEAD = 397;

export class Random {
  /** @param {number} seed a whole number from 0 to 2**32 - 1 */
  constructor(seed) {
    this.state = started(seed);
    this.at = SIZE;
  }

  /** The next number from 0 to 1, with 53 bits. */
  random() {
    const [high, low] = [this._word() >>> 5, this._word() >>> 6];
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** The next number between two others. @param {number} low @param {number} high */
  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  /** The next 32 bits. */
  _word() {
    if (this.at === SIZE) this._twist();
    let word = this.state[this.at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  _twist() {
    const { state } = this;
    for (let at = 0; at < SIZE; at++) {
      const mixed = (state[at] & 0x80000000) | (state[(at + 1) % SIZE] & 0x7fffffff);
      const odd = mixed & 1 ? 0x9908b0df : 0;
      state[at] = state[(at + AHEAD) % SIZE] ^ (mixed >>> 1) ^ odd;
    }
    this.at = 0;
  }
}

/** The state that a seed starts with. @param {number} seed */
function started(seed) {
  const state = new Uint32Array(SIZE);
  state[0] = 19650218;
  for (let at = 1; at < SIZE; at++)
    state[at] = Math.imul(1812433253, state[at - 1] ^ (state[at - 1] >>> 30)) + at;
  let at = 1;
  const advance = (/** @type {number} */ factor, /** @type {number} */ more) => {
    const before = state[at - 1] ^ (state[at - 1] >>> 30);
    state[at] = (state[at] ^ Math.imul(before, factor)) + more;
    at += 1;
    if (at < SIZE) return;
    state[0] = state[SIZE - 1];
    at = 1;
  };
  for (let turn = 0; turn < SIZE; turn++) advance(1664525, seed);
  for (let turn = 1; turn < SIZE; turn++) advance(1566083941, -at);
  state[0] = 0x80000000;
  return state;
}
