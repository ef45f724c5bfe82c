// Checks that every name in `${{ }}` can have a value where it is used, before anything is sent.

import type { LoadTools } from './build-context.ts';
import { nearest } from './did-you-mean.ts';
import { traceAlias } from './expression.ts';
import type { Keep, LookSpec, Scenario, Step } from './model.ts';
import { quoted, type Report, suggestion } from './problems.ts';
import { namesIn, usesIn } from './references.ts';
import type { NameRef, Tree } from './tree.ts';

type Loaded = Omit<Scenario, 'needs'>;
type Vars = { own: Readonly<Record<string, Tree>>; unchosen: ReadonlyMap<string, string> };
/** One place where a tree is used, and the aliases that can be known there. */
type Use = { tree: Tree; known: ReadonlySet<string>; later: ReadonlySet<string> };

type Beside = {
  /** Aliases kept in parts that could not be read, so that one mistake does not make others. */
  extra: ReadonlySet<string>;
  /** As of GivenVars. */
  unchosen: ReadonlyMap<string, string>;
};

export function checkNames(scenario: Loaded, { extra: kept, unchosen }: Beside, report: Report): void {
  const extra = scenario.traceContext === true ? new Set([...kept, traceAlias]) : kept;
  const vars: Vars = { own: scenario.vars, unchosen };
  const everywhere = new Set([...extra, ...allKeeps(scenario)]);
  checkCycles(vars.own, report);
  for (const tree of Object.values(vars.own)) checkTree({ tree, known: everywhere, later: everywhere }, vars, report);
  for (const use of usesOf(scenario, everywhere, extra)) {
    checkTree(use, vars, report);
    checkBehindVars(use, vars.own, report);
  }
}

/** It has its value before any step could tell another. */
export function checkTraceAlias(scenario: Loaded, report: Report): void {
  if (scenario.traceContext !== true) return;
  const { send, find, clean, route } = scenario;
  for (const { keep, place } of [...send, ...find, ...clean, ...route.flatMap(({ look }) => look ?? [])])
    if (Object.hasOwn(keep, traceAlias))
      report.problem(
        'forbidden-name',
        `${quoted(traceAlias)} cannot be kept here: with \`trace-context\` it is the trace of the send`,
        place,
        'Keep it under another name.',
      );
}

/** A name that nothing uses and that is nearly one which is used is mistyped, though `find` may tell the other one. */
export function checkKeeps(scenario: Loaded, report: Report): void {
  const { send, vars } = scenario;
  const used = new Set(usesOf(scenario, new Set(), new Set()).flatMap(({ tree }) => [...namesIn(tree, vars).aliases]));
  for (const { keep, place } of send) {
    for (const name of Object.keys(keep)) {
      const meant = used.has(name) ? undefined : nearest(name, [...used]);
      if (meant === undefined) continue;
      report.warning('unused-alias', `nothing uses the alias ${quoted(name)}`, place, `Did you mean ${quoted(meant)}?`);
    }
  }
}

/** Connections open before the send, when no alias is known. */
export async function checkConnections(scenario: Loaded, plugin: LoadTools['plugin'], report: Report): Promise<void> {
  for (const look of looksOf(scenario)) {
    const { options } = look;
    if (typeof options !== 'object' || options === null) continue;
    for (const name of (await plugin(look.plugin, look.baseDir ?? scenario.baseDir))?.connects ?? []) {
      const option = Object.hasOwn(options, name) ? (options as Record<string, Tree>)[name] : undefined;
      const names = namesIn(option ?? null, scenario.vars);
      const alias = [...names.aliases, ...names.sessions][0];
      if (alias === undefined || option === undefined) continue;
      const place = usesIn(option).find(({ ref }) => ref.name === alias)?.ref.place ?? look.place;
      report.problem(
        'needs-alias',
        `${quoted(name)} of ${quoted(look.plugin)} opens before the send, when ${quoted(alias)} is not known yet`,
        place,
        'Only `marker`, vars, env and secrets can stand here.',
      );
    }
  }
}

export function looksOf({ route }: Loaded): LookSpec[] {
  return route.flatMap(({ look, release }) => [
    ...(look ? [look] : []),
    ...(release?.listed ? [release.listed.look] : []),
  ]);
}

function usesOf(scenario: Loaded, everywhere: ReadonlySet<string>, extra: ReadonlySet<string>): Use[] {
  const { send, find, route, clean, leftovers, releases, sessions } = scenario;
  const uses: Use[] = [];
  // That a login may use no alias is told with the other rules of logins.
  for (const { options } of Object.values(sessions).flatMap(({ login }) => login))
    uses.push({ tree: options, known: namesIn(options).aliases, later: new Set() });
  const inOrder = (steps: readonly Step[], known: Set<string>): void => {
    for (const step of steps) {
      uses.push({ tree: step.options, known: new Set(known), later: everywhere });
      addKeeps(known, step.keep);
    }
  };
  const known = new Set(extra);
  inOrder(send, known);
  inOrder(find, known);
  for (const { look, release } of route) {
    if (look) {
      const others = new Set(extra);
      for (const step of [...send, ...find]) addKeeps(others, step.keep);
      for (const other of route) if (other.look && other.look !== look) addKeeps(others, other.look.keep);
      for (const tree of [look.options, look.records, look.field, look.equals, ...Object.values(look.where ?? {})]) {
        if (tree !== undefined) uses.push({ tree, known: others, later: everywhere });
      }
    }
    // Releases are read once a run, for all its markers.
    if (release?.listed) {
      const { options, records, where } = release.listed.look;
      for (const tree of [options, records, ...Object.values(where ?? {})])
        if (tree !== undefined) uses.push({ tree, known: everywhere, later: everywhere });
    }
  }
  inOrder(clean, new Set(everywhere));
  for (const { options } of leftovers) uses.push({ tree: options, known: everywhere, later: everywhere });
  if (releases?.equals !== undefined) uses.push({ tree: releases.equals, known: new Set(), later: everywhere });
  return uses;
}

function allKeeps({ send, find, route, clean }: Loaded): Set<string> {
  const all = new Set<string>();
  for (const { keep } of [...send, ...find, ...clean]) addKeeps(all, keep);
  for (const { look } of route) if (look) addKeeps(all, look.keep);
  return all;
}

function addKeeps(known: Set<string>, keep: Readonly<Record<string, Keep>>): void {
  for (const name of Object.keys(keep)) known.add(name);
}

function checkTree({ tree, known, later }: Use, vars: Vars, report: Report): void {
  for (const { ref } of usesIn(tree)) {
    const place = { ...ref.place, length: ref.name.length + (ref.space === 'alias' ? 0 : ref.space.length + 1) };
    if (ref.space === 'vars' && !Object.hasOwn(vars.own, ref.name))
      report.problem('undefined-name', `\`vars.${ref.name}\` is not defined`, place, varHint(ref.name, vars));
    if (ref.space !== 'alias' || known.has(ref.name)) continue;
    if (later.has(ref.name))
      report.problem(
        'undefined-name',
        `${quoted(ref.name)} is not known here yet`,
        place,
        'Only a later step or this look itself keeps it.',
      );
    else
      report.problem(
        'undefined-name',
        `${quoted(ref.name)} is not defined: no step or look keeps it`,
        place,
        aliasHint(ref, known, vars.own),
      );
  }
}

function varHint(name: string, { own, unchosen }: Vars): string {
  const meant = nearest(name, Object.keys(own));
  const other =
    meant === undefined
      ? 'Write it under `vars:`; without a value it must come from --var.'
      : `Did you mean \`vars.${meant}\`?`;
  return unchosen.get(name) ?? other;
}

function aliasHint(ref: NameRef, known: ReadonlySet<string>, vars: Readonly<Record<string, Tree>>): string | undefined {
  if (Object.hasOwn(vars, ref.name)) return `Did you mean \`vars.${ref.name}\`?`;
  if (ref.name === traceAlias) return 'With `trace-context: true` the send carries a trace, and this is its id.';
  if (/^[A-Z][A-Z0-9_]+$/.test(ref.name)) return `Did you mean \`env.${ref.name}\` or \`secret.${ref.name}\`?`;
  return suggestion(ref.name, ['marker', ...known]);
}

/** An alias inside a variable is as unknown as one written here. */
function checkBehindVars({ tree, known, later }: Use, vars: Readonly<Record<string, Tree>>, report: Report): void {
  for (const { ref } of usesIn(tree)) {
    if (ref.space !== 'vars' || !Object.hasOwn(vars, ref.name)) continue;
    const behind = [...namesIn(vars[ref.name] ?? null, vars).aliases].find(
      (alias) => !known.has(alias) && later.has(alias),
    );
    if (behind !== undefined) {
      report.problem(
        'undefined-name',
        `\`vars.${ref.name}\` needs ${quoted(behind)}, which is not known here yet`,
        ref.place,
      );
    }
  }
}

function checkCycles(vars: Readonly<Record<string, Tree>>, report: Report): void {
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): void => {
    if (done.has(name) || !Object.hasOwn(vars, name)) return;
    for (const { ref } of usesIn(vars[name] ?? null)) {
      if (ref.space !== 'vars') continue;
      const round = [...path, name];
      if (!round.includes(ref.name)) walk(ref.name, round);
      else if (!done.has(ref.name)) {
        const circle = [...round.slice(round.indexOf(ref.name)), ref.name].map((each) => `vars.${each}`);
        report.problem('circular-vars', `a variable is made of itself: ${circle.join(' → ')}`, ref.place);
      }
    }
    done.add(name);
  };
  for (const name of Object.keys(vars)) walk(name, []);
}
