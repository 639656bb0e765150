// @ts-check
// One run as the page's data describe it (reports/story_json.h), and what was the case at an instant of it.

/**
 * @typedef {{name: string, role: 'client' | 'server' | 'resource'}} RunNode
 * @typedef {{op: number, client: number, asked: number, waited_until: number | null, granted?: number,
 *   believed_until?: number | null, mistaken?: [number, number][], fence?: number | string}} Hold
 * @typedef {{server: number, op: number, client: number | null, from: number, until: number | null,
 *   cause?: string, renewed?: number[]}} Naming
 * @typedef {{op: number, client: number, from: number, until: number}} Ownership
 * @typedef {{node: number, from: number, until: number | null, crash: boolean}} Outage
 * @typedef {{at: number, op: number, client: number | null, action: string, outcome: string,
 *   value: number | string, fence?: number | string, stale?: boolean, lost?: number | null}} Effect
 * @typedef {{from: number, to: number, op?: number, sent: number, received: number | null,
 *   sent_before?: boolean, answer?: boolean, refused?: boolean, wrong?: boolean, label: string}} Message
 * @typedef {{node: number | null, from: number, until: number | null, text: string}} Fault
 * @typedef {{nodes: RunNode[], end: number, complete: boolean, events: number, ttl: number | null,
 *   quorum: number, servers_observed: boolean, workload: string, initial: number | string,
 *   holds: Hold[], namings: Naming[], ownerships: Ownership[], outages: Outage[], effects: Effect[],
 *   messages: Message[], faults: Fault[]}} Run
 * @typedef {{at: number, text: string, client: number | null, node: number | null,
 *   tone: '' | 'wrong' | 'saved'}} Step
 * @typedef {{id: string, scenario: number, run: number, property: string, property_id: string,
 *   property_title: string, reason: string, seed: string, digest: string, violated_from: number,
 *   violated_until: number | null, from: number, until: number, clients: number[],
 *   other_clients: number, steps: Step[], steps_in_all: number, explanation?: Explanation}} Story
 * @typedef {{pitfall: string, cause: string, moral: string, futures: [number, number, number][],
 *   fatal: number, trials: import('./matrix.js').Table}} Explanation of each instant, how many of how many
 *   futures break the property
 */

/**
 * Half open, as the judges read intervals; null is never.
 * @param {{from: number, until: number | null}} interval
 * @param {number} at
 */
export function covers({from, until}, at) {
  return from <= at && (until === null || at < until);
}

/**
 * @param {Hold} hold
 * @returns {{from: number, until: number | null} | null}
 */
export function beliefOf(hold) {
  if (hold.granted === undefined) return null;
  return {from: hold.granted, until: hold.believed_until ?? null};
}

/**
 * Stretches of time with the clients that believe throughout that they hold the lock; none where nobody does.
 * @param {Run} run
 * @returns {{from: number, until: number, clients: number[]}[]}
 */
export function believerStretches(run) {
  /** @type {{at: number, client: number, step: 1 | -1}[]} */
  const changes = [];
  for (const hold of run.holds) {
    const belief = beliefOf(hold);
    if (!belief) continue;
    changes.push({at: belief.from, client: hold.client, step: 1});
    changes.push({at: belief.until ?? run.end, client: hold.client, step: -1});
  }
  changes.sort((a, b) => a.at - b.at);
  /** @type {Map<number, number>} */
  const counts = new Map();
  const stretches = [];
  for (let i = 0; i < changes.length;) {
    const from = changes[i].at;
    for (; i < changes.length && changes[i].at === from; ++i) {
      const {client, step} = changes[i];
      const count = (counts.get(client) ?? 0) + step;
      if (count > 0) counts.set(client, count);
      else counts.delete(client);
    }
    const until = i < changes.length ? changes[i].at : run.end;
    if (counts.size > 0 && until > from) stretches.push({from, until, clients: [...counts.keys()]});
  }
  return stretches;
}

/**
 * Stretches in which two or more believe so, and how many did at most.
 * @param {Run} run
 */
export function beliefOverlaps(run) {
  /** @type {{from: number, until: number, most: number}[]} */
  const overlaps = [];
  for (const {from, until, clients} of believerStretches(run)) {
    if (clients.length < 2) continue;
    const before = overlaps.at(-1);
    if (before?.until === from) {
      before.until = until;
      before.most = Math.max(before.most, clients.length);
    } else {
      overlaps.push({from, until, most: clients.length});
    }
  }
  return overlaps;
}

/**
 * How much of its lease a naming has left at an instant, from 1 to 0; null where leases never end. A lease
 * that did run out was as long as it lasted, whatever the servers' clocks said.
 * @param {Run} run
 * @param {Naming} naming
 * @param {number} at
 */
export function leaseLeft(run, naming, at) {
  const nanos = leaseLeftNs(run, naming, at);
  if (nanos === null || run.ttl === null) return null;
  return Math.max(0, Math.min(1, nanos / leaseLength(run, naming, at)));
}

/**
 * @param {Run} run
 * @param {Naming} naming
 * @param {number} at
 */
export function leaseLeftNs(run, naming, at) {
  if (run.ttl === null) return null;
  return Math.max(0, leaseBegin(naming, at) + leaseLength(run, naming, at) - at);
}

/**
 * @param {Naming} naming
 * @param {number} at
 */
function leaseBegin(naming, at) {
  let begin = naming.from;
  for (const renewed of naming.renewed ?? []) if (renewed <= at) begin = renewed;
  return begin;
}

/**
 * @param {Run} run
 * @param {Naming} naming
 * @param {number} at
 */
function leaseLength(run, naming, at) {
  const begin = leaseBegin(naming, at);
  const last = begin === (naming.renewed?.at(-1) ?? naming.from);
  if (last && naming.cause === 'expired' && naming.until !== null) return naming.until - begin;
  return run.ttl ?? 0;
}

/** @param {Effect} effect */
export function isChange(effect) {
  return effect.outcome === 'ok' && effect.action !== 'read';
}

/** @param {Effect} effect */
export function isDamage(effect) {
  return effect.stale === true || effect.lost !== undefined;
}

/**
 * The last accepted change of the resource; null: none yet.
 * @param {Run} run
 * @param {number} at
 */
export function lastChange(run, at) {
  let last = null;
  for (const effect of run.effects) {
    if (effect.at > at) break;
    if (isChange(effect)) last = effect;
  }
  return last;
}

/**
 * "1", "slot 3": what the resource holds after a change, or at first.
 * @param {Run} run
 * @param {Effect | null} change
 */
export function contentText(run, change) {
  if (run.workload === 'scheduled_job') return change ? `slot ${change.value}` : 'no run';
  return String(change ? change.value : run.initial);
}

/**
 * @typedef {{title: string, entries: {text: string, client: number | null, tone: '' | 'wrong' | 'note'}[]}} StateRow
 */

/**
 * What an observer of everything knows at one instant.
 * @param {Run} run
 * @param {number} at
 * @param {(ns: number) => string} length
 * @returns {StateRow[]}
 */
export function stateAt(run, at, length) {
  /** @param {number | null} node */
  const called = (node) => (node === null ? 'somebody' : run.nodes[node].name);
  /** @type {StateRow[]} */
  const rows = [];
  const named = run.namings.filter((naming) => covers(naming, at));
  if (run.servers_observed) {
    /** @type {Map<number, Naming[]>} */
    const byHold = new Map();
    for (const naming of named) byHold.set(naming.op, [...(byHold.get(naming.op) ?? []), naming]);
    const servers = run.nodes.filter((node) => node.role === 'server').length;
    const owners = [...byHold.values()].map((namings) => {
      const count = servers > 1 ? `, ${namings.length} of ${servers}` : '';
      const left = servers > 1 ? null : leaseLeftNs(run, namings[0], at);
      return {
        text: called(namings[0].client) + count + (left === null ? '' : `, ${length(left)} left`),
        client: namings[0].client,
        tone: /** @type {'' | 'note'} */ (namings.length >= run.quorum ? '' : 'note'),
      };
    });
    rows.push({title: servers > 1 ? 'servers name' : 'lock', entries: owners});
  }
  const believers = run.holds.filter((hold) => {
    const belief = beliefOf(hold);
    return belief && covers(belief, at);
  });
  rows.push({
    title: 'think they hold it',
    entries: believers.map((hold) => {
      const wrong = (hold.mistaken ?? []).some(([from, until]) => from <= at && at < until);
      return {text: called(hold.client), client: hold.client, tone: wrong ? 'wrong' : ''};
    }),
  });
  if (run.effects.length > 0) {
    const change = lastChange(run, at);
    const by = change ? ` by ${called(change.client)}` : '';
    const damage = change !== null && isDamage(change);
    rows.push({
      title: run.nodes.find((node) => node.role === 'resource')?.name ?? 'resource',
      entries: [{
        text: contentText(run, change) + by + (change?.lost != null ? `, ${called(change.lost)}` + (run.workload === 'scheduled_job' ? ' had run it' : '\'s is lost') : ''),
        client: change?.client ?? null,
        tone: damage ? 'wrong' : '',
      }],
    });
  }
  const still = run.outages.filter((outage) => covers(outage, at));
  if (still.length > 0) {
    rows.push({
      title: 'not running',
      entries: still.map(({node, crash}) => ({
        text: `${called(node)} (${crash ? 'crashed' : 'frozen'})`, client: node, tone: 'note',
      })),
    });
  }
  return rows;
}
