// What a journey's send says, so that a record that `find` knows by the marker is told from one that only quotes it. Worked out
// from the scenario, for a sweep comes when nobody remembers; the ledger's texts stand beside it.

import { type Sendings, type SentWith, unknownPart } from '../core/quoted.ts';
import { isList, isTemplate, resolve, type Scope, type Template, type Tree } from '../scenario/template.ts';
import type { Journey } from './journey.ts';

/** Undefined for a marker that is only traced: nobody knows what was typed around it, and nothing is deleted. */
export function sendingsOf(journey: Journey): Sendings | undefined {
  const { scenario, scope, marker, sentBefore } = journey;
  if (sentBefore === undefined) return undefined;
  const all = [...new Set(scenario.send.flatMap((step) => textsOf(step.options, scope)))];
  const holding = [...all, ...sentBefore].filter((text) => text.includes(marker.text));
  const texts = holding.map((text): SentWith => ({ text, document: /^\s*[<{[]|^https?:\/\//iu.test(text) }));
  return { texts, others: all.filter((text) => !text.includes(marker.text)) };
}

function textsOf(tree: Tree, scope: Scope): string[] {
  if (typeof tree !== 'object' || tree === null) return tree === null ? [] : [String(tree)];
  if (isTemplate(tree)) return [textOf(tree, scope)];
  if (isList(tree)) return tree.flatMap((item) => textsOf(item, scope));
  return Object.entries(tree).flatMap(([key, item]) => [key, ...textsOf(item, scope)]);
}

function textOf(template: Template, scope: Scope): string {
  const { computed } = scope;
  const before = new Set(computed.keys());
  return template.parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const resolved = resolve({ ...template, parts: [part] }, scope);
      // A value that was drawn at the send, and is not known, was drawn anew.
      const drawn = [...computed.keys()].filter((key) => !before.has(key));
      for (const key of drawn) computed.delete(key);
      if (!resolved.ok || resolved.value === undefined || drawn.length > 0) return unknownPart;
      return typeof resolved.value === 'object' ? JSON.stringify(resolved.value) : String(resolved.value);
    })
    .join('');
}
