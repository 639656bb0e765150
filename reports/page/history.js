// @ts-check
// A recorded history that was judged: a row a process, a bar an operation, a diamond where it takes effect,
// and the few operations that nothing explains together.

import {html, name, svg} from './dom.js';
import {gapWeight, spread} from './time.js';

/**
 * Instants are places in `times`, whose entries are their words and the distance from the one before.
 * @typedef {{process: string, owner?: string, call: string, answer: string,
 *   outcome: 'ok' | 'refused' | 'unknown', from: number, until: number | null, line?: number,
 *   number?: number, illegal?: boolean, point?: number, rank?: number}} Bar
 * @typedef {{id: string, file: string, format: string, spec: string, spec_words: string,
 *   status: 'holds' | 'violated' | 'undecided', reason: string, object: string,
 *   figures: {operations: number, unknown: number, objects: number, processes: number, malformed: number},
 *   verified: boolean | null, positions: boolean, minimal: boolean, prefix: number, explained: boolean,
 *   left_out: number, times: [string, number][], wrong_at: number | null, bars: Bar[],
 *   remarks: {at: number, text: string}[]}} Checked
 */

const rowHeight = 30;

/**
 * Each process gets the rows that its operations need side by side: what it does behind an operation whose
 * end nobody knows stands in a row of its own.
 * @param {Bar[]} bars in the order of invocation
 * @returns {{process: string, rows: Bar[][]}[]}
 */
export function rowsOf(bars) {
  /** @type {Map<string, Bar[][]>} */
  const processes = new Map();
  for (const bar of bars) {
    const rows = processes.get(bar.process) ?? [];
    processes.set(bar.process, rows);
    const free = rows.find((row) => {
      const last = row[row.length - 1];
      return last.until !== null && last.until <= bar.from;
    });
    if (free) free.push(bar);
    else rows.push([bar]);
  }
  return [...processes].map(([process, rows]) => ({process, rows}));
}

/**
 * @param {Checked} history
 * @param {number} width
 */
export function historyAxis(history, width) {
  const numbered = new Set(history.bars.flatMap(({number, from, until}) => (number ? [from, until] : [])));
  const weights = history.times.slice(1).map(([, gap], i) =>
    (numbered.has(i + 1) || i + 1 === history.wrong_at ? 46 : 16) + gapWeight(gap));
  return spread(weights, {width, lead: 16, tail: 60, tightest: 0.8});
}

/**
 * @param {Checked} history
 * @param {(number: number) => void} moved is told of each chosen operation of the sub-history, from 0
 * @returns {import('./story.js').StoryView}
 */
export function showHistory(history, moved) {
  const needed = history.bars.filter((bar) => bar.number !== undefined)
      .sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
  let current = needed.length - 1;
  const drawing = html('div', {class: 'drawing'});
  const items = needed.map((bar, i) => html('li', {class: `step ${bar.illegal ? 'wrong' : 'tint-0'}`},
      html('button', {type: 'button', onclick: () => go(i)}, html('span', {class: 'number'}, bar.number),
          html('span', {class: 'words'}, name(bar.process), bar.owner ? [' for ', bar.owner].join('') : '', ': ',
              name(`${bar.call} → ${bar.answer}`)), html('time', {}, whenWords(history, bar)))));

  /** @param {number} place */
  function go(place) {
    current = Math.max(0, Math.min(needed.length - 1, place));
    mark();
    drawing.querySelector('.chosen')?.scrollIntoView({block: 'nearest', inline: 'center'});
    moved(current);
  }

  function mark() {
    items.forEach((item, i) => item.classList.toggle('current', i === current));
    for (const group of drawing.querySelectorAll('[data-number]')) {
      group.classList.toggle('chosen', group.getAttribute('data-number') === String(current + 1));
    }
  }

  function redraw() {
    const wide = drawing.clientWidth >= 700;
    drawing.replaceChildren(drawHistory(history, Math.max(drawing.clientWidth - (wide ? 136 : 0), 420), go));
    mark();
    const scroller = drawing.querySelector('.scroller');
    if (scroller && history.status === 'violated') scroller.scrollLeft = scroller.scrollWidth;
  }

  const list = needed.length === 0 ? null : html('div', {class: 'card steps'},
      html('h3', {}, needed.length === 1 ? 'Nothing explains this operation' :
        `Nothing explains these ${needed.length} operations together`),
      history.minimal && needed.length > 1 ? html('p', {class: 'explain'}, 'Each of them is needed for that.') : null,
      html('ol', {}, ...items),
      history.remarks.length > 0 ? html('h4', {}, 'Meanwhile') : null,
      ...history.remarks.slice(0, 8).map(({at, text}) => html('p', {class: 'explain'}, `${history.times[at][0]} `, name(text))));
  const element = html('div', {class: list ? 'story' : ''},
      html('div', {class: 'card canvas'}, historyLegend(history), drawing, html('p', {class: 'explain note'}, aboutPicture(history))), list);
  return {element, step: () => current, go, togglePlay: () => {}, stop: () => {}, redraw};
}

/** @param {Checked} history @param {Bar} bar */
function whenWords({times}, bar) {
  const until = bar.until === null ? 'on' : times[bar.until][0];
  return `${times[bar.from][0]} … ${until}` + (bar.line ? `, line ${bar.line}` : '');
}

/** @param {Checked} history */
function aboutPicture(history) {
  const parts = [];
  if (history.positions) parts.push('Times are positions in the log.');
  if (history.status === 'violated') {
    parts.push(history.prefix === 0 ? 'Nothing had returned before.' :
      `What had returned before, ${history.prefix.toLocaleString('en')} operations, has an explanation.`);
  }
  if (history.left_out > 0) parts.push(`${history.left_out.toLocaleString('en')} further operations are not drawn.`);
  if (!history.explained && history.status !== 'holds') parts.push('No linearization points are known.');
  return parts.join(' ');
}

/** @param {Checked} history */
function historyLegend(history) {
  /** @param {string} kind @param {string} text */
  const entry = (kind, text) => html('span', {}, html('i', {class: `swatch ${kind}`}), text);
  return html('p', {class: 'legend'}, entry('ok', 'ok'), entry('refused', 'refused'), entry('unknown', 'outcome unknown'),
      history.explained ? html('span', {}, html('i', {class: 'diamond'}, '◆'), 'takes effect here, in one explanation') : null,
      history.wrong_at !== null ? entry('wrong', 'nothing explains it') : null);
}

/**
 * @param {Checked} history
 * @param {number} width
 * @param {(place: number) => void} choose
 */
function drawHistory(history, width, choose) {
  const axis = historyAxis(history, width);
  const processes = rowsOf(history.bars);
  const top = history.remarks.length > 0 ? 46 : 26;
  const rows = processes.reduce((sum, process) => sum + process.rows.length, 0);
  const bottom = top + rows * rowHeight;
  const picture = svg('svg', {class: 'diagram history', width: axis.width, height: bottom + 40,
    viewBox: `0 0 ${axis.width} ${bottom + 40}`, role: 'img',
    'aria-label': `A row for each of ${processes.length} processes with ${history.bars.length} operations. ${history.reason}`});
  const names = html('div', {class: 'lane-names', 'aria-hidden': 'true'});
  names.style.height = `${bottom + 40}px`;
  /** @type {{x: number, y: number, rank: number}[]} */
  const points = [];
  let y = top;
  for (const {process, rows} of processes) {
    const label = html('div', {class: 'lane-name tint-none'}, name(process));
    label.style.top = `${y + rowHeight / 2}px`;
    names.append(label);
    for (const row of rows) {
      picture.append(svg('path', {class: 'life', d: `M0 ${y + rowHeight / 2}H${axis.width}`}));
      for (const bar of row) {
        picture.append(drawOperation(history, axis, bar, y + 4, choose));
        if (bar.point !== undefined) points.push({x: axis.xs[bar.point], y: y + rowHeight / 2, rank: bar.rank ?? 0});
      }
      y += rowHeight;
    }
  }
  points.sort((a, b) => a.rank - b.rank);
  if (points.length > 0) {
    picture.append(svg('path', {class: 'order', d: 'M' + points.map(({x, y}) => `${x} ${y}`).join('L')}),
        svg('path', {class: 'points', d: points.map(({x, y}) => `M${x} ${y - 5}l5 5l-5 5l-5 -5z`).join('')}));
  }
  for (const {at, text} of history.remarks) {
    const x = axis.xs[at];
    picture.append(svg('g', {class: 'remark'}, svg('title', {}, text), svg('path', {d: `M${x} 30V${bottom}`}),
        svg('path', {class: 'flag', d: `M${x} 30h10l-3 4l3 4h-10z`})));
  }
  if (history.wrong_at !== null) {
    const x = axis.xs[history.wrong_at];
    const before = x > 220;
    picture.append(svg('g', {class: 'band'}, svg('path', {d: `M${x} 8V${bottom}`}),
        svg('text', {x: before ? x - 8 : x + 8, y: 16, 'text-anchor': before ? 'end' : 'start'}, 'from here on nothing explains it')));
  }
  picture.append(drawTicks(history, axis.xs, bottom));
  const scroller = html('div', {class: 'scroller', tabindex: 0, role: 'group',
    'aria-label': 'the picture, which may be wider than the window'}, picture);
  return html('div', {class: 'picture'}, names, scroller);
}

/**
 * @param {Checked} history
 * @param {{xs: number[], width: number}} axis
 * @param {Bar} bar
 * @param {number} y
 * @param {(place: number) => void} choose
 */
function drawOperation(history, axis, bar, y, choose) {
  const x = axis.xs[bar.from];
  const until = bar.until === null ? axis.width - 4 : axis.xs[bar.until];
  const width = Math.max(4, until - x);
  const height = rowHeight - 8;
  const number = bar.number === undefined ? '' : `${bar.number}  `;
  const texts = [`${number}${bar.call} → ${bar.answer}`, number + bar.call, number.trim()];
  const text = texts.find((words) => words.length * 6.4 + 10 <= width);
  const {number: place} = bar;
  return svg('g', {
    class: `operation ${bar.outcome}${bar.illegal ? ' illegal' : ''}${place ? ' needed' : ''}`,
    'data-number': place, onclick: place === undefined ? null : () => choose(place - 1),
  }, svg('title', {}, bar.process + (bar.owner ? ` for ${bar.owner}` : '') + `: ${bar.call} → ${bar.answer}, ${whenWords(history, bar)}`),
  svg('rect', {x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, rx: 4}),
  text ? svg('text', {class: 'halo', x: x + 6, y: y + height / 2 + 4}, text) : null);
}

/**
 * @param {Checked} history
 * @param {number[]} xs
 * @param {number} y
 */
function drawTicks({times}, xs, y) {
  const group = svg('g', {class: 'axis', 'aria-hidden': 'true'});
  let end = -Infinity;
  for (const [i, [words]] of times.entries()) {
    const half = words.length * 3.3;
    const x = Math.max(half, xs[i]);
    if (x - half < end) continue;
    end = x + half + 8;
    group.append(svg('path', {d: `M${xs[i]} ${y}v5`}), svg('text', {x, y: y + 18, 'text-anchor': 'middle'}, words));
  }
  return group;
}
