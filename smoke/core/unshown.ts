// What a source holds without showing it, beside what was judged by what it shows.

import type { Look, Reading, Sought } from './look.ts';

const words = 'the page holds the marker where it does not show it';

/** The marker in something hidden makes no sighting; an absence beside it is none that is proved. */
export function besideUnshown(look: Look, { unshown = '' }: Reading, { marker }: Sought): Look {
  if ((look.kind !== 'absent' && look.kind !== 'stripped') || !unshown.includes(marker.text)) return look;
  const detail = look.detail === undefined ? words : `${look.detail}; ${words}`;
  return look.kind === 'absent' ? { ...look, proves: false, detail } : { ...look, detail };
}
