// Reads `session: NAME` where it stands beside a plug-in's name or on a hop.

import type { Context } from './build-context.ts';
import { literalAt } from './build-tree.ts';
import type { SessionRef } from './model.ts';
import type { Node } from './node.ts';
import { child } from './plain.ts';
import { quoted, suggestion } from './problems.ts';

/** As a part of a step, a look or a hop; nothing where none is named. */
export function sessionAt(node: Node, context: Context): { session?: SessionRef } {
  const found = child(node, 'session');
  const name = literalAt(node, 'session', context);
  if (found === undefined || name === undefined) return {};
  const { report, sessions } = context;
  if (!sessions.includes(name)) {
    const hint = sessions.length === 0 ? 'Describe its login under `sessions:`.' : suggestion(name, sessions);
    report.problem('unknown-session', `no session is called ${quoted(name)}`, found.span, hint);
  }
  const { file, line, column } = found.span;
  return { session: { name, place: { file, line, column } } };
}
