// @ts-check
// The space-time view of one counterexample as numbers: where each lane, bar, arrow and badge lies. Nothing
// here touches the document.

import {lanesOf, stripsOf} from './lanes.js';
import {beliefOverlaps} from './run.js';
import {instantText, lengthText} from './time.js';
import {StoryWindow} from './window.js';

/**
 * @typedef {import('./lanes.js').LaneContent & {y: number}} Lane
 * @typedef {{x1: number, y1: number, x2: number, y2: number, tone: string, client: number | null,
 *   label: string, title: string, is_dotted: boolean, is_lost: boolean,
 *   label_at: {x: number, y: number} | null}} Arrow
 * @typedef {{number: number, x: number, y: number, stem_x: number, stem_y: number, tone: string,
 *   client: number | null}} Badge
 * @typedef {{x: number, text: string, row: number}} Tick
 * @typedef {{from: number, until: number, text: string}} Gap
 * @typedef {{x: number, width: number, text: string}} Band
 * @typedef {{width: number, height: number, at: (ns: number) => number, lanes: Lane[],
 *   arrows: Arrow[], hidden_messages: number, badges: Badge[], ticks: Tick[], gaps: Gap[],
 *   bands: Band[], lanes_bottom: number, axis_y: number}} Layout
 * @typedef {{x: number, y: number, width: number}} Box
 */

export const outageHeight = 15;
const outageGap = 3;
const letter = 6.3;

/**
 * @param {import('./run.js').Run} run
 * @param {import('./run.js').Story} story
 * @param {number} width of the drawing, which may become wider when much happens
 * @returns {Layout}
 */
export function layOut(run, story, width) {
  const window = new StoryWindow(run, story, width);
  const {axis} = window;
  const bands = bandsOf(window);
  let y = bands.length > 0 ? 60 : 38;
  /** @param {import('./lanes.js').LaneContent} content */
  const place = (content) => {
    const lane = {...content, y};
    y += content.height + (content.below.length > 0 ? outageGap + outageHeight : 0) + content.room;
    return lane;
  };
  const lanes = lanesOf(window).map(place);
  const bottom = y - 14;
  const strips = stripsOf(window).map(place);
  const badges = badgesOf(window, lanes);
  const taken = badges.map((badge) => ({x: badge.x - 10, y: badge.y + 4, width: 20}));
  for (const lane of lanes) {
    for (const bar of lane.bars) {
      const text = barText(bar);
      if (text && bar.kind !== 'waits') taken.push({x: bar.x + 8, y: lane.y + lane.height / 2 + 4, width: text.length * letter});
    }
  }
  const gaps = gapsOf(window);
  return {
    width: axis.width,
    height: y + (gaps.length > 0 ? 66 : 46),
    at: axis.at,
    lanes: [...lanes, ...strips],
    arrows: arrowsOf(window, lanes, taken),
    hidden_messages: window.messages.hidden,
    badges,
    ticks: ticksOf(window),
    gaps,
    bands,
    lanes_bottom: bottom,
    axis_y: y + 4,
  };
}

/** @param {StoryWindow} window */
function bandsOf(window) {
  let end = -Infinity;
  return window.inside(beliefOverlaps(window.run)).map(({from, until, most}) => {
    const {x, width} = window.span(from, until);
    const who = `${most === 2 ? 'two' : most} clients believe`;
    const length = lengthText(until - from);
    const middle = x + width / 2;
    // The words may stand out to both sides, but not over those of the band before.
    const text = [`${who} that they hold the lock, ${length}`, `${who}, ${length}`, length, '']
        .find((words) => middle - words.length * letter / 2 > end || words === '') ?? '';
    end = middle + text.length * letter / 2 + 8;
    return {x, width, text};
  });
}

/**
 * The longest of its texts that fits a bar.
 * @param {import('./lanes.js').Bar} bar
 */
export function barText(bar) {
  return bar.texts.find((words) => words.length * 6.4 + 12 <= bar.width);
}

/** @param {Lane} lane */
function foot(lane) {
  return lane.y + lane.height + (lane.below.length > 0 ? outageGap + outageHeight : 0);
}

/**
 * @param {Lane[]} lanes
 * @param {number | null} node
 */
function laneOf(lanes, node) {
  return lanes.find((lane) => node !== null && lane.node === node);
}

/**
 * @param {StoryWindow} window
 * @param {Lane[]} lanes
 * @param {Box[]} taken where nothing may be written any more
 * @returns {Arrow[]}
 */
function arrowsOf(window, lanes, taken) {
  /** @type {Set<string>} */
  const told = new Set();
  return window.messages.drawn.flatMap((message) => {
    const from = laneOf(lanes, message.from);
    const to = laneOf(lanes, message.to);
    if (!from || !to) return [];
    const down = from.y < to.y;
    const lost = message.received === null;
    const known = !message.sent_before && message.sent >= window.from;
    const y1 = down ? from.y + from.height : from.y;
    const whole = (down ? to.y : to.y + to.height) - y1;
    const x2 = window.axis.at(message.received ?? message.sent) + (lost ? 26 : 0);
    const x1 = known ? window.axis.at(message.sent) : Math.max(2, x2 - 18);
    const y2 = y1 + whole * (lost ? 0.55 : 1);
    // To several servers the same is said once.
    const once = `${message.op} ${message.label} ${x2 - x1 > 60 ? x2 : Math.round(x1 / 40)}`;
    const label = told.has(once) ? '' : message.label;
    told.add(once);
    const what = `${message.answer ? 'answer' : 'request'} ${message.label}: ` +
      `${window.called(message.from)} to ${window.called(message.to)}`;
    const fate = lost ? ', nothing came of it' : message.sent_before ? ', sent at some time before' : '';
    return [{
      x1, y1, x2, y2,
      tone: message.wrong ? 'wrong' : message.refused ? 'saved' : '',
      client: message.answer ? message.to : message.from,
      label: message.label,
      title: what + fate,
      is_dotted: !known,
      is_lost: lost,
      label_at: label === '' ? null : placeLabel({x1, y1, x2, y2}, label, taken),
    }];
  });
}

/**
 * A place beside the arrow's line where the label touches nothing that is written; null: there is none.
 * @param {{x1: number, y1: number, x2: number, y2: number}} line
 * @param {string} label
 * @param {Box[]} taken
 */
export function placeLabel({x1, y1, x2, y2}, label, taken) {
  const width = label.length * letter;
  for (const share of [0.5, 0.36, 0.64, 0.24, 0.76]) {
    const x = x1 + share * (x2 - x1);
    const y = y1 + share * (y2 - y1) + 4;
    // On the side to which the line leans away.
    const sides = (x2 - x1) * (y2 - y1) > 0 ? [x - width - 6, x + 6] : [x + 6, x - width - 6];
    for (const left of sides) {
      const free = left >= 0 && taken.every((box) => left + width + 3 < box.x ||
        left > box.x + box.width + 3 || Math.abs(box.y - y) > 12);
      if (!free) continue;
      taken.push({x: left, y, width});
      return {x: left, y};
    }
  }
  return null;
}

/**
 * @param {StoryWindow} window
 * @param {Lane[]} lanes
 * @returns {Badge[]}
 */
function badgesOf(window, lanes) {
  const top = lanes.find(({node}) => node !== null);
  /** @type {Map<string, number>} */
  const ends = new Map();
  return window.story.steps.map((step, i) => {
    const lane = laneOf(lanes, step.node) ?? laneOf(lanes, step.client) ?? lanes[0];
    const above = lane === top || lane.node === null;
    const stem_x = window.axis.at(step.at);
    // Two at nearly one place stand side by side.
    const x = Math.max(stem_x, (ends.get(lane.key) ?? -Infinity) + 20);
    ends.set(lane.key, x);
    return {number: i + 1, x, y: above ? lane.y - 14 : foot(lane) + 14, stem_x,
      stem_y: above ? lane.y : foot(lane), tone: step.tone, client: step.client};
  });
}

/** @param {StoryWindow} window */
function ticksOf(window) {
  const ends = [-Infinity, -Infinity];
  return [...new Set(window.story.steps.map((step) => step.at))].flatMap((at) => {
    const text = instantText(at);
    const half = text.length * letter / 2;
    const x = Math.max(half, Math.min(window.axis.width - half, window.axis.at(at)));
    const row = ends.findIndex((end) => x - half > end);
    if (row < 0) return [];
    ends[row] = x + half + 7;
    return [{x, text, row}];
  });
}

/** @param {StoryWindow} window */
function gapsOf({axis}) {
  return axis.times.slice(1).flatMap((time, i) => {
    const length = time - axis.times[i];
    const from = axis.xs[i] + 4;
    const until = axis.xs[i + 1] - 4;
    const text = `${lengthText(length)} pass`;
    return length >= 1e9 && until - from > text.length * letter ? [{from, until, text}] : [];
  });
}
