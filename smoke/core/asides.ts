// What was read beside the candidates and holds the marker without being the record.

import type { Look, Reading, Sought } from './look.ts';

/** The marker in an aside makes no sighting; it is told, and may take the proof from an absence. */
export function besideRecords(look: Look, { asides = [] }: Reading, { marker }: Sought): Look {
  if (look.kind !== 'absent' && look.kind !== 'stripped') return look;
  const holding = asides.filter(({ text }) => text.includes(marker.text));
  if (holding.length === 0) return look;
  const told = holding.slice(0, 3).map(({ says }) => says);
  const detail = [...(look.detail === undefined ? [] : [look.detail]), ...told].join('; ');
  if (look.kind === 'stripped') return { ...look, detail };
  return { ...look, proves: look.proves && holding.every(({ doubtful }) => !doubtful), detail };
}
