// @ts-check
// What a sweep or a throughput measurement found: its curves, and the table of its grid.

import {showChart} from './chart.js';
import {html, name} from './dom.js';
import {markSigns} from './matrix.js';

/**
 * @typedef {import('./matrix.js').Table} Table
 * @typedef {{command: string, interrupted: boolean, table: Table, curves: import('./chart.js').Chart[]}} Measurement
 */

/** @param {Table} table */
function drawGrid({axes, columns, rows}) {
  // What broke nowhere has no column here; the CSV has them all.
  const shown = columns.flatMap((_, i) => (rows.some(({cells}) => ['figure', 'violated', 'undecided'].includes(cells[i].mark)) ? [i] : []));
  const quiet = columns.length - shown.length;
  return html('div', {class: 'card'}, html('div', {class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'all points'}, html('table', {class: 'fixes grid'},
      html('thead', {}, html('tr', {}, html('th', {}, 'scenario'), ...axes.map((axis) => html('th', {}, name(axis))),
          ...shown.map((i) => html('th', {title: columns[i].title}, columns[i].name)))),
      html('tbody', {}, ...rows.map((row) => html('tr', {}, html('th', {scope: 'row'}, name(row.name), html('small', {}, name(row.note))),
          ...row.settings.map((value) => html('td', {}, name(value))),
          ...shown.map((i) => html('td', {class: `words-${row.cells[i].mark}`}, markSigns[row.cells[i].mark], ' ', row.cells[i].text))))))),
  quiet > 0 ? html('p', {class: 'explain'}, `${quiet} ${quiet === 1 ? 'property' : 'properties'} broke in no point.`) : null);
}

/** @param {Measurement} measured */
export function showMeasurement({command, interrupted, table, curves}) {
  const charts = curves.map(showChart);
  const element = html('section', {class: 'measured'}, html('h2', {}, table.title),
      html('p', {class: 'about'}, html('code', {}, command)),
      interrupted ? html('p', {class: 'verdict undecided'}, html('b', {}, '? INTERRUPTED'), ' The figures are partial.') : null,
      html('div', {class: 'charts'}, ...charts.map((chart) => chart.element)), drawGrid(table));
  return {element, redraw: () => charts.forEach((chart) => chart.redraw())};
}
