// @ts-check
// The table of verdicts: scenarios against properties. A violated cell leads to its counterexample.

import {html, name} from './dom.js';

/**
 * @typedef {'holds' | 'violated' | 'undecided' | 'vacuous' | 'figure'} Mark
 * @typedef {{mark: Mark, share: string, text: string, note: string, asked: boolean, alarm: boolean}} Cell
 * @typedef {{name: string, id: string, title: string}} Column
 * @typedef {{name: string, note: string, alarm: boolean, cells: Cell[], settings: string[]}} Row
 * @typedef {{title: string, axes: string[], columns: Column[], rows: Row[]}} Table
 */

export const markSigns = {holds: '✓', violated: '✗', undecided: '?', vacuous: '○', figure: ''};
const markWords = {holds: 'none found', violated: 'violated', undecided: 'undecided', vacuous: 'nothing to judge', figure: ''};

/** @param {Mark} mark */
export function sign(mark) {
  return html('span', {class: 'sign', 'aria-hidden': 'true'}, markSigns[mark]);
}

/**
 * What a cell says in full, for a tooltip and for who does not see its colour.
 * @param {Cell} cell
 */
export function cellWords({mark, text, note}) {
  return markWords[mark] + (mark === 'vacuous' && text === markWords.vacuous ? '' : `: ${text}`) + (note && `, ${note}`);
}

/**
 * @param {Table} table
 * @param {(row: number, column: Column) => string | null} linkOf the address of a cell's counterexample
 */
export function drawMatrix(table, linkOf) {
  const head = html('tr', {}, html('th', {scope: 'col', class: 'corner'}, 'scenario, and its lock'),
      ...table.columns.map((column) => html('th', {scope: 'col', class: 'property', title: column.title},
          html('span', {}, html('b', {}, column.id), ` ${column.name}`))));
  const rows = table.rows.map((row, i) => html('tr', {class: row.alarm ? 'alarm' : null},
      html('th', {scope: 'row'}, name(row.name), html('small', {}, name(row.note)),
          row.alarm ? html('small', {class: 'alarm-note'}, 'NOT as expected') : null),
      ...row.cells.map((cell, j) => drawCell(cell, linkOf(i, table.columns[j])))));
  return html('div', {class: `matrix scroller${rows.length > 16 ? ' long' : ''}`, tabindex: 0, role: 'group', 'aria-label': 'the table of verdicts, which may be wider than the window'},
      html('table', {}, html('thead', {}, head), html('tbody', {}, ...rows)));
}

/**
 * @param {Cell} cell
 * @param {string | null} link
 */
function drawCell(cell, link) {
  const full = cellWords(cell);
  const kind = `cell ${cell.mark}${cell.asked ? ' asked' : ''}${cell.alarm ? ' alarm' : ''}`;
  const content = [sign(cell.mark), html('span', {class: 'share', 'aria-hidden': 'true'}, cell.share),
    html('span', {class: 'unseen'}, full)];
  return html('td', {class: kind, title: full},
      link === null ? html('span', {class: 'inside'}, ...content) :
        html('a', {class: 'inside', href: link}, ...content));
}

export function matrixLegend() {
  /** @param {string} kind @param {Mark} mark @param {string} text */
  const entry = (kind, mark, text) => html('span', {},
      html('i', {class: `key cell ${kind}`}, markSigns[mark]), text);
  return html('p', {class: 'legend'},
      entry('violated asked', 'violated', 'violated, share of runs'),
      entry('holds asked', 'holds', 'none found: the rate is below this, at 95 % confidence'),
      entry('undecided', 'undecided', 'undecided: a budget ran out'),
      entry('vacuous', 'vacuous', 'nothing to judge'),
      entry('violated asked alarm', 'violated', 'not as expected'),
      html('span', {}, 'Pale: the scenario does not say what it expects.'));
}

/** @param {Table} fixes */
export function drawFixes(fixes) {
  /** @param {Cell} cell */
  const verdict = (cell) => html('td', {class: `words-${cell.alarm ? 'violated' : cell.mark}`},
      sign(cell.mark), ' ', cell.text, cell.note ? html('b', {}, `, ${cell.note}`) : null);
  return html('table', {class: 'fixes'},
      html('thead', {}, html('tr', {}, html('th', {scope: 'col'}, 'fix'),
          ...fixes.columns.map(({name: words}) => html('th', {scope: 'col'}, words)))),
      html('tbody', {}, ...fixes.rows.map((row) => html('tr', {},
          html('th', {scope: 'row'}, name(row.name), html('small', {}, name(row.note))),
          ...row.cells.map(verdict)))));
}
