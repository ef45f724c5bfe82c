// Reads one step or a list of steps: what `send`, `find`, `clean` and `leftovers` hold.

import type { Context } from './build-context.ts';
import { buildStep } from './build-step.ts';
import type { Step } from './model.ts';
import type { Node } from './node.ts';
import { child } from './plain.ts';

/** Those that could be read; the report has the others. */
export async function stepsAt(node: Node, key: string, context: Context): Promise<Step[]> {
  const found = child(node, key);
  return found === undefined ? [] : stepsOf(found, context);
}

export async function stepsOf(node: Node, context: Context): Promise<Step[]> {
  const steps: Step[] = [];
  for (const each of node.kind === 'list' ? node.items : [node]) {
    const step = await buildStep(each, context);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}
