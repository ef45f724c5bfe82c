// Which kind of evidence a look rests on, and what an absence says then.

import type { Fault, Look, Reading } from '../core/look.ts';
import type { Plugin } from '../probes/plugin.ts';

/** Where nothing can be read that could hold it, a look that found none is none. */
export function basedOn(look: Look, { by, unseen }: Reading, { evidence = 'own' }: Plugin, keeps: boolean): Look {
  const kind = by ?? evidence;
  if (look.kind === 'absent' && kind === 'residue' && !keeps && look.elsewhere !== true)
    return { kind: 'blind', by: 'none', fault: takenUnseen(look) };
  if (look.kind === 'not-made') return look;
  if (look.kind !== 'blind' || look.fault !== unseen) return { ...look, by: kind };
  const { quiet: _, ...fault } = unseen;
  return { ...look, fault, by: unseen.kind === 'not-observable' ? 'none' : kind };
}

/**
 * What a blind look says where nothing was sent, and it is blind for no more than that nothing came so far: the probe is in,
 * and hears or reads what comes. Undefined where it could not look, or where nothing could be seen whatever comes.
 */
export function quietIn(look: Look, reading: Reading | undefined): { says: string; hint?: string } | undefined {
  if (look.kind !== 'blind' || reading === undefined) return undefined;
  const { message, hint } = look.fault;
  const { unseen, searched } = reading;
  if (typeof unseen?.quiet === 'string') {
    // What is so whatever comes is told with what would show it.
    const isAlways = unseen.quiet === unseen.message;
    return {
      says: `it can look: nothing was sent, so nothing came; ${unseen.quiet}`,
      ...(isAlways && hint !== undefined && { hint }),
    };
  }
  // The place could be read whole, and nothing of ours had to lie there.
  if (unseen === undefined && look.by === 'none' && message.startsWith(searched))
    return { says: `it can look, and nothing was sent: ${message}`, ...(hint !== undefined && { hint }) };
  return undefined;
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
