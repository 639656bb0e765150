// @ts-check
// Draws a layout: an SVG of time beside the names of its lanes.

import {html, name, svg} from './dom.js';
import {barText, outageHeight} from './layout.js';

/**
 * @typedef {import('./layout.js').Layout} Layout
 * @typedef {import('./lanes.js').Bar} Bar
 * @typedef {{element: HTMLElement, show: (at: number, last: boolean, moves: boolean) => void}} Diagram
 */

/**
 * The colour of a client is its place among the clients of the story.
 * @param {number[]} clients
 * @param {number | null} client
 */
export function tint(clients, client) {
  const place = client === null ? -1 : clients.indexOf(client);
  return place < 0 ? 'tint-none' : `tint-${place % 4}`;
}

/**
 * @param {Layout} layout
 * @param {number[]} clients in the order of their colours
 * @param {string} words what the picture shows, for who cannot see it
 * @param {(step: number) => void} choose is told which badge was chosen, from 0
 * @returns {Diagram}
 */
export function drawDiagram(layout, clients, words, choose) {
  const {width, height} = layout;
  const picture = svg('svg', {
    class: 'diagram', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': words,
  });
  for (const band of layout.bands) picture.append(drawBand(band, layout));
  for (const lane of layout.lanes) {
    picture.append(drawLane(lane, layout, clients));
  }
  for (const arrow of layout.arrows) picture.append(drawArrow(arrow, clients));
  picture.append(drawAxis(layout));
  const veil = svg('rect', {class: 'veil', y: 0, height: layout.axis_y, x: width, width: 0});
  const cursor = svg('line', {class: 'cursor', y1: 20, y2: layout.axis_y, x1: 0, x2: 0});
  picture.append(veil, cursor);
  const badges = layout.badges.map((badge) => drawBadge(badge, clients, () => choose(badge.number - 1)));
  picture.append(...badges);
  const scroller = html('div', {class: 'scroller', tabindex: 0, role: 'group',
    'aria-label': 'the picture, which may be wider than the window'}, picture);
  const names = html('div', {class: 'lane-names', 'aria-hidden': 'true'});
  names.style.height = `${height}px`;
  for (const lane of layout.lanes) {
    if (!lane.name) continue;
    const label = html('div', {class: `lane-name ${tint(clients, lane.client)}`},
        name(lane.name), lane.note ? html('small', {}, lane.note) : null);
    label.style.top = `${lane.y + lane.height / 2}px`;
    names.append(label);
  }
  /** @type {Diagram['show']} */
  const show = (at, last, moves) => {
    const x = layout.at(at);
    veil.setAttribute('x', String(x + 9));
    veil.setAttribute('width', String(last ? 0 : Math.max(0, width - x - 9)));
    cursor.setAttribute('transform', `translate(${x} 0)`);
    cursor.setAttribute('visibility', last ? 'hidden' : 'visible');
    badges.forEach((badge, i) => badge.classList.toggle('later', !last && layout.badges[i].stem_x > x));
    const view = scroller.clientWidth;
    const seen = x > scroller.scrollLeft + 60 && x < scroller.scrollLeft + view - 60;
    if (moves && width > view && !seen) scroller.scrollLeft = x - view * 0.6;
  };
  return {element: html('div', {class: 'picture'}, names, scroller), show};
}

/** Hatches and arrow heads, once for the whole page. */
export function drawPatterns() {
  /** @param {string} id @param {string} kind */
  const hatch = (id, kind) => svg('pattern',
      {id, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)'},
      svg('rect', {width: 7, height: 7, class: `${kind}-ground`}),
      svg('rect', {width: 2.4, height: 7, class: `${kind}-line`}));
  return svg('svg', {width: 0, height: 0, class: 'unseen', 'aria-hidden': 'true'}, svg('defs', {}, hatch('hatch-wrong', 'wrong'), hatch('hatch-outage', 'outage'),
      svg('marker', {id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7,
        orient: 'auto-start-reverse'}, svg('path', {d: 'M0 0.6 8 4 0 7.4z', class: 'head'}))));
}

/**
 * @param {import('./layout.js').Band} band
 * @param {Layout} layout
 */
function drawBand(band, layout) {
  const half = band.text.length * 3.3;
  const middle = band.x + band.width / 2;
  const x = Math.max(half + 4, Math.min(layout.width - half - 4, middle));
  return svg('g', {class: 'band'},
      svg('rect', {x: band.x, y: 22, width: band.width, height: layout.lanes_bottom - 22}),
      svg('path', {d: `M${band.x} 22h${band.width}`}),
      svg('text', {x, y: 14, 'text-anchor': 'middle'}, band.text));
}

/**
 * @param {import('./layout.js').Lane} lane
 * @param {Layout} layout
 * @param {number[]} clients
 */
function drawLane(lane, layout, clients) {
  const middle = lane.y + lane.height / 2;
  const group = svg('g', {class: 'lane'});
  if (lane.node !== null || lane.key === 'others') {
    group.append(svg('path', {class: 'life', d: `M0 ${middle}H${layout.width}`}));
  }
  for (const bar of lane.bars) group.append(drawBar(bar, lane.y, lane.height, clients));
  for (const bar of lane.below) group.append(drawBar(bar, lane.y + lane.height + 3, outageHeight, clients));
  return group;
}

/**
 * @param {Bar} bar
 * @param {number} y
 * @param {number} height
 * @param {number[]} clients
 */
function drawBar(bar, y, height, clients) {
  const {kind, x, width} = bar;
  const group = svg('g', {class: `bar ${kind} ${tint(clients, bar.client)}`}, svg('title', {}, bar.title));
  const inset = kind === 'waits' ? height / 2 - 7 : 0;
  const tall = height - 2 * inset;
  if (kind === 'refused') {
    group.append(svg('path', {class: 'mark', d: `M${x} ${y - 4}v${height + 8}`}),
        svg('text', {x: x + 5, y: y + height / 2 + 4}, bar.texts[0]));
    return group;
  }
  group.append(svg('rect', {class: 'body', x: x + 0.5, y: y + inset + 0.5, width: Math.max(1, width - 1),
    height: tall - 1, rx: Math.min(4, width / 2)}));
  if (bar.wedge && bar.wedge.length > 1) {
    const edge = bar.wedge.map(([at, part]) => `${at} ${y + 1 + part * (height - 2)}`).join('L');
    const [first, last] = [bar.wedge[0][0], bar.wedge[bar.wedge.length - 1][0]];
    group.append(svg('path', {class: 'wedge', d: `M${first} ${y + height - 1}L${edge}L${last} ${y + height - 1}z`}));
  }
  const text = barText(bar);
  if (text) {
    const centred = ['strip', 'strip-wrong', 'outage', 'crash', 'waits'].includes(kind);
    group.append(svg('text', {class: 'halo', x: centred ? x + width / 2 : x + 8, y: y + height / 2 + 4,
      'text-anchor': centred ? 'middle' : 'start'}, text));
  }
  return group;
}

/**
 * @param {import('./layout.js').Arrow} arrow
 * @param {number[]} clients
 */
function drawArrow(arrow, clients) {
  const {x1, y1, x2, y2} = arrow;
  const kind = `arrow ${arrow.tone} ${tint(clients, arrow.client)}${arrow.is_dotted ? ' dotted' : ''}`;
  const group = svg('g', {class: kind}, svg('title', {}, arrow.title),
      svg('path', {d: `M${x1} ${y1}L${x2} ${y2}`, 'marker-end': arrow.is_lost ? null : 'url(#head)'}));
  if (arrow.is_lost) {
    group.append(svg('path', {class: 'cross', d: `M${x2 - 5} ${y2 - 5}l10 10m0 -10l-10 10`}));
  }
  if (arrow.label_at) {
    group.append(svg('text', {class: 'halo', x: arrow.label_at.x, y: arrow.label_at.y}, arrow.label));
  }
  return group;
}

/** @param {Layout} layout */
function drawAxis(layout) {
  const y = layout.axis_y;
  const group = svg('g', {class: 'axis', 'aria-hidden': 'true'});
  for (const tick of layout.ticks) {
    group.append(svg('path', {d: `M${tick.x} ${y}v${5 + 14 * tick.row}`}),
        svg('text', {x: tick.x, y: y + 17 + 14 * tick.row, 'text-anchor': 'middle'}, tick.text));
  }
  for (const gap of layout.gaps) {
    group.append(svg('path', {class: 'gap', d: `M${gap.from} ${y + 36}v5H${gap.until}v-5`}),
        svg('text', {class: 'gap', x: (gap.from + gap.until) / 2, y: y + 54, 'text-anchor': 'middle'}, gap.text));
  }
  return group;
}

/**
 * @param {import('./layout.js').Badge} badge
 * @param {number[]} clients
 * @param {() => void} choose
 */
function drawBadge(badge, clients, choose) {
  const tone = badge.tone || tint(clients, badge.client);
  return svg('g', {class: `badge ${tone}`, 'data-step': badge.number, onclick: choose},
      svg('path', {d: `M${badge.x} ${badge.y}L${badge.stem_x} ${badge.stem_y}`}),
      svg('circle', {cx: badge.x, cy: badge.y, r: 9}),
      svg('text', {x: badge.x, y: badge.y + 4, 'text-anchor': 'middle'}, badge.number));
}
