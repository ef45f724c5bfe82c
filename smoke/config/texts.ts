// Texts of the config file in which `${{ env.X }}` may stand: folders, paths, names.

import type { Context } from '../scenario/build-context.ts';
import { treeOf } from '../scenario/build-tree.ts';
import type { Node, ScalarNode } from '../scenario/node.ts';
import { quoted } from '../scenario/problems.ts';
import { usesIn } from '../scenario/references.ts';
import { resolve } from '../scenario/template.ts';

export type Texts = {
  /** A text or a list of texts; undefined where there is none, or one of them has no value. */
  read(node: Node | undefined, key: string): readonly string[] | undefined;
  /** The names that had no value, with the key that asks for them. */
  missing: readonly { key: string; name: string }[];
};

export function textReader(env: Readonly<Record<string, string | undefined>>, context: Context): Texts {
  const missing: { key: string; name: string }[] = [];

  function textOf(node: ScalarNode, key: string): string | undefined {
    const tree = treeOf(node, context);
    const computed = new Map<string, string | number>();
    const resolved = resolve(tree, { ...noScope, env, computed });
    if (usesIn(tree).some(({ ref }) => ref.space !== 'env') || computed.size > 0) {
      const hint = 'Variables, secrets and dates can stand in the values of `vars`.';
      context.report.problem('bad-template', `${quoted(key)} takes only \`env.X\` in \`\${{ }}\``, node.span, hint);
      return undefined;
    }
    if (resolved.ok) return String(resolved.value);
    for (const name of resolved.missing) missing.push({ key, name });
    return undefined;
  }

  return {
    missing,
    read: (node, key) => {
      const scalars = node === undefined ? [] : node.kind === 'list' ? node.items : [node];
      const found = scalars.flatMap((one) =>
        one.kind === 'scalar' && typeof one.value === 'string' ? [textOf(one, key)] : [],
      );
      const values = found.filter((value) => value !== undefined);
      return found.length === 0 || values.length < found.length ? undefined : values;
    },
  };
}

/** Names other than of the environment are refused, so what they would stand for does not matter. */
const noScope = {
  aliases: new Map<string, string>(),
  vars: (): undefined => undefined,
  secret: (): undefined => undefined,
  run: { id: '', startedAt: '' },
  now: new Date(0),
  random: (): number => 0,
  uuid: (): string => '',
  timezone: 'UTC',
};
