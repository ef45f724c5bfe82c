// Checks what only the whole scenario shows: a marker that is never sent, hops that nobody knows, a destination without a look.

import type { Scenario } from './model.ts';
import type { MapNode } from './node.ts';
import { child } from './plain.ts';
import { quoted, type Report, suggestion } from './problems.ts';
import { namesIn } from './references.ts';

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
