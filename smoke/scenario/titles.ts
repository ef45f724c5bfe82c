// What steps and looks are called in reports, in a few words and on one line.

import type { Plugin } from '../probes/plugin.ts';
import { sourceOf } from './build-tree.ts';
import type { Node } from './node.ts';
import { visible } from './problems.ts';
import type { Tree } from './tree.ts';

export function titleOf(plugin: Plugin, own: Tree): string {
  let title: string | undefined;
  try {
    title = plugin.title?.(sourceOf(own) as Readonly<Record<string, unknown>>);
  } catch {
    // A plug-in's title is decoration; its options may be wrong, which is reported elsewhere.
    title = undefined;
  }
  return shortened(typeof title === 'string' && title !== '' ? title : plugin.name);
}

/** `$.payload.BookingNote` → `BookingNote` */
export function lastPart(field: Node | undefined): string {
  if (field?.kind !== 'scalar' || typeof field.value !== 'string') return '';
  if (!field.value.startsWith('$')) return shortened(field.value);
  return shortened(/([\p{L}\p{N}_-]+)(?:['"]?\])?$/u.exec(field.value.slice(-200))?.[1] ?? '');
}

/** A title stands for every marker and every run, so it has names where values will be: `GET /bookings/‹booking›`. */
function shortened(text: string): string {
  const named = text
    .slice(0, 500)
    .replaceAll(/\$\{\{\s*([^}]{0,80})(?:\}\}|$)/g, (_, name: string) => `‹${name.trim()}›`);
  const line = visible(named.slice(0, 200).replaceAll(/\s+/g, ' ')).trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
