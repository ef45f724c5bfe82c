// Reads `clean`: steps, or a mapping that also says when they are done.

import type { Context } from './build-context.ts';
import { stepsAt, stepsOf } from './build-steps.ts';
import { checkShape } from './findings.ts';
import type { Scenario } from './model.ts';
import type { MapNode } from './node.ts';
import { child, textAt } from './plain.ts';
import { cleanRule } from './shape.ts';
import { keysOf } from './shape-parts.ts';

export async function cleanAt(root: MapNode, context: Context): Promise<Pick<Scenario, 'clean' | 'cleanWhen'>> {
  const node = child(root, 'clean');
  if (node === undefined) return { clean: [], cleanWhen: 'always' };
  if (node.kind !== 'map' || !(node.entries.has('when') || node.entries.has('steps')))
    return { clean: await stepsOf(node, context), cleanWhen: 'always' };
  const subject = { node, name: 'clean', keysAt: async () => keysOf(cleanRule), literal: true };
  await checkShape(cleanRule, subject, context.report);
  return {
    clean: await stepsAt(node, 'steps', context),
    cleanWhen: textAt(node, 'when') === 'passed' ? 'passed' : 'always',
  };
}
