// A look of which something is not known yet, made as far as it can be: read all the same, without what picks the record.

import type { Hop, LookSpec, Scenario } from '../scenario/model.ts';
import { namesIn, type Tree } from '../scenario/template.ts';

export type Relaxed = {
  hop: Hop;
  /** Aliases it needs that are not known. */
  unknown: readonly string[];
  /** The request itself needs one of them, so nothing can be read. */
  unreadable: boolean;
  /** Keys of the look that were left out. */
  without: readonly ('records' | 'where' | 'field' | 'equals')[];
};

const parts = ['records', 'where', 'field', 'equals'] as const;

export function relaxed(hop: Hop, { vars }: Scenario, aliases: ReadonlyMap<string, string>): Relaxed {
  const { look } = hop;
  if (look === undefined) return { hop, unknown: [], unreadable: false, without: [] };
  const unknownIn = (tree: Tree): string[] => [...namesIn(tree, vars).aliases].filter((name) => !aliases.has(name));
  const asked = unknownIn(look.options);
  const without = parts.filter((part) => unknownIn(treeOf(look, part)).length > 0);
  const unknown = [...new Set([...asked, ...without.flatMap((part) => unknownIn(treeOf(look, part)))])];
  if (asked.length > 0 || without.length === 0) return { hop, unknown, unreadable: asked.length > 0, without: [] };
  const left: LookSpec = { ...look };
  for (const part of without) delete left[part];
  return { hop: { ...hop, look: left }, unknown, unreadable: false, without };
}

function treeOf(look: LookSpec, part: (typeof parts)[number]): Tree {
  const tree = look[part];
  return part === 'where' ? Object.values(look.where ?? {}) : ((tree as Tree | undefined) ?? null);
}
