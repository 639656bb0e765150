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
 * A length that is a figure of its own: "15.1 h", "54 s".
 * @param {number} ns
 */
export function roughLengthText(ns) {
  /** @type {[number, string][]} */
  const units = [[86400 * second, 'days'], [3600 * second, 'h'], [60 * second, 'min'], [second, 's'], [1e6, 'ms']];
  const [size, unit] = units.find(([size]) => ns >= 2 * size) ?? [1e6, 'ms'];
  const count = ns / size;
  return `${count < 100 ? Math.round(count * 10) / 10 : Math.round(count).toLocaleString('en')} ${unit}`;
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
 * @typedef {{width: number, lead: number, tail: number, tightest: number}} Fit
 */

/**
 * Where instants lie whose gaps have these weights: on [lead, width - tail], all weights stretched together,
 * but shrunk to `tightest` of themselves at most. A busy stretch of time makes the axis wider than asked for.
 * @param {number[]} weights of the gaps between instants
 * @param {Fit} fit
 */
export function spread(weights, {width, lead, tail, tightest}) {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const scale = whole > 0 ? Math.max(tightest, (width - lead - tail) / whole) : 1;
  const xs = [lead];
  for (const weight of weights) xs.push(xs[xs.length - 1] + weight * scale);
  return {xs, width: Math.max(width, xs[xs.length - 1] + tail)};
}

/**
 * @typedef {object} Axis
 * @property {number[]} times rising, without twins
 * @property {number[]} xs where each lies, rising
 * @property {number} width
 * @property {(ns: number) => number} at the place of any instant; beyond the ends the ends' place
 */

/**
 * Keeps the order of instants and gives each gap its logarithm, beside `room(ns)` for the instant at its end.
 * @param {number[]} instants in any order
 * @param {Fit & {room: (ns: number) => number}} options
 * @returns {Axis}
 */
export function compressedAxis(instants, {room, ...fit}) {
  const times = [...new Set(instants)].sort((a, b) => a - b);
  const {xs, width} = spread(times.slice(1).map((time, i) => room(time) + gapWeight(time - times[i])), fit);
  /** @param {number} ns */
  const at = (ns) => {
    const after = firstAfter(times, ns);
    if (after === 0) return xs[0];
    if (after === times.length) return xs[xs.length - 1];
    const share = (ns - times[after - 1]) / (times[after] - times[after - 1]);
    return xs[after - 1] + share * (xs[after] - xs[after - 1]);
  };
  return {times, xs, width, at};
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
