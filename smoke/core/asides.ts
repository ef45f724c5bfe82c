// What was read beside the candidates and holds the marker without being the record.

import type { Look, Reading, Sought } from './look.ts';
import { wasAsked } from './recognised.ts';

/** The marker in an aside makes no sighting; it is told, and may take the proof from an absence. */
export function besideRecords(look: Look, { asides = [] }: Reading, sought: Sought): Look {
  if (look.kind !== 'absent' && look.kind !== 'stripped') return look;
  const { text: marker } = sought.marker;
  const asked = wasAsked(marker, sought);
  // What is shown may only repeat the question.
  const holding = asides.filter(({ text, shown }) => text.includes(marker) && !(shown === true && asked));
  if (holding.length === 0) return look;
  const told = holding.slice(0, 3).map(({ says }) => says);
  const detail = [...(look.detail === undefined ? [] : [look.detail]), ...told].join('; ');
  if (look.kind === 'stripped') return { ...look, detail };
  const proves = look.proves && holding.every(({ doubtful }) => !doubtful);
  return { ...look, proves, detail, ...(holding.some(({ shown }) => shown) && { elsewhere: true, unasked: true }) };
}
