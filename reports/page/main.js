// @ts-check
// Reads the data of the page, builds what there is to show, and keeps the address and the keys.

import {html, name} from './dom.js';
import {formatRoute, parseRoute} from './routes.js';
import {showStory} from './story.js';

/**
 * @typedef {{name: string, file: string, about: string, lock: string, pitfall: string}} Scenario
 * @typedef {{schema: string, version: string, command: string, title: string, mark: string,
 *   scenarios: Scenario[], runs: import('./run.js').Run[], stories: import('./run.js').Story[]}} PageData
 */

/** @returns {PageData} */
function readData() {
  return JSON.parse(document.getElementById('data')?.textContent ?? '{}');
}

const data = readData();
const main = /** @type {HTMLElement} */ (document.getElementById('main'));

/** @type {import('./story.js').StoryView | null} */
let view = null;
let shown = '';

/** @param {string} id */
function open(id) {
  const story = data.stories.find((one) => one.id === id);
  if (!story) return;
  view?.stop();
  shown = id;
  view = showStory(data.runs[story.run], story, (step) => {
    const last = step === story.steps.length - 1;
    replaceHash(formatRoute({story: id, step: last ? null : step + 1}));
  });
  const scenario = data.scenarios[story.scenario];
  place.replaceChildren(
      html('h2', {}, name(scenario.name)),
      html('p', {class: 'verdict violated'}, html('b', {}, '✗ VIOLATION'), ' ', name(story.reason)),
      view.element);
  view.redraw();
}

const place = html('section', {id: 'counterexample'});

/** @param {string} hash */
function replaceHash(hash) {
  if (location.hash !== hash) history.replaceState(null, '', hash);
}

function follow() {
  const {story, step} = parseRoute(location.hash);
  const id = story ?? data.stories[0]?.id;
  if (id === undefined) return;
  if (id !== shown) open(id);
  if (view && step !== null && view.step() !== step - 1) view.go(step - 1);
}

main.append(place);
window.addEventListener('hashchange', follow);
window.addEventListener('resize', () => view?.redraw());
window.addEventListener('keydown', (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (!view || event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea')) return;
  if (event.key === 'ArrowRight') view.go(view.step() + 1);
  else if (event.key === 'ArrowLeft') view.go(view.step() - 1);
  else if (event.key === 'Home') view.go(0);
  else if (event.key === 'End') view.go(Infinity);
  else if (event.key === ' ' && !target.closest('button, a, summary')) view.togglePlay();
  else return;
  event.preventDefault();
});
follow();
