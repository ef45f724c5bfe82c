// What a hop is, where the scenario does not say it and the options of its look do: whether what was there stays, and
// whether it is a queue.

import type { Plugin } from '../probes/plugin.ts';
import type { Hop } from '../scenario/model.ts';

/** Whether an absence says something. */
export function keepsOf({ keeps, look }: Hop, plugin: Plugin | undefined): boolean {
  if (keeps !== undefined) return keeps;
  const transient = plugin?.transient;
  return typeof transient === 'function' ? !transient(optionsOf(look)) : transient !== true;
}

/** A hop that keeps nothing hands on what it holds: that is what makes it a queue. A log is none, whatever it keeps. */
export function isQueue({ keeps, look }: Hop, plugin: Plugin | undefined): boolean {
  const queue = plugin?.queue;
  return (typeof queue === 'function' ? queue(optionsOf(look)) : queue) ?? keeps === false;
}

/** As they stand in the file. */
function optionsOf(look: Hop['look']): Readonly<Record<string, unknown>> {
  const options = look?.options;
  return typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {};
}
