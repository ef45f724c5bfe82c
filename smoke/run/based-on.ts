// Which kind of evidence a look rests on, and what an absence says then.

import type { Fault, Look, Reading } from '../core/look.ts';
import type { Plugin } from '../probes/plugin.ts';

/** Where nothing can be read that could hold it, a look that found none is none. */
export function basedOn(look: Look, { by, unseen }: Reading, { evidence = 'own' }: Plugin, keeps: boolean): Look {
  const kind = by ?? evidence;
  if (look.kind === 'absent' && kind === 'residue' && !keeps && look.elsewhere !== true)
    return { kind: 'blind', by: 'none', fault: takenUnseen(look) };
  if (look.kind === 'not-made') return look;
  const isNone = look.kind === 'blind' && look.fault === unseen && unseen.kind === 'not-observable';
  return { ...look, by: isNone ? 'none' : kind };
}

/** What lies in a queue now says nothing of what was taken out of it. */
function takenUnseen({ searched, detail, proves }: Look & { kind: 'absent' }): Fault {
  // What proves nothing proves no more where the scenario says so.
  const stays = proves ? ', or say `keeps: true` where records stay' : '';
  return {
    kind: 'not-observable',
    message: [searched, ...(detail === undefined ? [] : [detail]), 'what was taken left nothing'].join('; '),
    hint: `Look at what the worker leaves as well (its log, its span, its request by \`capture\`)${stays}.`,
  };
}
