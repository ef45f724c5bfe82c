// The files that show what went wrong with a scenario: pictures and traces of its steps and looks.

import type { Look } from '../smoke/core/look.ts';
import type { ScenarioRecord } from '../smoke/core/record.ts';

/** Paths as the run told them, each once, in the order in which they were kept. */
export function attachmentsOf({ steps, looks }: ScenarioRecord): string[] {
  const told = [
    ...steps.map(({ attachments, endedMs, ms }) => ({ ms: endedMs ?? ms, paths: attachments ?? [] })),
    ...looks.map(({ look, ms }) => ({ ms, paths: ofLook(look) })),
  ];
  return [...new Set(told.sort((a, b) => a.ms - b.ms).flatMap(({ paths }) => paths))];
}

function ofLook(look: Look): readonly string[] {
  if (look.kind === 'blind') return look.fault.attachments ?? [];
  return 'evidence' in look ? (look.evidence.attachments ?? []) : [];
}
