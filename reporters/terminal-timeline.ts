// Everything that happened to one marker in the order it was told, for -v: steps, aliases, looks, what they cost.

import type { Cost } from '../smoke/core/look.ts';
import type { LookRecord, ScenarioRecord, StepRecord } from '../smoke/core/record.ts';
import { moment } from './durations.ts';
import { printable, whatOf } from './hop-row.ts';

type Entry = { ms: number; text: string };

/** Moments are padded to one width. */
export function timelineLines(scenario: ScenarioRecord): { moment: string; text: string }[] {
  const start = scenario.clockMs ?? scenario.ms;
  const entries: Entry[] = [
    ...scenario.steps.map((step) => ({ ms: step.endedMs ?? step.ms, text: stepText(step) })),
    ...scenario.aliases.map(({ name, value, by, ms }) => ({ ms, text: `alias ${name} = ${value}, learned by ${by}` })),
    // A look is placed where its reading began.
    ...scenario.looks.map((look) => ({ ms: start + look.since, text: lookText(scenario, look) })),
  ];
  return entries
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, text }) => ({ moment: moment(ms - start).padStart(9), text: printable(text, 600) }));
}

function stepText({ phase, title, outcome, summary, cost }: StepRecord): string {
  if (outcome === undefined) return `${phase} ${title}: under way`;
  return `${phase} ${title}: ${outcome}, ${summary ?? ''}${cost === undefined ? '' : ` (${costText(cost)})`}`;
}

function lookText({ route }: ScenarioRecord, { hop, look, looks, cost, why }: LookRecord): string {
  const fact = route.find((one) => one.hop === hop);
  const what = fact === undefined ? '' : `, ${whatOf(look, fact)}`;
  const evidence = 'evidence' in look ? look.evidence : undefined;
  const by = evidence?.instance === undefined ? '' : ` by ${evidence.instance}`;
  const excerpt = evidence === undefined || evidence.excerpt === '' ? '' : `: ${evidence.excerpt}`;
  const reason = why === undefined || why === 'poll' || why === 'first' ? '' : ` (${why})`;
  return `${hop} ${look.kind}${reason}${by}${what}${excerpt} [${count(looks, 'look')}, ${costText(cost)}]`;
}

/** `3 requests, 4.1 kB, 36 ms, 1 retry`. */
function costText({ requests, bytes, ms, retries }: Cost): string {
  const size = bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} kB`;
  const again = retries === undefined || retries === 0 ? '' : `, ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  return `${count(requests, 'request')}, ${size}, ${Math.round(ms)} ms${again}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
