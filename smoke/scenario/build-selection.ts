// Reads the selection keys beside a plug-in's options, and notes every selector for parsing.

import type { As } from '../probes/plugin.ts';
import type { Context } from './build-context.ts';
import { literalAt, textTreeOf } from './build-tree.ts';
import { nameFault, reservedNames } from './expression.ts';
import type { Keep } from './model.ts';
import type { MapNode, Node } from './node.ts';
import { child } from './plain.ts';
import { quoted } from './problems.ts';
import type { Tree } from './tree.ts';

export function whereOf(where: MapNode, as: As | undefined, context: Context): Record<string, Tree> {
  const picks: [string, Tree][] = [];
  for (const { key, keySpan, node } of where.entries.values()) {
    context.selectors.push({ text: key, place: keySpan, as });
    if (node.kind === 'scalar') picks.push([key, textTreeOf(node, context)]);
  }
  return Object.fromEntries(picks);
}

export function keepsAt(selection: MapNode, as: As | undefined, context: Context): Record<string, Keep> {
  const keeps: [string, Keep][] = [];
  const keep = child(selection, 'keep');
  for (const { key, keySpan, node } of keep?.kind === 'map' ? keep.entries.values() : []) {
    const fault = reservedNames.includes(key) ? `${key} has a meaning of its own` : nameFault(key);
    if (fault !== undefined)
      context.report.problem('forbidden-name', `${quoted(key)} cannot name an alias: ${fault}`, keySpan);
    const whole: MapNode = {
      kind: 'map',
      span: node.span,
      entries: new Map([['from', { key: 'from', keySpan, node }]]),
    };
    const spec = node.kind === 'map' ? node : whole;
    const from = selectorAt(spec, 'from', as, context);
    const match = literalAt(spec, 'match', context);
    const matchNode = child(spec, 'match');
    if (match !== undefined && matchNode) noteSelector({ ...matchNode, value: `/${match}/` } as Node, as, context);
    const secret = child(spec, 'secret');
    if (from !== undefined)
      keeps.push([
        key,
        { from, ...(match !== undefined && { match }), secret: secret?.kind === 'scalar' && secret.value === true },
      ]);
  }
  return Object.fromEntries(keeps);
}

export function selectorAt(node: Node, key: string, as: As | undefined, context: Context): string | undefined {
  const text = literalAt(node, key, context);
  if (text !== undefined) noteSelector(child(node, key), as, context);
  return text;
}

/** A selector made by a template can be parsed only once it is known. */
export function noteSelector(node: Node | undefined, as: As | undefined, { selectors }: Context): void {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value.includes('${{')) return;
  selectors.push({ text: node.value, place: node.span, as });
}

export function asAt(selection: MapNode): As | undefined {
  const as = child(selection, 'as');
  return as?.kind === 'scalar' &&
    (as.value === 'json' || as.value === 'xml' || as.value === 'html' || as.value === 'text')
    ? as.value
    : undefined;
}
