// Reads `sessions:`: by name, the steps that log in.

import type { Context } from './build-context.ts';
import { buildStep, placeOf } from './build-step.ts';
import type { Session, Step } from './model.ts';
import type { Entry, MapNode, Node } from './node.ts';
import { child } from './plain.ts';
import { quoted } from './problems.ts';

/** Notes which names there are, for the steps that are read before the sessions themselves. */
export function nameSessions(root: MapNode, context: Context): void {
  for (const { key } of entriesAt(root)) context.sessions.push(key);
}

export async function buildSessions(root: MapNode, context: Context): Promise<Record<string, Session>> {
  const sessions: [string, Session][] = [];
  for (const { key, keySpan, node } of entriesAt(root)) {
    const login: Step[] = [];
    for (const each of loginNodes(node)) {
      const step = await buildStep(each, context);
      if (step === undefined) continue;
      refuseKeys(each, context);
      login.push(step);
    }
    const { file, line, column } = keySpan;
    sessions.push([key, { name: key, login, place: { file, line, column } }]);
  }
  return Object.fromEntries(sessions);
}

/** The nodes of the steps, whether they stand in a list or alone. */
export function loginNodes(session: Node | undefined): readonly Node[] {
  const login = child(session, 'login');
  if (login === undefined) return [];
  return login.kind === 'list' ? login.items : [login];
}

/** A login is made for nobody's record, so what picks one or stands for one has no meaning in it. */
function refuseKeys(step: Node, { report }: Context): void {
  const refuse = (node: Node | undefined, key: string, hint: string): void => {
    const found = child(node, key);
    if (found !== undefined)
      report.problem('bad-login', `${quoted(key)} has no meaning in a login`, placeOf(found), hint);
  };
  refuse(step, 'session', 'A login is what makes the session.');
  refuse(step, 'idempotent', 'A login that fails is tried again as it is.');
  for (const { node } of step.kind === 'map' ? step.entries.values() : [])
    refuse(node, 'records', 'Select in the answer itself: `keep: { csrf: "input[name=csrf]@value" }`.');
}

function entriesAt(root: MapNode): readonly Entry[] {
  const sessions = child(root, 'sessions');
  return sessions?.kind === 'map' ? [...sessions.entries.values()] : [];
}
