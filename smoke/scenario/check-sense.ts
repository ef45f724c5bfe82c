// Checks what only the whole scenario shows: a marker that is never sent, hops that nobody knows, a destination without a look, a look that finds its own question.

import type { LookSpec, Scenario } from './model.ts';
import type { MapNode } from './node.ts';
import { child } from './plain.ts';
import { quoted, type Report, suggestion } from './problems.ts';
import { namesIn } from './references.ts';
import { isList, isTemplate, type Tree } from './tree.ts';

type Loaded = Omit<Scenario, 'needs'>;

export function checkMarker({ send, vars }: Loaded, root: MapNode, report: Report): void {
  if (send.some(({ options }) => namesIn(options, vars).marker)) return;
  const entry = root.entries.get('send');
  const eaten = report.warnings.find(({ code, message }) => code === 'comment' && message.includes('marker'));
  report.problem(
    'no-marker',
    'the send never contains `${{ marker }}`, so nothing could be followed',
    eaten?.place ?? entry?.keySpan ?? root.span,
    eaten
      ? 'Behind ` #` everything is a comment: put quotes around the whole value.'
      : "Put it into a text that the record carries: 'Arriving late. ${{ marker }}'.",
  );
}

export function checkReleases({ route, releases }: Loaded, root: MapNode, report: Report): void {
  if (route.length === 0) return;
  const list = child(child(root, 'releases'), 'same');
  const names = [...new Set(route.map(({ name }) => name))];
  for (const item of list?.kind === 'list' ? list.items : []) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') continue;
    const { value } = item;
    const hop = route.find(({ name }) => name === value);
    if (hop === undefined)
      report.problem('unknown-hop', `no hop is called ${quoted(value)}`, item.span, suggestion(value, names));
    else if (hop.release === undefined)
      report.warning('blind', `${quoted(value)} has no \`release\`, so its build is not known`, item.span);
  }
  if (releases && releases.same === undefined && !route.some(({ release }) => release)) {
    report.warning('blind', 'no hop has a `release`, so there is no build to compare', releases.place);
  }
}

export function checkLooks({ route }: Loaded, pluginNames: readonly string[], report: Report): void {
  for (const { name, look, place } of route) {
    if (look) continue;
    report.warning(
      'blind',
      `${quoted(name)} has no \`look\`: it will be reported as blind`,
      place,
      `These could read it: ${pluginNames.join(', ')}.`,
    );
  }
}

/** Rows, lines, mails and jobs are records by themselves: what they hold is no answer that could repeat a request. */
const readsRecords: ReadonlySet<string> = new Set([
  'sql',
  'log',
  'mail',
  'redis',
  'bullmq',
  'laravel',
  'sidekiq',
  'celery',
  'rq',
  'pg-boss',
  'graphile-worker',
  'oban',
  'laravel-database',
  'solid-queue',
  'rabbitmq',
  'otlp',
  'jaeger',
  'tempo',
  'nats',
  'kafka',
  'capture',
  'kubernetes-logs',
  'loki',
  'elasticsearch',
  'journald',
]);

/** "Nothing found for smk-…" holds the marker and is no record. */
export function checkEchoes({ route, vars }: Loaded, report: Report): void {
  for (const { name, look } of route) {
    if (look === undefined || readsRecords.has(look.plugin)) continue;
    // The element that is read is what was found.
    if (readsElements(look.options)) continue;
    if (look.field !== undefined || look.where !== undefined) continue;
    if (!namesIn(withoutHeaders(look.options), vars).marker) continue;
    report.warning(
      'echo',
      `the look of ${quoted(name)} asks for the marker, so an answer that only repeats it proves nothing`,
      look.place,
      'Add `field`, where the marker must be.',
    );
  }
}

/** A page that is up and yet not the one that was meant lacks the record, too. */
export function checkLandmarks({ route }: Loaded, report: Report): void {
  for (const { name, look } of route) {
    if (look === undefined || !isPage(look)) continue;
    report.warning(
      'landmark',
      `the look of ${quoted(name)} expects nothing of its page, so what the page lacks would prove nothing`,
      look.place,
      look.plugin === 'browser'
        ? 'Add an `expect` of what is always there, a heading or the search field, before the `read`.'
        : "Add `expect: { has: '#reservations' }`, a selector of what is always there.",
    );
  }
}

function isPage({ plugin, as, options, where }: LookSpec): boolean {
  if (plugin === 'http')
    return as === 'html' && where === undefined && !(isPlain(options) && hasLandmark(options['expect']));
  const steps = plugin === 'browser' && isPlain(options) ? options['steps'] : undefined;
  if (steps === undefined || !isList(steps)) return false;
  // A script may look for itself.
  return !steps.some((step) => isPlain(step) && (Object.hasOwn(step, 'expect') || Object.hasOwn(step, 'script')));
}

function hasLandmark(expect: Tree | undefined): boolean {
  return expect !== undefined && isPlain(expect) && Object.hasOwn(expect, 'has');
}

/** Steps of which one reads, as in a browser. */
function readsElements(options: Tree): boolean {
  const steps = isPlain(options) ? options['steps'] : undefined;
  return steps !== undefined && isList(steps) && steps.some((step) => isPlain(step) && Object.hasOwn(step, 'read'));
}

function isPlain(tree: Tree): tree is { readonly [key: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !isTemplate(tree) && !isList(tree);
}

/** An answer repeats an address or a body, hardly ever a header or credentials. */
function withoutHeaders(options: Tree): Tree {
  if (typeof options !== 'object' || options === null || isTemplate(options) || isList(options)) return options;
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'headers' && name !== 'auth'));
}
