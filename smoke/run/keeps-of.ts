// Whether what was at a hop stays there, so that an absence says something: what the scenario says, else the plug-in.

import type { Plugin } from '../probes/plugin.ts';
import type { Hop } from '../scenario/model.ts';

export function keepsOf({ keeps, look }: Hop, plugin: Plugin | undefined): boolean {
  if (keeps !== undefined) return keeps;
  const transient = plugin?.transient;
  if (typeof transient !== 'function') return transient !== true;
  const options = look?.options;
  return !transient(typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {});
}
