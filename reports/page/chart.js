// @ts-check
// A chart: lines over a linear or logarithmic axis, with bands, upper bounds and shaded faults. Each line is named where
// it ends, keys walk through its values, and a table says the same in words.

import {html, name, svg} from './dom.js';
import {lengthText} from './time.js';

/**
 * @typedef {{label: string, scale: 'linear' | 'log', unit: '' | 's' | 'share'}} Axis
 * @typedef {number[]} Point x, y, and the ends of y's interval if it has one
 * @typedef {{name: string, points: Point[]}} Line
 * @typedef {{title: string, about: string, x: Axis, y: Axis, lines: Line[],
 *   spans?: {from: number, until: number | null, text: string}[]}} Chart
 * @typedef {{at: (value: number) => number, ticks: number[]}} Scale
 */

/** @param {number} value @param {Axis['unit']} unit */
export function valueText(value, unit) {
  if (unit === 's') {
    const digits = 10 ** (2 - Math.floor(Math.log10(Math.max(value, 1e-9))));
    return lengthText(Math.round(Math.round(value * digits) / digits * 1e9));
  }
  if (unit === 'share') return `${Number((value * 100).toPrecision(3))} %`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(Number(value.toPrecision(3)));
}

/**
 * @param {Axis} axis
 * @param {number[]} values
 * @param {number} from pixels
 * @param {number} to
 * @param {number} most ticks
 * @returns {Scale}
 */
export function scaleOf(axis, values, from, to, most) {
  const top = axis.unit === 'share' ? 1 : Math.max(...values, 1e-9);
  if (axis.scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const least = positive.length > 0 ? Math.min(...positive) : top / 10;
    const low = axis.unit === 'share' ? 10 ** Math.floor(Math.log10(Math.min(least, 0.1)) + 1e-9) : least;
    const span = Math.log10(Math.max(top / low, 1.0001));
    const decades = Array.from({length: Math.ceil(Math.log10(top)) - Math.floor(Math.log10(low)) + 1}, (_, i) => Math.floor(Math.log10(low)) + i);
    const ticksOf = (/** @type {number[]} */ steps) => decades.flatMap((decade) => steps.map((step) => Number(`${step}e${decade}`)))
        .filter((tick) => tick >= low * 0.999 && tick <= top * 1.001);
    const ticks = [[1, 2, 5], [1, 3], [1]].map(ticksOf).find((one) => one.length <= most);
    const sparse = Math.ceil(decades.length / most);
    return {at: (value) => from + (to - from) * Math.log10(Math.max(value, low) / low) / span,
      ticks: ticks ?? ticksOf([1]).filter((_, i) => i % sparse === 0)};
  }
  const raw = top / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999) ?? raw;
  const end = axis.label.includes('time') && axis.unit === 's' ? top : Math.ceil(top / step - 1e-9) * step;
  const ticks = [];
  for (let i = 0; i * step <= end * 1.0001; ++i) ticks.push(Number((i * step).toPrecision(6)));
  return {at: (value) => from + (to - from) * value / end, ticks};
}

/**
 * Labels that would cover one another move apart, in the order of their heights.
 * @param {number[]} ys
 * @param {number} pitch
 * @param {number} bottom
 */
export function apart(ys, pitch, bottom) {
  const order = ys.map((_, i) => i).sort((a, b) => ys[a] - ys[b]);
  const moved = [...ys];
  order.forEach((i, rank) => {
    if (rank > 0) moved[i] = Math.max(moved[i], moved[order[rank - 1]] + pitch);
  });
  for (let rank = order.length - 1, limit = bottom; rank >= 0; --rank, limit -= pitch) {
    moved[order[rank]] = Math.min(moved[order[rank]], limit);
  }
  return moved;
}

/** Where y is drawn: a zero of a logarithmic axis at the bound that its runs do not refute. @param {Point} point @param {Axis} axis */
const height = ([, y, , high], axis) => (y === 0 && axis.scale === 'log' && high !== undefined ? high : y);

/** @param {Chart} chart @param {Point} point */
function pointText({y}, [, value, low, high]) {
  if (high === undefined) return valueText(value, y.unit);
  if (value === 0) return `0, below ${valueText(high, y.unit)}`;
  return `${valueText(value, y.unit)} (${valueText(low, y.unit)} to ${valueText(high, y.unit)})`;
}

/** @param {Chart} chart @param {number} width */
function drawChart(chart, width) {
  const {x, y, lines, spans = []} = chart;
  const room = 14 + 7.6 * Math.max(...lines.map((line) => line.name.length));
  const narrow = room > width * 0.4 || lines.length > 9;
  const tall = 250;
  const [left, bottom] = [58, tall - 40];
  const named = lines.length > 1 && !narrow;
  const right = width - (named ? room : 16);
  const points = lines.flatMap((line) => line.points);
  const across = scaleOf(x, points.map(([at]) => at), left, right, (right - left) / 64);
  const up = scaleOf(y, points.map((point) => height(point, y)), bottom, 14, 5);
  const picture = svg('svg', {class: 'curves', width, height: tall, viewBox: `0 0 ${width} ${tall}`, 'aria-hidden': 'true'});
  for (const {from, until, text} of spans) {
    const [begin, end] = [across.at(from), Math.min(right, until === null ? right : across.at(until))];
    picture.append(svg('rect', {class: 'span', x: begin, y: 14, width: Math.max(1.5, end - begin), height: bottom - 14},
        svg('title', {}, text)));
  }
  if (spans.length > 0) picture.append(svg('text', {class: 'name', x: Math.min(across.at(spans[0].from) + 4, right - 150), y: 26}, spans[0].text));
  for (const tick of up.ticks) {
    picture.append(svg('line', {class: 'rule', x1: left, x2: right, y1: up.at(tick), y2: up.at(tick)}),
        svg('text', {x: left - 8, y: up.at(tick) + 4, 'text-anchor': 'end'}, valueText(tick, y.unit)));
  }
  for (const tick of across.ticks) {
    picture.append(svg('text', {x: across.at(tick), y: bottom + 16, 'text-anchor': 'middle'}, valueText(tick, x.unit)));
  }
  picture.append(svg('text', {x: (left + right) / 2, y: tall - 6, 'text-anchor': 'middle'}, x.label));
  const ends = apart(lines.map((line) => up.at(height(line.points[line.points.length - 1], y))), 14, bottom);
  lines.forEach(({name: label, points: shown}, i) => {
    const at = shown.map((point) => [across.at(point[0]), up.at(height(point, y))]);
    const group = svg('g', {class: `line tint-${i % 4}`});
    if (shown.every((point) => point.length === 4) && shown.length > 1) {
      const high = shown.map((point, j) => `${at[j][0]},${up.at(point[3])}`);
      const low = shown.map((point, j) => `${at[j][0]},${up.at(point[2])}`).reverse();
      group.append(svg('polygon', {class: 'band', points: [...high, ...low].join(' ')}));
    }
    group.append(svg('polyline', {points: at.map((one) => one.join()).join(' '), 'stroke-dasharray': ['', '6 3', '2 3'][Math.floor(i / 4) % 3]}));
    if (shown.length <= 24) {
      shown.forEach((point, j) => {
        const [px, py] = at[j];
        const zero = point[1] === 0 && point[3] !== undefined && y.scale === 'log';
        group.append(zero ? svg('path', {class: 'bound', d: `M${px - 5} ${py - 4}h10l-5 8z`}) : svg('circle', {cx: px, cy: py, r: 3.2}));
      });
    }
    if (named) group.append(svg('text', {class: 'name', x: right + 8, y: ends[i] + 4}, label));
    picture.append(group);
  });
  return {picture, across, bottom, narrow};
}

/** @param {Chart} chart */
function figures({x, lines, y}) {
  const rows = lines.flatMap((line) => line.points.map((point) => html('tr', {}, html('th', {scope: 'row'}, name(line.name)),
      html('td', {}, valueText(point[0], x.unit)), html('td', {}, pointText(/** @type {Chart} */ ({y}), point)))));
  return html('details', {}, html('summary', {}, 'Figures'), html('div', {class: 'scroller'}, html('table', {class: 'fixes'},
      html('thead', {}, html('tr', {}, html('th', {}, ''), html('th', {}, x.label), html('th', {}, y.label))),
      html('tbody', {}, ...rows))));
}

/** @param {Chart} chart */
export function showChart(chart) {
  const stops = [...new Set(chart.lines.flatMap((line) => line.points.map(([at]) => at)))].sort((a, b) => a - b);
  const said = html('p', {class: 'said', 'aria-live': 'polite'});
  const place = html('div', {class: 'plot', tabindex: 0, role: 'img',
    'aria-label': `${chart.title}. ${chart.about} Arrow keys read the values.`,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (step) choose(chosen + step);
      else if (event.key === 'Home') choose(0);
      else if (event.key === 'End') choose(stops.length - 1);
      else return;
      event.preventDefault();
    },
    onpointermove: (/** @type {PointerEvent} */ event) => {
      const at = event.clientX - place.getBoundingClientRect().left;
      choose(stops.reduce((best, value, i) => (Math.abs(drawn.across.at(value) - at) < Math.abs(drawn.across.at(stops[best]) - at) ? i : best), 0));
    }});
  const legend = html('p', {class: 'legend'}, ...chart.lines.map((line, i) => html('span', {class: `tint-${i % 4}`}, html('b', {}, '— '), name(line.name))));
  let chosen = -1;
  let drawn = drawChart(chart, 600);
  const cursor = svg('line', {class: 'cursor'});

  /** @param {number} index */
  function choose(index) {
    chosen = Math.max(0, Math.min(stops.length - 1, index));
    const at = stops[chosen];
    const px = drawn.across.at(at);
    for (const [key, value] of Object.entries({x1: px, x2: px, y1: 14, y2: drawn.bottom})) cursor.setAttribute(key, String(value));
    drawn.picture.append(cursor);
    const values = chart.lines.flatMap((line) => {
      const before = line.points.filter(([x]) => x <= at);
      return before.length > 0 ? [`${line.name} ${pointText(chart, before[before.length - 1])}`] : [];
    });
    said.textContent = `${valueText(at, chart.x.unit)}: ${values.join('; ')}`;
  }

  const element = html('div', {class: 'card chart'}, html('h3', {}, name(chart.title)), html('p', {class: 'explain'}, name(chart.about)), place, legend, said, figures(chart));
  return {element, redraw: () => {
    drawn = drawChart(chart, Math.max(260, place.clientWidth || 600));
    legend.hidden = !drawn.narrow || chart.lines.length < 2;
    place.replaceChildren(drawn.picture);
    if (chosen >= 0) choose(chosen);
  }};
}
