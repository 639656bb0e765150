// @ts-check
// Time for people, and an axis that keeps the order of instants and shrinks long gaps. Instants and lengths
// are nanoseconds.

const second = 1e9;

/**
 * A length in the largest unit that needs at most three decimals, rounded down: "14s", "27.7ms", "250us".
 * @param {number} ns
 */
export function lengthText(ns) {
  const step = ns < 1e7 ? 1e3 : ns < second ? 1e5 : 1e6;
  const length = Math.floor(ns / step) * step;
  /** @type {[number, string][]} */
  const units = [[3600 * second, 'h'], [60 * second, 'min'], [second, 's'], [1e6, 'ms'], [1e3, 'us']];
  if (length === 0) return '0s';
  for (const [size, unit] of units) {
    if (length < size || length % (size / 1000) !== 0) continue;
    return String(Math.round(length / (size / 1000)) / 1000) + unit;
  }
  return `${length}ns`;
}

/**
 * An instant, rounded down: "4.702ms", "14.031s".
 * @param {number} ns
 */
export function instantText(ns) {
  if (ns < second) return lengthText(ns);
  const ms = Math.floor(ns / 1e6);
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}s`;
}

/**
 * How much room a gap deserves: 24 a decade of milliseconds, beside what its ends need themselves.
 * @param {number} ns
 */
export function gapWeight(ns) {
  return 24 * Math.log10(1 + Math.max(0, ns) / 1e6);
}

/**
 * @typedef {object} Axis
 * @property {number[]} times rising, without twins
 * @property {number[]} xs where each lies, rising
 * @property {number} width
 * @property {(ns: number) => number} at the place of any instant; beyond the ends the ends' place
 */

/**
 * Places instants on [lead, width - tail]. The gap before an instant weighs its logarithm and `room(ns)`;
 * all weights are stretched together to fill the width, and shrunk to `tightest` of themselves at most: a
 * busy stretch of time makes the axis wider than asked for.
 * @param {number[]} instants in any order
 * @param {{width: number, lead: number, tail: number, tightest: number, room: (ns: number) => number}} options
 * @returns {Axis}
 */
export function compressedAxis(instants, {width, lead, tail, tightest, room}) {
  const times = [...new Set(instants)].sort((a, b) => a - b);
  const weights = times.slice(1).map((time, i) => room(time) + gapWeight(time - times[i]));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const scale = whole > 0 ? Math.max(tightest, (width - lead - tail) / whole) : 1;
  const xs = [lead];
  for (const weight of weights) xs.push(xs[xs.length - 1] + weight * scale);
  const end = xs[xs.length - 1];
  /** @param {number} ns */
  const at = (ns) => {
    const after = firstAfter(times, ns);
    if (after === 0) return lead;
    if (after === times.length) return end;
    const share = (ns - times[after - 1]) / (times[after] - times[after - 1]);
    return xs[after - 1] + share * (xs[after] - xs[after - 1]);
  };
  return {times, xs, width: Math.max(width, end + tail), at};
}

/**
 * The place of the first element above `value` in a rising list.
 * @param {number[]} rising
 * @param {number} value
 */
export function firstAfter(rising, value) {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
