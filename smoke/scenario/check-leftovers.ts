// Checks the steps that list records of earlier runs: they know no marker and no alias, and must cut their answer into records.

import type { Scenario } from './model.ts';
import type { MapNode } from './node.ts';
import { quoted, type Report } from './problems.ts';
import { namesIn } from './references.ts';

export function checkLeftovers(
  { leftovers, clean, vars }: Omit<Scenario, 'needs'>,
  root: MapNode,
  report: Report,
): void {
  for (const { options, records, place } of leftovers) {
    const { marker, aliases } = namesIn(options, vars);
    const [alias] = aliases;
    if (marker || alias !== undefined)
      report.problem(
        'undefined-name',
        `${quoted(alias ?? 'marker')} has no value here: \`leftovers\` looks for the records of all earlier runs`,
        place,
        'Search for the beginning that all markers share: smk-',
      );
    if (records === undefined)
      report.problem(
        'missing-key',
        'a step of `leftovers` needs `records`, or a list of many would count as one record',
        place,
        "records: '$.bookings[*]'",
      );
  }
  if (leftovers.length > 0 && clean.length === 0)
    report.problem(
      'missing-key',
      '`leftovers` needs `clean`: what is listed could not be removed',
      root.entries.get('leftovers')?.keySpan ?? root.span,
    );
}
