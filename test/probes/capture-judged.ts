// What a look with `capture` says, once its reading is judged.

import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';

export const marker = 'smk-t4n2xw7f3kq9tz2m';

export function lookIn(
  reading: Reading,
  selection: Partial<Selection> = {},
  aliases: Readonly<Record<string, string>> = {},
): Look {
  const sought = {
    marker: { text: marker, fixed: 11, prefix: 'smk-' },
    aliases: new Map(Object.entries(aliases)),
    sent: [{ text: `Late. ${marker}`, document: false }],
  };
  return judge(reading, { allow: [], reference: false, events: true, ...selection }, sought, { inflate }).look;
}
