// Reads `limits`, in a scenario and in the config file.

import type { Limits } from './model.ts';
import type { Node } from './node.ts';
import { child } from './plain.ts';

export function limitsAt(node: Node): Limits {
  const limits = child(node, 'limits');
  const number = (key: string): number | undefined => {
    const found = child(limits, key);
    return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : undefined;
  };
  const [perRun, perDay] = [number('per-run'), number('per-day')];
  return { ...(perRun !== undefined && { perRun }), ...(perDay !== undefined && { perDay }) };
}
