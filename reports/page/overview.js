// @ts-check
// The whole run: one thin lane a client over time as it passes, aggregated so that a long run with many
// clients is as quick to draw as a short one.

import {html, name, svg} from './dom.js';
import {beliefOf, beliefOverlaps} from './run.js';
import {lengthText} from './time.js';

/**
 * Intervals in the cells of a line: each becomes [first, last] of the cells that it touches, and those that
 * touch or overlap become one. However many intervals there are, at most half as many as cells are left.
 * @param {{from: number, until: number | null}[]} intervals
 * @param {number} end of the line's time
 * @param {number} cells
 * @returns {[number, number][]}
 */
export function aggregated(intervals, end, cells) {
  const taken = new Uint8Array(cells);
  const scale = cells / Math.max(1, end);
  for (const {from, until} of intervals) {
    const first = Math.min(cells - 1, Math.max(0, Math.floor(from * scale)));
    const last = Math.min(cells - 1, Math.max(first, Math.ceil((until ?? end) * scale) - 1));
    taken.fill(1, first, last + 1);
  }
  /** @type {[number, number][]} */
  const merged = [];
  for (let i = 0; i < cells; ++i) {
    if (!taken[i]) continue;
    const first = i;
    while (i + 1 < cells && taken[i + 1]) ++i;
    merged.push([first, i]);
  }
  return merged;
}

/**
 * @param {number} end
 * @returns {number[]} instants for an axis: 0 and round ones up to the end
 */
export function roundInstants(end) {
  const raw = end / 6;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const instants = [];
  for (let at = 0; at <= end; at += step) instants.push(at);
  return instants;
}

/**
 * @param {import('./run.js').Run} run
 * @param {import('./run.js').Story} story
 * @param {number} width
 */
export function drawOverview(run, story, width) {
  const gutter = width < 620 ? 76 : 132;
  const cells = Math.max(80, Math.min(900, Math.floor(width - gutter - 8)));
  const clients = run.nodes.flatMap((node, i) => (node.role === 'client' ? [i] : []));
  const pitch = clients.length > 30 ? 9 : clients.length > 12 ? 13 : 20;
  const bar = pitch - 4;
  const named = pitch >= 13;
  let y = 20;
  const picture = svg('svg', {class: 'overview', role: 'img',
    'aria-label': `The whole run of ${lengthText(run.end)}: ${run.events} events of ${clients.length} clients.`});
  const lanes = svg('g');
  /** @param {{from: number, until: number | null}[]} intervals @param {string} kind @param {number} height */
  const paint = (intervals, kind, height) => {
    const path = aggregated(intervals, run.end, cells)
        .map(([first, last]) => `M${gutter + first} ${y}h${last - first + 1}v${height}h${first - last - 1}z`);
    if (path.length > 0) lanes.append(svg('path', {class: kind, d: path.join('')}));
  };
  /** @param {string} text @param {number} height */
  const label = (text, height) => lanes.append(svg('text', {x: gutter - 8, y: y + height / 2 + 4, 'text-anchor': 'end', direction: 'ltr'},
      text.length > (gutter - 8) / 6.5 ? `${text.slice(0, Math.floor((gutter - 16) / 6.5))}…` : text));
  const from = gutter + story.from / Math.max(1, run.end) * cells;
  const until = gutter + Math.min(story.until, run.end) / Math.max(1, run.end) * cells;

  const faults = [...run.faults, ...run.outages];
  if (faults.length > 0) {
    label('faults', 12);
    paint(faults, 'outage', 12);
    y += 20;
  }
  for (const [i, client] of clients.entries()) {
    const holds = run.holds.filter((hold) => hold.client === client);
    if (named) label(run.nodes[client].name, bar);
    else if (i === 0) label(`${clients.length} clients`, bar);
    paint(holds.map((hold) => ({from: hold.asked, until: hold.waited_until})), 'waiting', bar);
    paint(holds.flatMap((hold) => beliefOf(hold) ?? []), `believing tint-${story.clients.indexOf(client) >= 0 ?
      story.clients.indexOf(client) % 4 : 'none'}`, bar);
    paint(holds.flatMap((hold) => (hold.mistaken ?? []).map(([a, b]) => ({from: a, until: b}))), 'mistaking', bar);
    y += pitch;
  }
  y += 4;
  const overlaps = beliefOverlaps(run);
  if (overlaps.length > 0) {
    label('two or more', 8);
    paint(overlaps, 'overlapping', 8);
    y += 14;
  }
  const axis = svg('g', {class: 'axis'}, svg('path', {d: `M${gutter} ${y}h${cells}`}));
  for (const at of roundInstants(run.end)) {
    const x = gutter + at / Math.max(1, run.end) * cells;
    axis.append(svg('path', {d: `M${x} ${y}v5`}),
        svg('text', {x, y: y + 17, 'text-anchor': 'middle'}, at === 0 ? '0' : lengthText(at)));
  }
  const frame = svg('g', {class: 'excerpt'},
      svg('rect', {x: from - 1, y: 14, width: Math.max(3, until - from + 2), height: y - 14}),
      svg('text', {x: Math.max(gutter + 50, Math.min(gutter + cells - 50, (from + until) / 2)), y: 10, 'text-anchor': 'middle'}, 'the picture above'));
  const whole = gutter + cells + 8;
  picture.setAttribute('viewBox', `0 0 ${whole} ${y + 26}`);
  picture.setAttribute('width', String(whole));
  picture.setAttribute('height', String(y + 26));
  picture.append(lanes, frame, axis);
  return html('div', {class: 'scroller'}, picture);
}

/** @param {import('./run.js').Run} run */
export function runFacts(run) {
  const clients = run.nodes.filter((node) => node.role === 'client').length;
  const grants = run.holds.filter((hold) => hold.granted !== undefined).length;
  const entries = [[`${run.events}`, 'events'], [`${clients}`, 'clients'], [`${grants}`, 'grants'],
    [lengthText(run.end), 'of virtual time']];
  return html('p', {class: 'facts'}, ...entries.flatMap(([value, label]) =>
    [html('span', {}, html('b', {}, value), ` ${label}`), ' ']),
  run.complete ? null : name('The run stopped at its budget of events.'));
}
