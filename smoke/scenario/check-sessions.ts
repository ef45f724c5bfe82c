// Checks what only the whole scenario shows of its sessions: names that no login keeps, logins that need a record,
// sessions that nothing uses.

import { loginNodes } from './build-sessions.ts';
import type { LookSpec, Scenario, SessionRef, Step } from './model.ts';
import type { MapNode } from './node.ts';
import { child } from './plain.ts';
import { type Problem, quoted, type Report, suggestion } from './problems.ts';
import { namesIn, usesIn } from './references.ts';
import type { NameRef, Tree } from './tree.ts';

type Loaded = Omit<Scenario, 'needs'>;
/** The values that a place may use: of which session, and their names; undefined where not all could be read. */
type Known = { session: string | undefined; names: ReadonlySet<string> | undefined };

export function checkSessions(scenario: Loaded, root: MapNode, report: Report): void {
  const { sessions, vars, releases } = scenario;
  const kept = new Map(Object.keys(sessions).map((name) => [name, keptBy(scenario, root, name)]));
  for (const { name, login } of Object.values(sessions)) checkLogin(name, login, scenario, report);
  for (const { trees, session } of usesOf(scenario)) {
    const known: Known = { session: session?.name, names: session && kept.get(session.name) };
    for (const tree of trees) checkNamesIn(tree, known, report);
  }
  const nowhere = [...Object.values(vars), ...(releases?.equals === undefined ? [] : [releases.equals])];
  for (const { ref } of nowhere.flatMap(usesIn)) {
    if (ref.space !== 'session') continue;
    const hint = 'Use it in the step or look that names the session.';
    report.problem('undefined-name', `${shown(ref)} is known only where a session is in use`, placeOf(ref), hint);
  }
  warnUnused(scenario, report);
}

/** Undefined where a step of the login could not be read: what it would keep is not known. */
function keptBy({ sessions }: Loaded, root: MapNode, name: string): ReadonlySet<string> | undefined {
  const login = sessions[name]?.login ?? [];
  if (login.length < loginNodes(child(child(root, 'sessions'), name)).length) return undefined;
  return new Set(login.flatMap(({ keep }) => Object.keys(keep)));
}

function checkLogin(session: string, login: readonly Step[], { vars }: Loaded, report: Report): void {
  const names = new Set<string>();
  for (const step of login) {
    checkNamesIn(step.options, { session, names }, report, 'no earlier step of this login keeps it');
    for (const { ref } of usesIn(step.options)) {
      const behind =
        ref.space === 'vars'
          ? namesIn(Object.hasOwn(vars, ref.name) ? (vars[ref.name] ?? null) : null, vars)
          : undefined;
      const needs =
        ref.space === 'marker' || behind?.marker === true
          ? 'the marker'
          : ref.space === 'alias'
            ? quoted(ref.name)
            : behind && [...behind.aliases].map(quoted)[0];
      if (needs === undefined) continue;
      const through = behind === undefined ? '' : `, through \`vars.${ref.name}\``;
      const hint = names.has(ref.name)
        ? `Did you mean \`session.${ref.name}\`?`
        : 'A login serves all markers of a run: vars, env, secrets and what its earlier steps kept (`session.NAME`) can stand here.';
      report.problem('bad-login', `a login cannot use ${needs}${through}`, placeOf(ref), hint);
    }
    for (const name of Object.keys(step.keep)) names.add(name);
  }
}

function checkNamesIn(
  tree: Tree,
  { session, names }: Known,
  report: Report,
  why = 'its login keeps no such value',
): void {
  for (const { ref } of usesIn(tree)) {
    if (ref.space !== 'session') continue;
    if (session === undefined) {
      const hint = 'Name the session beside the plug-in: `session: NAME`.';
      report.problem('undefined-name', `${shown(ref)} needs a session, and none is named here`, placeOf(ref), hint);
    } else if (names !== undefined && !names.has(ref.name)) {
      const meant = suggestion(ref.name, [...names])?.replace(/`(.*)`/, '`session.$1`');
      report.problem(
        'undefined-name',
        `${shown(ref)} is not defined in ${quoted(session)}: ${why}`,
        placeOf(ref),
        meant,
      );
    }
  }
}

type Use = { trees: readonly Tree[]; session: SessionRef | undefined };

/** Every step and look with its trees and its session; those of logins are checked on their own. */
function usesOf({ send, find, clean, leftovers, route }: Loaded): Use[] {
  const steps = [...send, ...find, ...clean, ...leftovers].map(
    ({ options, session }): Use => ({ trees: [options], session }),
  );
  return [...steps, ...looksIn(route).map((look): Use => ({ trees: treesIn(look), session: look.session }))];
}

function looksIn(route: Loaded['route']): LookSpec[] {
  return route.flatMap(({ look, release }) => [look, release?.listed?.look].filter((one) => one !== undefined));
}

function treesIn({ options, records, field, equals, where }: LookSpec): Tree[] {
  return [options, records ?? null, field ?? null, equals ?? null, ...Object.values(where ?? {})];
}

function warnUnused(scenario: Loaded, report: Report): void {
  const used = new Set(usesOf(scenario).map(({ session }) => session?.name));
  for (const { name, place } of Object.values(scenario.sessions)) {
    if (used.has(name)) continue;
    const hint = `Write \`session: ${name}\` on the steps, looks or hops that need it.`;
    report.warning('unused-session', `nothing uses the session ${quoted(name)}`, place, hint);
  }
}

function shown({ name }: NameRef): string {
  return `\`session.${name}\``;
}

function placeOf({ name, place, space }: NameRef): Problem['place'] {
  return { ...place, length: name.length + (space === 'alias' || space === 'marker' ? 0 : space.length + 1) };
}
