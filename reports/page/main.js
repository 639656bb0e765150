// @ts-check
// Reads the data of the page, builds what there is to show, and keeps the address and the keys.

import {drawPatterns} from './diagram.js';
import {html, name} from './dom.js';
import {showHistory} from './history.js';
import {drawFixes, drawMatrix, matrixLegend} from './matrix.js';
import {showMeasurement} from './measured.js';
import {drawOverview, runFacts} from './overview.js';
import {formatRoute, parseRoute} from './routes.js';
import {showStory} from './story.js';
import {roughLengthText} from './time.js';

/**
 * @typedef {import('./matrix.js').Table} Table
 * @typedef {{name: string, file: string, about: string, lock: string, pitfall: string, runs: number,
 *   planned_runs: number, as_expected: boolean, strongest: string, strongest_meaning: string,
 *   problems: string[], fixes: Table}} Scenario
 * @typedef {{scenarios: number, as_expected: number, violated: number, runs: number,
 *   simulated_ns: number}} Figures
 * @typedef {{schema: string, version: string, command: string, interrupted: boolean, figures: Figures,
 *   verdicts: Table, scenarios: Scenario[], runs: import('./run.js').Run[],
 *   stories: (import('./run.js').Story & {reproduce: string, shrinking: string, fix?: string, status?: 'holds' | 'violated' | 'undecided'})[],
 *   notes: string[], measurements: import('./measured.js').Measurement[],
 *   histories: import('./history.js').Checked[]}} PageData
 */

/** @type {PageData} */
const data = JSON.parse(document.getElementById('data')?.textContent ?? '');
const place = html('section', {id: 'counterexample', tabindex: -1});

/** @type {ReturnType<typeof drawHistorySection>[]} */
const histories = [];
/** @type {ReturnType<typeof showMeasurement>[]} */
const measurements = [];
/** @type {{id: string, view: import('./story.js').StoryView, redraw: () => void} | null} */
let open = null;

// --- The head and the verdicts --------------------------------------------------------------------------

/** @param {number} count @param {string} noun */
function counted(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function title() {
  const names = [...data.scenarios.map((scenario) => scenario.name), ...data.histories.map((one) => one.file)];
  if (new Set(names).size === 1) return names[0];
  const parts = [];
  if (data.scenarios.length > 0) parts.push(counted(data.scenarios.length, 'scenario'));
  if (data.histories.length > 0) parts.push(counted(data.histories.length, 'history').replace('historys', 'histories'));
  if (data.measurements.length > 0) parts.push(counted(data.measurements.length, 'measurement'));
  return parts.join(', ') || 'Nothing was judged';
}

function drawHead() {
  const toggle = html('button', {type: 'button', class: 'theme', onclick: () => nextTheme(toggle)});
  nameTheme(toggle);
  return html('header', {},
      html('div', {class: 'crumbs'}, html('b', {}, 'picklock'), ` ${data.version}`, html('code', {}, data.command), toggle),
      html('h1', {}, name(title())),
      data.interrupted ? html('p', {class: 'verdict undecided'}, html('b', {}, '? INTERRUPTED'), ' The figures are partial.') : null,
      ...data.notes.map((note) => html('p', {class: 'verdict undecided'}, name(note))));
}

function drawTiles() {
  const {scenarios, as_expected: met, violated, runs, simulated_ns: simulated} = data.figures;
  /** @param {string} value @param {string} label @param {string} [tone] */
  const tile = (value, label, tone = '') => html('div', {class: `card tile ${tone}`},
      html('b', {}, value), html('span', {}, label));
  return html('section', {class: 'tiles', 'aria-label': 'figures'},
      tile(`${met} of ${scenarios}`, 'scenarios as expected', met === scenarios ? 'good' : 'bad'),
      tile(`${violated} of ${scenarios}`, 'scenarios with a violation'),
      tile(runs.toLocaleString('en'), 'runs judged'),
      tile(roughLengthText(simulated), 'of virtual time'));
}

/** @param {number} row @param {import('./matrix.js').Column} column */
function linkOf(row, column) {
  const story = data.stories.find((one) => one.scenario === row && one.property === column.name);
  return story ? formatRoute({story: story.id, step: null}) : null;
}

function drawVerdicts() {
  return html('section', {class: 'card', id: 'verdicts'}, html('h2', {}, 'Verdicts'),
      html('p', {class: 'explain'}, 'Share of runs in which a property was violated. ',
          'A red cell leads to a run that shows it. A zero is no proof: it carries the rate that its runs do not refute.'),
      drawMatrix(data.verdicts, linkOf), matrixLegend());
}

// --- One counterexample ---------------------------------------------------------------------------------

/** @param {string} text */
function copyable(text) {
  const button = html('button', {type: 'button', onclick: async () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Selected';
    }
  }}, 'Copy');
  const code = html('code', {}, text);
  return html('p', {class: 'command'}, code, button);
}

const headlines = {violated: '✗ VIOLATION', holds: '✓ SAFE', undecided: '? UNDECIDED'};

/** @typedef {PageData['stories'][number]} AnyStory */

// Either the properties that the scenario breaks, or one counterexample and its schedule with each fix.
/** @param {AnyStory} story */
function siblingsOf(story) {
  return data.stories.filter((one) => one.scenario === story.scenario);
}

/** @param {AnyStory} story */
function storyName({fix, status, property_id: id, property}) {
  if (fix === undefined) return data.stories.some((one) => one.fix !== undefined) ? '✗ as it happened' : `✗ ${id} ${property}`;
  return `${headlines[status ?? 'holds'][0]} with ${fix}`;
}

// To the next view of the same scenario.
function nextSibling() {
  const story = data.stories.find((one) => one.id === open?.id);
  if (!story) return;
  const siblings = siblingsOf(story);
  location.hash = formatRoute({story: siblings[(siblings.indexOf(story) + 1) % siblings.length].id, step: null});
}

/** @param {number} index */
function showCounterexample(index) {
  const story = data.stories[index];
  const scenario = data.scenarios[story.scenario];
  const run = data.runs[story.run];
  open?.view.stop();
  const view = showStory(run, story, (step) => {
    const last = step === story.steps.length - 1;
    replaceHash(formatRoute({story: story.id, step: last ? null : step + 1}));
  });
  const siblings = siblingsOf(story);
  const status = story.status ?? 'violated';
  const overview = html('div', {});
  const redraw = () => {
    view.redraw();
    overview.replaceChildren(drawOverview(run, story, overview.clientWidth || 900));
  };
  place.replaceChildren(
      html('h2', {}, data.scenarios.length > 1 ? name(scenario.name) : 'Counterexample'),
      scenario.about ? html('p', {class: 'about'}, name(scenario.about)) : '',
      html('p', {class: 'facts'}, html('span', {}, 'lock ', html('b', {}, name(scenario.lock))),
          html('span', {}, 'property ', html('b', {title: story.property_title}, `${story.property_id} ${story.property}`)),
          html('span', {}, 'seed ', html('b', {}, story.seed)),
          scenario.pitfall ? html('span', {}, 'pitfall ', html('b', {}, name(scenario.pitfall))) : null,
          html('span', {}, 'file ', html('b', {}, name(scenario.file)))),
      siblings.length > 1 ? html('nav', {class: 'siblings', 'aria-label': 'other views of this scenario'},
          ...siblings.map((one) => html('a', {href: formatRoute({story: one.id, step: null}),
            class: (one.status ?? 'violated') === 'violated' ? null : 'safe',
            'aria-current': one === story ? 'page' : null}, storyName(one)))) : '',
      html('p', {class: `verdict ${status}`}, html('b', {}, headlines[status]), ' ', name(story.reason)),
      ...(story.explanation ? [html('div', {class: 'card why'}, html('h3', {}, 'Why it broke'),
          html('p', {}, html('b', {}, story.explanation.pitfall ?
            `${story.explanation.cause} (${story.explanation.pitfall}). ` : 'Unclassified: no rule knows this story.'), story.explanation.moral))] : []),
      story.shrinking ? html('p', {class: 'explain'}, story.shrinking) : '',
      view.element,
      html('div', {class: 'beside'},
          html('div', {class: 'card'}, html('h3', {}, 'The whole run'), runFacts(run), overview),
          html('div', {class: 'card'},
              ...[scenario.fixes, data.stories[0].explanation?.trials].flatMap((table) =>
                (table && table.rows.length > 0 ? [html('h3', {}, 'Which fix defeats it?'), drawFixes(table)] : [])),
              scenario.strongest ? html('p', {class: 'ladder'}, 'The lock itself is ', html('b', {}, scenario.strongest),
                  scenario.strongest_meaning ? `, ${scenario.strongest_meaning}.` : '.') : null,
              ...scenario.problems.map((problem) => html('p', {class: 'problem'}, 'Problem: ', name(problem))),
              ...(story.reproduce ? [html('h3', {}, 'See it again'), copyable(story.reproduce)] : []))));
  open = {id: story.id, view, redraw};
  redraw();
}

// --- Recorded histories ---------------------------------------------------------------------------------

const signsOfStatus = {violated: '✗ VIOLATED', holds: '✓ HOLDS', undecided: '? UNDECIDED'};

/** @param {import('./history.js').Checked} history */
function drawHistorySection(history) {
  const view = showHistory(history, (place) => replaceHash(formatRoute({story: history.id, step: place + 1})));
  const {operations, unknown, objects, processes, malformed} = history.figures;
  const element = html('section', {class: 'history', tabindex: -1},
      data.histories.length > 1 ? html('h2', {}, name(history.file)) : null,
      html('p', {class: 'facts'}, html('span', {}, 'specification ', html('b', {}, name(history.spec))),
          html('span', {}, html('b', {}, operations.toLocaleString('en')), ' operations'),
          html('span', {}, html('b', {}, processes.toLocaleString('en')), ' processes'),
          objects > 1 ? html('span', {}, html('b', {}, objects.toLocaleString('en')), ' objects') : null,
          unknown > 0 ? html('span', {}, html('b', {}, unknown.toLocaleString('en')), ' unknown') : null,
          malformed > 0 ? html('span', {}, html('b', {}, malformed.toLocaleString('en')), ' lines unread') : null,
          html('span', {}, 'read as ', html('b', {}, history.format))),
      html('p', {class: 'about'}, name(history.spec_words)),
      html('p', {class: `verdict ${history.status}`}, html('b', {}, signsOfStatus[history.status]), ' ',
          history.object ? [history.object, ': '].join('') : '', name(history.reason),
          history.verified === true ? ' (The certificate was checked again, by other code.)' : '',
          history.verified === false ? ' (The certificate does not prove this: a defect of picklock.)' : ''),
      history.bars.length > 0 ? view.element : null);
  return {id: history.id, view, element, redraw: () => view.redraw()};
}

// --- Address, keys, theme -------------------------------------------------------------------------------

/** @param {string} hash */
function replaceHash(hash) {
  if (location.hash !== hash) history.replaceState(null, '', hash);
}

/** @param {boolean} moves the reader to it, when something was chosen */
function follow(moves) {
  const {story, step} = parseRoute(location.hash);
  const history = histories.find((one) => one.id === story);
  if (history) {
    if (open !== history && moves) history.element.scrollIntoView();
    open = history;
    if (step !== null && history.view.step() !== step - 1) history.view.go(step - 1);
    return;
  }
  const wanted = data.stories.findIndex((one) => one.id === story);
  const index = wanted >= 0 ? wanted : open === null ? 0 : -1;
  if (index < 0 || index >= data.stories.length) return;
  if (open?.id !== data.stories[index].id) {
    showCounterexample(index);
    if (wanted >= 0 && moves) {
      place.scrollIntoView();
      place.focus({preventScroll: true});
    }
  }
  if (open && wanted >= 0 && step !== null && open.view.step() !== step - 1) open.view.go(step - 1);
}

const themes = ['auto', 'light', 'dark'];

/** @param {HTMLElement} toggle */
function nameTheme(toggle) {
  const theme = document.documentElement.dataset.theme ?? 'auto';
  const faces = {auto: '◐', light: '☀', dark: '☾'};
  toggle.textContent = `${faces[/** @type {'auto'} */ (theme)]} ${theme}`;
  toggle.title = 'light or dark; auto is as the system has it';
}

/** @param {HTMLElement} toggle */
function nextTheme(toggle) {
  const theme = themes[(themes.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % 3];
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  nameTheme(toggle);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (!open || event.ctrlKey || event.metaKey || event.altKey || target.closest('.matrix, .plot')) return;
  const {view} = open;
  if (event.key === 'ArrowRight') view.go(view.step() + 1);
  else if (event.key === 'ArrowLeft') view.go(view.step() - 1);
  else if (event.key === 'Home') view.go(0);
  else if (event.key === 'End') view.go(Infinity);
  else if (event.key === 'f') nextSibling();
  else if (event.key === ' ' && !target.closest('button, a, summary')) view.togglePlay();
  else return;
  event.preventDefault();
}

function start() {
  const main = /** @type {HTMLElement} */ (document.getElementById('main'));
  document.title = `${title()} - picklock`;
  main.before(drawPatterns(), drawHead());
  if (data.scenarios.length > 1) main.append(drawTiles());
  // Of one scenario the picture comes first.
  const verdicts = data.verdicts.columns.length > 0 ? drawVerdicts() : '';
  const picture = data.stories.length > 0 ? place : '';
  main.append(...(data.scenarios.length > 1 ? [verdicts, picture] : [picture, verdicts]));
  for (const measured of data.measurements.map(showMeasurement)) {
    measurements.push(measured);
    main.append(measured.element);
    measured.redraw();
  }
  for (const history of data.histories) {
    const section = drawHistorySection(history);
    histories.push(section);
    main.append(section.element);
    section.redraw();
  }
  open = histories[0] ?? null;
  main.after(html('footer', {}, data.scenarios.length > 0 ?
    'What was simulated are the faults and delays of each scenario, and no others. ' : '',
  'This file needs no network.'));
  window.addEventListener('hashchange', () => follow(true));
  window.addEventListener('keydown', onKey);
  let width = innerWidth;
  window.addEventListener('resize', () => {
    if (width !== innerWidth) for (const one of new Set([open, ...histories, ...measurements])) one?.redraw();
    width = innerWidth;
  });
  follow(true);
}

start();
