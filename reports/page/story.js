// @ts-check
// One counterexample: its picture, its steps in words, the state at the chosen step, and the keys that move
// through it.

import {drawDiagram, tint} from './diagram.js';
import {html, name, svg} from './dom.js';
import {layOut} from './layout.js';
import {stateAt} from './run.js';
import {instantText, lengthText} from './time.js';

/**
 * @typedef {{element: HTMLElement, step: () => number, go: (step: number) => void,
 *   togglePlay: () => void, stop: () => void, redraw: () => void}} StoryView
 */

const playInterval = 1400;

/**
 * @param {import('./run.js').Run} run
 * @param {import('./run.js').Story} story
 * @param {(step: number) => void} moved is told of each step, from 0
 * @returns {StoryView}
 */
export function showStory(run, story, moved) {
  const last = story.steps.length - 1;
  let current = last;
  /** @type {number | undefined} */
  let timer;

  const drawing = html('div', {class: 'drawing'});
  /** @type {import('./diagram.js').Diagram | null} */
  let diagram = null;

  const items = story.steps.map((step, i) => html('li', {
    class: `step ${step.tone || tint(story.clients, step.client)}`,
  }, html('button', {type: 'button', onclick: () => go(i)},
      html('span', {class: 'number'}, i + 1),
      html('span', {class: 'words', dir: 'auto'}, step.text),
      html('time', {}, instantText(step.at)), futuresOf(story, step.at))));
  const state = html('dl', {class: 'state'});
  const when = html('h4', {});
  const position = html('p', {class: 'position', 'aria-live': 'polite'});
  const play = html('button', {type: 'button', class: 'play', onclick: () => togglePlay()}, 'Play');
  /** @param {string} label @param {string} sign @param {() => number} to */
  const mover = (label, sign, to) => html('button',
      {type: 'button', class: 'mover', 'aria-label': label, title: label, onclick: () => go(to())}, svg('svg', {viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true'}, svg('path', {d: sign})));
  const controls = html('div', {class: 'controls', role: 'toolbar', 'aria-label': 'steps'},
      mover('first step', 'M2 2h2v12H2zM14 2v12L5 8z', () => 0), mover('step back', 'M12 2v12L4 8z', () => current - 1), play,
      mover('step on', 'M4 2v12l8-6z', () => current + 1), mover('last step', 'M12 2h2v12h-2zM2 2v12l9-6z', () => last), position,
      html('p', {class: 'keys', 'aria-hidden': 'true'}, html('kbd', {}, '←'), html('kbd', {}, '→'), ' step ',
          html('kbd', {}, 'space'), ' play'));

  /** @param {number} step */
  function go(step) {
    current = Math.max(0, Math.min(last, step));
    update(true);
    moved(current);
  }

  /** @param {boolean} moves the picture to the step */
  function update(moves) {
    if (last < 0) return;
    const step = story.steps[current];
    diagram?.show(step.at, current === last, moves);
    items.forEach((item, i) => {
      item.classList.toggle('current', i === current);
      item.classList.toggle('later', i > current);
      if (i === current) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    });
    position.replaceChildren(html('b', {}, `step ${current + 1}`), ` of ${last + 1}`,
        html('span', {class: 'instant'}, `t = ${instantText(step.at)}`),
        html('span', {class: 'unseen'}, step.text));
    when.replaceChildren(`State at t = ${instantText(step.at)}`);
    state.replaceChildren(...stateAt(run, step.at, lengthText).flatMap(({title, entries}) => [
      html('dt', {}, name(title)),
      html('dd', {}, ...(entries.length === 0 ? [html('span', {class: 'nobody'}, 'nobody')] :
        entries.map(({text, client, tone}) =>
          html('span', {class: `entry ${tone} ${tint(story.clients, client)}`}, name(text))))),
    ]));
  }

  function redraw() {
    const width = Math.max(drawing.clientWidth - (drawing.clientWidth >= 700 ? 136 : 0), 420);
    const layout = layOut(run, story, width);
    diagram = drawDiagram(layout, story.clients, words(run, story), go);
    drawing.replaceChildren(diagram.element);
    if (layout.hidden_messages) drawing.append(html('p', {class: 'explain note'}, `Messages that are not drawn: ${layout.hidden_messages}`));
    update(false);
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    play.textContent = 'Play';
    play.setAttribute('aria-pressed', 'false');
  }

  function togglePlay() {
    if (timer !== undefined) return stop();
    if (current === last) go(0);
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', 'true');
    timer = window.setInterval(() => {
      if (current >= last) stop();
      else go(current + 1);
    }, playInterval);
  }

  const element = html('div', {class: 'story'},
      html('div', {class: 'card canvas'}, legend(), drawing, controls),
      html('div', {class: 'card steps'}, html('h3', {}, 'What happened'),
          html('ol', {}, ...items), when, state));
  return {element, step: () => current, go, togglePlay, stop, redraw};
}

/**
 * How many futures break the property from a step on, where that was tried.
 * @param {import('./run.js').Story} story
 * @param {number} at
 */
function futuresOf({explanation}, at) {
  const place = explanation?.futures.findIndex(([instant]) => instant === at) ?? -1;
  // Behind the step that is fatal every one of them does.
  if (!explanation || place < 0 || place > explanation.fatal) return null;
  const [, violated, all] = explanation.futures[place];
  const fatal = place === explanation.fatal ? ': from here on there is no way back' : '';
  return html('span', {class: `futures${fatal ? ' fatal' : ''}`}, `breaks in ${violated} of ${all} futures${fatal}`);
}

function legend() {
  /** @param {string} kind @param {string} text */
  const entry = (kind, text) => html('span', {}, html('i', {class: `swatch ${kind}`}), text);
  return html('p', {class: 'legend'}, entry('lease', 'lease time left'), entry('wrong', 'wrong belief or data'),
      entry('outage', 'fault'), entry('waits', 'waits'));
}

/**
 * @param {import('./run.js').Run} run
 * @param {import('./run.js').Story} story
 */
function words(run, story) {
  const clients = story.clients.map((client) => run.nodes[client].name).join(', ');
  return `Lanes over time for ${clients}, the lock's servers and the resource. ${story.reason}. ` +
    `The ${story.steps.length} steps beside the picture say the same in words.`;
}
