// A scope with everything known, and a way to resolve one text in it.

import assert from 'node:assert/strict';
import { parseTemplate } from '../../smoke/scenario/parse-template.ts';
import { type Resolved, resolve, type Scope, type Tree, varsScope } from '../../smoke/scenario/template.ts';

export const place: { file: string; line: number; column: number } = { file: 'x.yaml', line: 1, column: 1 };

export function parsed(text: string, escapeFor?: 'url' | 'xml'): Tree {
  const result = parseTemplate(text, place, () => place, escapeFor);
  if (!result.ok) assert.fail(result.message);
  return result.tree;
}

export function scopeOf(
  more: Partial<Scope> & { tree?: Readonly<Record<string, Tree>>; given?: Readonly<Record<string, unknown>> } = {},
): Scope {
  const { tree = {}, given = {}, ...rest } = more;
  const scope: Omit<Scope, 'vars'> = {
    marker: 'smk-t4n2xw7f3kq9tz2m',
    aliases: new Map([['booking', '8841']]),
    env: { WEB_URL: 'http://web:4100', EMPTY: '' },
    secret: (name) => (name === 'TOKEN' ? 's3cret-token' : undefined),
    run: { id: 'run-1', startedAt: '2026-03-28T10:00:00Z' },
    computed: new Map(),
    now: new Date('2026-03-28T10:00:00Z'),
    random: () => 0.5,
    uuid: () => '2f0b6d4e-0000-4000-8000-000000000001',
    timezone: 'UTC',
    ...rest,
  };
  return Object.assign(scope, { vars: varsScope(tree, given, scope) });
}

export function resolved(text: string, scope: Scope = scopeOf(), escapeFor?: 'url' | 'xml'): Resolved {
  return resolve(parsed(text, escapeFor), scope);
}

export function valueIn(text: string, scope?: Scope, escapeFor?: 'url' | 'xml'): unknown {
  const result = resolved(text, scope, escapeFor);
  if (!result.ok) assert.fail(`missing: ${result.missing.join(', ')}`);
  return result.value;
}
