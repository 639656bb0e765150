// The page's pure logic: time, aggregation, rows, addresses, states.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';

import {apart, scaleOf, valueText} from '../../reports/page/chart.js';
import {historyAxis, rowsOf} from '../../reports/page/history.js';
import {layOut, placeLabel} from '../../reports/page/layout.js';
import {aggregated, roundInstants} from '../../reports/page/overview.js';
import {formatRoute, parseRoute} from '../../reports/page/routes.js';
import {believerStretches, beliefOverlaps, leaseLeft, stateAt} from '../../reports/page/run.js';
import {compressedAxis, firstAfter, gapWeight, instantText, lengthText, roughLengthText} from '../../reports/page/time.js';

const ms = 1e6;
const s = 1e9;

test('lengths and instants read as in the terminal', () => {
  const lengths = [[0, '0s'], [250e3, '250us'], [7.513 * ms, '7.513ms'], [27.793 * ms, '27.7ms'], [14 * s, '14s'],
    [9.9931 * s, '9.993s'], [60 * s, '1min'], [90 * s, '1.5min'], [999, '0s'], [3600 * s, '1h']];
  for (const [ns, text] of lengths) assert.equal(lengthText(ns), text);
  assert.equal(instantText(4.702431 * ms), '4.702ms');
  assert.equal(instantText(14.030807 * s), '14.030s');
  assert.equal(roughLengthText(54221 * s), '15.1 h');
});

test('an axis keeps the order and shrinks long gaps', () => {
  const axis = compressedAxis([0, ms, 10 * s, 10 * s + ms, ms], {width: 600, lead: 10, tail: 20, tightest: 0.5, room: () => 10});
  assert.deepEqual(axis.times, [0, ms, 10 * s, 10 * s + ms]);
  for (let i = 1; i < axis.xs.length; ++i) assert.ok(axis.xs[i] > axis.xs[i - 1]);
  const [first, long] = [axis.xs[1] - axis.xs[0], axis.xs[2] - axis.xs[1]];
  assert.ok(long > first && long < 10 * first, 'ten thousand times the time is not ten times the room');
  assert.ok(Math.abs(axis.xs[3] - 580) < 1e-9);
  assert.equal(axis.at(-5), 10);
  assert.equal(axis.at(5 * s), (axis.xs[1] + axis.xs[2]) / 2 + (5 * s - (ms + 10 * s) / 2) / (10 * s - ms) * long);
  assert.equal(axis.at(99 * s), axis.xs[3]);
});

test('a busy axis becomes wider, not illegible', () => {
  const instants = Array.from({length: 200}, (_, i) => i * ms);
  const axis = compressedAxis(instants, {width: 300, lead: 0, tail: 0, tightest: 0.5, room: () => 12});
  assert.ok(axis.width > 1000);
  assert.ok(axis.xs.every((x, i) => i === 0 || x - axis.xs[i - 1] >= 6));
  assert.ok(gapWeight(-1) === 0 && gapWeight(9 * ms) === 24);
});

test('firstAfter finds the first larger element', () => {
  assert.deepEqual([0, 1, 2, 3, 4].map((value) => firstAfter([1, 1, 3], value)), [0, 2, 2, 3, 3]);
});

test('aggregated intervals are as many as the cells allow, and none is lost', () => {
  const many = Array.from({length: 5000}, (_, i) => ({from: i * 10, until: i * 10 + 5}));
  assert.deepEqual(aggregated(many, 50000, 100), [[0, 99]]);
  assert.deepEqual(aggregated([{from: 7, until: 7}], 1000, 10), [[0, 0]], 'an instant is seen');
  assert.deepEqual(aggregated([{from: 500, until: null}], 1000, 10), [[5, 9]]);
  assert.deepEqual(aggregated([{from: 0, until: 100}, {from: 300, until: 400}], 1000, 10), [[0, 0], [3, 3]]);
  const alternating = Array.from({length: 5000}, (_, i) => ({from: i * 20, until: i * 20 + 1}));
  assert.ok(aggregated(alternating, 100000, 900).length <= 450);
});

test('round instants begin with 0 and are few', () => {
  for (const end of [1, 999, 2.36 * s, 60 * s, 7 * 3600 * s]) {
    const instants = roundInstants(end);
    assert.equal(instants[0], 0);
    assert.ok(instants.length >= 1 && instants.length <= 14, `${end}: ${instants.length}`);
  }
});

test('addresses survive the way through the address bar', () => {
  for (const story of ['a:b', 'x&step=9', '</script>', 'ü ~2', '%', 'a=b']) {
    assert.deepEqual(parseRoute(formatRoute({story, step: 4})), {story, step: 4});
    assert.deepEqual(parseRoute(formatRoute({story, step: null})), {story, step: null});
  }
  for (const hash of ['', '#', '#ce=%', '#step=-1', '#step=1e9', '#nothing', '#ce']) {
    const {step} = parseRoute(hash);
    assert.equal(step, null, hash);
  }
});

test('operations of one process that overlap get rows of their own', () => {
  const bar = (process, from, until) => ({process, from, until, call: 'acquire', answer: 'ok', outcome: 'ok'});
  const rows = rowsOf([bar('a', 0, 2), bar('b', 1, 3), bar('a', 2, null), bar('a', 4, 5), bar('a', 6, 7)]);
  assert.deepEqual(rows.map(({process, rows}) => [process, rows.map((row) => row.length)]), [['a', [2, 2]], ['b', [1]]]);
});

test('a history far longer than doubles are exact keeps its order', () => {
  const axis = historyAxis({times: [['0', 0], ['1', 9e18], ['2', 1], ['3', 1]], bars: [], wrong_at: 3}, 500);
  assert.ok(axis.xs.every((x, i) => i === 0 || x > axis.xs[i - 1]));
});

// --- A run: client 0 holds until its lease ends at 100, sleeps on, and writes at 300; client 1 holds from 150.
const run = {
  nodes: [{name: 'a', role: 'client'}, {name: 'b', role: 'client'}, {name: 'redis', role: 'server'}, {name: 'data', role: 'resource'}],
  end: 1000, complete: true, events: 12, ttl: 90, quorum: 1, servers_observed: true, workload: 'counter', initial: 0,
  holds: [
    {op: 0, client: 0, asked: 0, waited_until: 20, granted: 20, believed_until: 400, mistaken: [[100, 400]]},
    {op: 1, client: 1, asked: 5, waited_until: 160, granted: 160, believed_until: 350, mistaken: []},
  ],
  namings: [
    {server: 2, op: 0, client: 0, from: 10, until: 100, cause: 'expired'},
    {server: 2, op: 1, client: 1, from: 150, until: 360, cause: 'released', renewed: [200]},
  ],
  ownerships: [{op: 0, client: 0, from: 10, until: 100}, {op: 1, client: 1, from: 150, until: 360}],
  outages: [{node: 0, from: 30, until: 290, crash: false}],
  effects: [
    {at: 200, op: 4, client: 1, action: 'write', outcome: 'ok', value: 1, stale: false},
    {at: 300, op: 5, client: 0, action: 'write', outcome: 'ok', value: 1, stale: true, lost: 1},
  ],
  messages: [
    {from: 0, to: 2, op: 0, sent: 0, received: 10, label: 'acquire'},
    {from: 2, to: 0, op: 0, sent: 10, received: 20, answer: true, label: 'granted'},
    {from: 0, to: 3, op: 5, sent: 292, received: 300, wrong: true, label: 'write 1'},
    {from: 1, to: 3, op: 6, sent: 310, received: null, label: 'write 2'},
  ],
  faults: [],
};
const story = {
  id: 's', scenario: 0, run: 0, property: 'p', property_id: 'S4', property_title: '', reason: 'r', seed: '1', digest: '',
  violated_from: 300, violated_until: 300, from: 0, until: 400, clients: [0, 1], other_clients: 0, steps_in_all: 3,
  steps: [{at: 20, text: 'a gets the lock', client: 0, node: 0, tone: ''}, {at: 100, text: 'the lease runs out', client: 0, node: 2, tone: ''},
    {at: 300, text: 'a writes 1', client: 0, node: 3, tone: 'wrong'}],
};

test('who believes, and who does so at once', () => {
  assert.deepEqual(believerStretches(run), [{from: 20, until: 160, clients: [0]}, {from: 160, until: 350, clients: [0, 1]}, {from: 350, until: 400, clients: [0]}]);
  assert.deepEqual(beliefOverlaps(run), [{from: 160, until: 350, most: 2}]);
});

test('a lease drains, and is full again when it is renewed', () => {
  const [first, second] = run.namings;
  assert.equal(leaseLeft(run, first, 10), 1);
  assert.equal(leaseLeft(run, first, 55), 0.5);
  assert.equal(leaseLeft(run, first, 100), 0);
  assert.equal(leaseLeft(run, second, 200), 1);
  assert.equal(leaseLeft(run, second, 245), 0.5);
  assert.equal(leaseLeft({...run, ttl: null}, second, 245), null);
});

test('the state at an instant', () => {
  const words = (at) => Object.fromEntries(stateAt(run, at, (ns) => `${ns}ns`).map(({title, entries}) => [title, entries.map(({text, tone}) => text + (tone ? `!${tone}` : ''))]));
  assert.deepEqual(words(50), {'lock': ['a, 50ns left'], 'think they hold it': ['a'], 'data': ['0'], 'not running': ['a (frozen)!note']});
  assert.deepEqual(words(120), {'lock': [], 'think they hold it': ['a!wrong'], 'data': ['0'], 'not running': ['a (frozen)!note']});
  assert.deepEqual(words(300), {'lock': ['b, 0ns left'], 'think they hold it': ['a!wrong', 'b'], 'data': ["1 by a, b's is lost!wrong"]});
});

test('a layout is inside its drawing, in time\'s order, and says what is wrong', () => {
  for (const width of [420, 900, 1500]) {
    const layout = layOut(run, story, width);
    for (const lane of layout.lanes) {
      assert.ok(lane.y >= 0 && lane.y + lane.height <= layout.height);
      for (const bar of lane.bars) {
        assert.ok(bar.x >= 0 && bar.x + bar.width <= layout.width + 1, `${lane.name}: ${bar.title}`);
        for (const [x, part] of bar.wedge ?? []) assert.ok(x >= 0 && x <= layout.width && part >= 0 && part <= 1);
      }
    }
    const kinds = layout.lanes.flatMap((lane) => lane.bars.map((bar) => bar.kind));
    assert.ok(kinds.includes('mistaken') && kinds.includes('damage') && kinds.includes('strip-wrong'));
    assert.equal(layout.bands.length, 1);
    assert.deepEqual(layout.badges.map((badge) => badge.number), [1, 2, 3]);
    assert.ok(layout.badges.every((badge, i) => i === 0 || badge.x > layout.badges[i - 1].x));
    assert.ok(layout.arrows.some((arrow) => arrow.is_lost));
    assert.equal(layout.arrows.filter((arrow) => arrow.tone === 'wrong').length, 1);
  }
});

test('of thousands of messages those that matter are drawn, the others are counted', () => {
  const noise = Array.from({length: 5000}, (_, i) => ({from: 1, to: 2, op: 9 + i, sent: i % 380, received: (i % 380) + 1, label: 'acquire'}));
  const layout = layOut({...run, messages: [...run.messages, ...noise]}, story, 900);
  assert.ok(layout.arrows.length <= 80);
  assert.ok(layout.arrows.some((arrow) => arrow.tone === 'wrong'));
  assert.equal(layout.arrows.length + layout.hidden_messages, 5004);
});

test('labels do not lie on one another', () => {
  const taken = [];
  const line = {x1: 100, y1: 0, x2: 120, y2: 60};
  const places = Array.from({length: 8}, () => placeLabel(line, 'acquire', taken)).filter((place) => place !== null);
  assert.ok(places.length >= 2);
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) assert.ok(Math.abs(a.y - b.y) > 12 || Math.abs(a.x - b.x) > 44);
  }
});

test('the modules, which share one scope in the page, declare every name once', () => {
  const folder = new URL('../../reports/page/', import.meta.url);
  const owners = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    for (const [, name] of text.matchAll(/^(?:export )?(?:async )?(?:function|class|const|let) (\w+)/gm)) {
      assert.ok(!owners.has(name), `${name} is declared in ${owners.get(name)} and in ${file}`);
      owners.set(name, file);
    }
  }
  assert.ok(owners.size > 50);
});

test('values of a curve read with three digits', () => {
  const values = [[0.0123456, 's', '12.3ms'], [1e-6, 's', '1us'], [14, 's', '14s'], [0.25, 'share', '25 %'], [0.0001234, 'share', '0.0123 %'],
    [41234, '', '41.2 k'], [41.6667, '', '41.7'], [0, '', '0'], [0, 's', '0s']];
  for (const [value, unit, text] of values) assert.equal(valueText(value, unit), text);
});

test('a logarithmic scale has decades of one width, and holds every value', () => {
  const scale = scaleOf({label: 'x', scale: 'log', unit: 's'}, [1, 10, 100], 50, 450, 6);
  assert.deepEqual([1, 10, 100].map(scale.at), [50, 250, 450]);
  assert.deepEqual(scale.ticks, [1, 3, 10, 30, 100]);
});

test('shares reach from a decade below the least to one', () => {
  const scale = scaleOf({label: 'y', scale: 'log', unit: 'share'}, [0.25, 0.014867], 200, 0, 5);
  assert.deepEqual(scale.ticks, [0.01, 0.03, 0.1, 0.3, 1]);
  assert.equal(scale.at(1), 0);
  assert.ok(scale.at(0.014867) > scale.at(0.25));
});

test('a linear scale begins at zero and ends on a round value', () => {
  const scale = scaleOf({label: 'y', scale: 'linear', unit: ''}, [3, 47], 100, 0, 5);
  assert.deepEqual(scale.ticks, [0, 10, 20, 30, 40, 50]);
  assert.equal(scale.at(0), 100);
  assert.equal(scale.at(50), 0);
  const flat = scaleOf({label: 'y', scale: 'linear', unit: ''}, [0, 0], 100, 0, 5);
  assert.ok(Number.isFinite(flat.at(0)));
});

test('labels move apart, keep their order and stay above the axis', () => {
  const moved = apart([100, 101, 20, 199, 200], 14, 200);
  const order = [2, 0, 1, 3, 4];
  for (let i = 1; i < order.length; ++i) assert.ok(moved[order[i]] - moved[order[i - 1]] >= 14);
  assert.ok(Math.max(...moved) <= 200);
});
