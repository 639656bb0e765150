// @ts-check
// The stretch of a run that a counterexample is about: which clients, messages and instants are drawn, and
// where an interval lies on the axis.

import {isChange, isDamage} from './run.js';
import {compressedAxis} from './time.js';

const mostArrows = 80;
const mostInstants = 70;

export class StoryWindow {
  /**
   * @param {import('./run.js').Run} run
   * @param {import('./run.js').Story} story
   * @param {number} width that the drawing should have; it becomes wider when much happens
   */
  constructor(run, story, width) {
    this.run = run;
    this.story = story;
    this.from = story.from;
    this.until = Math.max(story.until, ...story.steps.map((step) => step.at));
    this.servers = run.nodes.flatMap((node, i) => (node.role === 'server' ? [i] : []));
    this.resource = run.nodes.findIndex((node) => node.role === 'resource');
    this.messages = this.choose(run.messages);
    this.axis = this.makeAxis(width);
  }

  /** @param {number | null} node */
  called(node) {
    return node === null ? 'somebody' : this.run.nodes[node].name;
  }

  /** @param {number} node */
  isDrawn(node) {
    return this.story.clients.includes(node) || this.run.nodes[node].role !== 'client';
  }

  /** @param {number | null | undefined} at */
  contains(at) {
    return at !== null && at !== undefined && at >= this.from && at <= this.until;
  }

  /**
   * Those that the window shows something of, be it an instant.
   * @template {{from: number, until: number | null}} T
   * @param {T[]} intervals
   */
  inside(intervals) {
    return intervals.filter(({from, until}) =>
      from <= this.until && (until === null || until > this.from || until === from));
  }

  /**
   * @param {number} from
   * @param {number | null} until
   */
  span(from, until) {
    const left = from < this.from ? 0 : this.axis.at(from);
    const right = until === null || until > this.until ? this.axis.width : this.axis.at(until);
    return {x: left, width: Math.max(2, right - left)};
  }

  /**
   * Of too many messages those stay that events speak of, else those that did damage or belong to a step.
   * @param {import('./run.js').Message[]} messages
   */
  choose(messages) {
    const all = messages.filter(({from, to, sent, received}) =>
      this.isDrawn(from) && this.isDrawn(to) && sent <= this.until &&
      (received === null ? sent >= this.from : this.contains(received)));
    const steps = new Set(this.story.steps.map((step) => step.at));
    const told = all.filter(({op}) => op !== undefined);
    const drawn = [all, told].find((some) => some.length <= mostArrows) ??
      told.filter(({wrong, received, sent}) => wrong || steps.has(received ?? sent)).slice(0, mostArrows);
    return {drawn, hidden: all.length - drawn.length};
  }

  /** @param {number} width */
  makeAxis(width) {
    const {run, story} = this;
    const steps = new Set(story.steps.map((step) => step.at));
    const instants = new Set([this.from, this.until, ...steps]);
    // The most telling first: what finds no room any more lies between its neighbours, as time passes.
    /** @param {(number | null | undefined)[]} times */
    const add = (...times) => {
      for (const at of times) {
        if (instants.size < mostInstants && this.contains(at)) instants.add(/** @type {number} */ (at));
      }
    };
    for (const effect of run.effects) if (isChange(effect) && isDamage(effect)) add(effect.at);
    add(story.violated_from, story.violated_until);
    for (const hold of run.holds) {
      if (story.clients.includes(hold.client)) {
        add(hold.granted, hold.believed_until, ...(hold.mistaken ?? []).flat());
      }
    }
    for (const outage of run.outages) if (this.isDrawn(outage.node)) add(outage.from, outage.until);
    for (const fault of run.faults) add(fault.from, fault.until);
    for (const {sent, received, sent_before: before} of this.messages.drawn) {
      add(received, before ? null : sent);
    }
    for (const naming of this.inside(run.namings)) add(naming.from, naming.until);
    for (const hold of run.holds) {
      if (story.clients.includes(hold.client)) add(hold.asked, hold.waited_until);
    }
    return compressedAxis([...instants], {
      width, lead: 18, tail: 46, tightest: 0.62, room: (at) => (steps.has(at) ? 26 : 12),
    });
  }
}
