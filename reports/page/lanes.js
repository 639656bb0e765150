// @ts-check
// What each lane of the picture shows, as bars on the window's axis.

import {beliefOf, believerStretches, contentText, isChange, isDamage, lastChange, leaseLeft} from './run.js';
import {firstAfter, lengthText} from './time.js';

/**
 * @typedef {import('./window.js').StoryWindow} StoryWindow
 * @typedef {{kind: string, x: number, width: number, client: number | null, texts: string[],
 *   title: string, wedge?: [number, number][]}} Bar the longest of `texts` that fits is written
 * @typedef {{key: string, name: string, note: string, node: number | null, client: number | null,
 *   height: number, bars: Bar[], below: Bar[], room: number}} LaneContent `below` lie under the lane, `room`
 *   is left free under that
 */

const barHeight = 34;
const thinHeight = 22;
const room = 50;

/**
 * @param {Partial<LaneContent> & {key: string, name: string, bars: Bar[]}} content
 * @returns {LaneContent}
 */
function lane(content) {
  return {note: '', node: null, client: null, height: barHeight, below: [], room, ...content};
}

/**
 * In Kleppmann's order: a client, the lock, the other clients, the data, so that a guilty write crosses lanes.
 * @param {StoryWindow} window
 * @returns {LaneContent[]}
 */
export function lanesOf(window) {
  const {clients, other_clients: others} = window.story;
  return [
    ...faultLanes(window),
    ...clients.slice(0, 1).map((client) => clientLane(window, client)),
    ...window.servers.map((server) => serverLane(window, server)),
    ...clients.slice(1).map((client) => clientLane(window, client)),
    ...(others > 0 ? [othersLane(window)] : []),
    ...(window.resource >= 0 ? [resourceLane(window)] : []),
  ];
}

/**
 * Who really holds the lock, and who thinks so.
 * @param {StoryWindow} window
 * @returns {LaneContent[]}
 */
export function stripsOf(window) {
  const {run, story} = window;
  const strips = [];
  if (run.servers_observed) {
    const bars = window.inside(run.ownerships).map(({from, until, client}) => ({
      kind: 'strip', ...window.span(from, until), client, texts: [window.called(client)],
      title: `${window.called(client)} really holds the lock`,
    }));
    strips.push(lane({key: 'owners', name: 'really holds it', height: 20, bars, room: 5}));
  }
  const bars = window.inside(believerStretches(run)).map(({from, until, clients}) => {
    const names = clients.map((client) => window.called(client));
    const many = clients.length > 1;
    const all = names.join(many && clients.length === 2 ? ' and ' : ', ');
    return {kind: many ? 'strip-wrong' : 'strip', ...window.span(from, until),
      client: many ? null : clients[0], texts: many ? [all, `${clients.length} clients`, String(clients.length)] : [all],
      title: `${all} ${many ? 'think they hold' : 'thinks it holds'} the lock, ${lengthText(until - from)}`};
  });
  strips.push(lane({key: 'believers', name: 'thinks so', height: 20, bars, room: 5}));
  return story.clients.length > 0 ? strips : [];
}

/** @param {StoryWindow} window */
function faultLanes(window) {
  const faults = window.inside(window.run.faults).slice(0, 4);
  return faults.map((fault, i) => {
    const length = fault.until === null ? '' : `, ${lengthText(fault.until - fault.from)}`;
    const title = fault.text + length;
    return lane({
      key: `fault-${i}`, name: i > 0 ? '' : faults.length > 1 ? 'faults' : 'fault', height: 18,
      bars: [{kind: 'outage', ...window.span(fault.from, fault.until), client: null,
        texts: [title, fault.text], title}],
      room: i + 1 === faults.length ? 34 : 4,
    });
  });
}

/**
 * @param {StoryWindow} window
 * @param {number} client
 */
function clientLane(window, client) {
  /** @type {Bar[]} */
  const bars = [];
  const who = window.called(client);
  for (const hold of window.run.holds) {
    if (hold.client !== client) continue;
    const waits = {from: hold.asked, until: hold.waited_until};
    if (window.inside([waits]).length > 0) {
      bars.push({kind: 'waits', ...window.span(waits.from, waits.until), client,
        texts: [waits.until === null ? 'still waits' : 'waits'], title: `${who} waits for the lock`});
    }
    bars.push(...beliefBars(window, hold));
  }
  return lane({key: `node-${client}`, node: client, client, name: who, note: 'believes', bars,
    below: outageBars(window, client)});
}

/**
 * @param {StoryWindow} window
 * @param {import('./run.js').Hold} hold
 * @returns {Bar[]}
 */
function beliefBars(window, hold) {
  const belief = beliefOf(hold);
  if (!belief) return [];
  const end = belief.until ?? window.run.end;
  /** @type {{from: number, until: number | null, wrong: boolean}[]} */
  const parts = [];
  let at = belief.from;
  for (const [from, until] of hold.mistaken ?? []) {
    if (from > at) parts.push({from: at, until: from, wrong: false});
    // What lasts until the end of the run has no end in the picture.
    parts.push({from, until: until >= end ? belief.until : until, wrong: true});
    at = until;
  }
  if (at < end) parts.push({from: at, until: belief.until, wrong: false});
  const token = hold.fence === undefined ? '' : `, token ${hold.fence}`;
  const who = window.called(hold.client);
  return window.inside(parts).map(({from, until, wrong}) => ({
    kind: wrong ? 'mistaken' : 'belief',
    ...window.span(from, until),
    client: hold.client,
    texts: wrong ? ['still believes that it holds the lock', 'still believes so', 'mistaken'] :
      [`believes that it holds the lock${token}`, 'believes it holds the lock', `holds it${token}`, 'holds it'],
    title: `${who} believes that it holds the lock${wrong ? ', and is mistaken' : token}`,
  }));
}

/**
 * @param {StoryWindow} window
 * @param {number} node
 * @returns {Bar[]}
 */
function outageBars(window, node) {
  const outages = window.inside(window.run.outages.filter((outage) => outage.node === node));
  return outages.map(({from, until, crash}) => {
    const word = !crash ? 'frozen' : until === null ? 'crashed' : 'down';
    const length = until === null ? '' : ` for ${lengthText(until - from)}`;
    return {kind: 'outage', ...window.span(from, until), client: null, texts: [word + length, word],
      title: `${window.called(node)}: ${word}${length}`};
  });
}

/**
 * @param {StoryWindow} window
 * @param {number} server
 */
function serverLane(window, server) {
  const {run, servers} = window;
  const many = servers.length > 2;
  const namings = window.inside(run.namings.filter((naming) => naming.server === server));
  const bars = namings.map((naming) => {
    const owner = window.called(naming.client);
    const hold = run.holds.find(({op}) => op === naming.op);
    const token = hold?.fence === undefined ? '' : `, token ${hold.fence}`;
    const end = naming.cause && naming.cause !== 'released' ? `, then ${naming.cause}` : '';
    return {kind: 'named', ...window.span(naming.from, naming.until), client: naming.client,
      wedge: wedge(window, naming), texts: [`owner ${owner}${token}`, owner + token, owner],
      title: `${window.called(server)} names ${owner}${token} as the owner${end}`};
  });
  const note = !run.servers_observed ? 'not observed' : many ? '' : 'names the owner';
  return lane({key: `node-${server}`, node: server, name: window.called(server), note, bars,
    height: many ? thinHeight : barHeight, below: outageBars(window, server),
    room: many && server !== servers.at(-1) ? 12 : room});
}

/**
 * The lease's remainder as the upper edge of a wedge, [x, part of the height from the top]: from full to
 * empty, with a kink wherever the axis is compressed in another way, and a jump at each renewal.
 * @param {StoryWindow} window
 * @param {import('./run.js').Naming} naming
 * @returns {[number, number][] | undefined}
 */
function wedge(window, naming) {
  const {axis, run} = window;
  const begin = Math.max(naming.from, window.from);
  const end = Math.min(naming.until ?? run.end, window.until);
  if (run.ttl === null || end <= begin) return undefined;
  const between = axis.times.slice(firstAfter(axis.times, begin), firstAfter(axis.times, end));
  const renewals = (naming.renewed ?? []).filter((at) => at > begin && at < end);
  const times = [...new Set([begin, ...between, ...renewals, end])].sort((a, b) => a - b);
  /** @type {[number, number][]} */
  const edge = [];
  for (const at of times) {
    const before = at === begin ? null : leaseLeft(run, naming, at - 1);
    const after = at === end ? null : leaseLeft(run, naming, at);
    if (before !== null) edge.push([axis.at(at), 1 - before]);
    if (after !== null && (before === null || after > before + 0.001)) edge.push([axis.at(at), 1 - after]);
  }
  if (naming.until === null || naming.until > window.until) {
    edge.push([axis.width, 1 - (leaseLeft(run, naming, end) ?? 0)]);
  }
  return edge;
}

/** @param {StoryWindow} window */
function othersLane(window) {
  const {clients, other_clients: count} = window.story;
  const beliefs = window.run.holds.flatMap((hold) => {
    const belief = clients.includes(hold.client) ? null : beliefOf(hold);
    return belief ? [{...belief, client: hold.client}] : [];
  });
  const bars = window.inside(beliefs).map(({from, until, client}) => ({
    kind: 'other', ...window.span(from, until), client: null, texts: [window.called(client)],
    title: `${window.called(client)} believes that it holds the lock`,
  }));
  return lane({key: 'others', name: `${count} other client${count === 1 ? '' : 's'}`, note: 'believe',
    height: 16, bars});
}

/** @param {StoryWindow} window */
function resourceLane(window) {
  const {run, from, until} = window;
  /** @type {{from: number, until: number | null, change: import('./run.js').Effect | null}[]} */
  const contents = [{from: from - 1, until: null, change: lastChange(run, from)}];
  for (const change of run.effects.filter(isChange)) {
    if (change.at <= from || change.at > until) continue;
    contents[contents.length - 1].until = change.at;
    contents.push({from: change.at, until: null, change});
  }
  /** @type {Bar[]} */
  const bars = contents.map((content) => {
    const {change} = content;
    const wrong = change !== null && isDamage(change);
    const mark = wrong ? ' ✗' : '';
    const value = contentText(run, change);
    const by = change ? ` by ${window.called(change.client)}` : '';
    const loss = change?.lost != null ? (run.workload === 'scheduled_job' ? `: ${window.called(change.lost)} has run it already` : `: the update of ${window.called(change.lost)} is lost`) : '';
    return {kind: wrong ? 'damage' : 'content', ...window.span(content.from, content.until),
      client: change?.client ?? null, texts: [value + by + mark, value + mark], title: value + by + loss};
  });
  for (const {outcome, at, action, client} of run.effects) {
    if (outcome !== 'refused' || !window.contains(at)) continue;
    bars.push({kind: 'refused', x: window.axis.at(at), width: 3, client: null, texts: ['✓ refused'],
      title: `refused: ${action} of ${window.called(client)}`});
  }
  return lane({key: `node-${window.resource}`, node: window.resource, name: window.called(window.resource),
    note: 'contains', bars, below: outageBars(window, window.resource)});
}
