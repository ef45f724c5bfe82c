// What all looks add up to: last seen, suspects, blind spots, ruled out, next.

import { type Answer, sighted } from './answer.ts';
import type { Counts } from './counts.ts';
import {
  doublingOf,
  type Ending,
  endingOf,
  type Line,
  mayBeAnothers,
  misread,
  type Refusal,
  showsIntact,
  wentOutIntact,
} from './ending.ts';
import { foreignAmong, foreignIn } from './foreign.ts';
import type { Look } from './look.ts';
import { type CommandNames, nextSteps } from './next.ts';
import { forksOf, type HopFact, lineTo } from './route.ts';
import { lastSeenIn, type Suspect, suspectsIn } from './suspects.ts';
import { emptyHanded, isUnobservable, oneLine, seenAs } from './wording.ts';

export type { Answer, Suspect };

export type Trail = {
  destination: string;
  answers: readonly Answer[];
  lastSeen?: { hop: string; since: number; what: string };
  suspects: readonly Suspect[];
  blindSpots: readonly { hop: string; why: string; hint?: string }[];
  passedUnseen: readonly string[];
  ruledOut: readonly { what: string; proof: string }[];
  warnings: readonly { hop: string; message: string }[];
  /** What to check now, as commands where possible. */
  next: readonly string[];
};

/** What the answers alone do not tell. */
export type TrailMore = {
  /** More than one record arrived. */
  counts?: Counts;
  /** The send was refused for certain, how, and by whom. */
  refused?: Refusal;
};

/** The trail to one destination, from the answers of the hops before it. */
export function trailOf(
  route: readonly HopFact[],
  destination: string,
  answers: ReadonlyMap<string, Answer>,
  names: CommandNames,
  more: TrailMore = {},
): Trail {
  const hops = lineTo(route, destination);
  const last = hops.at(-1);
  if (last === undefined) throw new RangeError(`the route has no hop named ${destination}`);
  const { counts } = more;
  const line: Line = { hops, destination: last, answers, forks: forksOf(route), ...(counts && { counts }) };
  const ending = endingWith(line, more);
  const lastSeen = lastSeenIn(line, ending);
  const suspects = suspectsIn(line, ending, lastSeen);
  const passed = passedUnseen(line);
  return {
    destination,
    answers: hops.map(({ hop }) => answers.get(hop) ?? { hop, kind: 'unread' }),
    ...lastSeenFact(line, lastSeen),
    suspects,
    blindSpots: ending.kind === 'refused' ? [] : blindSpots(line, passed),
    passedUnseen: passed,
    ruledOut: ruledOut(line, ending, suspects),
    warnings: warnings(line),
    next: nextSteps(line, ending, suspects, names),
  };
}

function endingWith(line: Line, { counts, refused }: TrailMore): Ending {
  const ending = endingOf(line);
  if (ending.kind === 'intact' && counts !== undefined) return doublingOf(line, counts);
  return ending.kind === 'never-seen' && refused !== undefined ? { kind: 'refused', ...refused } : ending;
}

function lastSeenFact({ hops, answers }: Line, index: number): Pick<Trail, 'lastSeen'> {
  const hop = hops[index];
  const answer = hop && answers.get(hop.hop);
  if (hop === undefined || answer === undefined) return {};
  return { lastSeen: { hop: hop.hop, since: answer.since ?? 0, what: seenAs(hop, answer) } };
}

/** Hops that keep nothing, said absent or not observable (proved or not: there is nothing to prove), and that a later hop had the record of. */
function passedUnseen({ hops, answers }: Line): readonly string[] {
  const until = hops.findLastIndex(({ hop }) => sighted(answers.get(hop)));
  return hops.flatMap((hop, index) => {
    const answer = answers.get(hop.hop);
    return !hop.keeps && !sighted(answer) && sawNothing(answer?.look) && index < until ? [hop.hop] : [];
  });
}

/** It could look, and what was to be seen may have been taken by then. */
function sawNothing(look: Look | undefined): boolean {
  return look?.kind === 'absent' || isUnobservable(look);
}

function blindSpots({ hops, answers }: Line, passed: readonly string[]): Trail['blindSpots'] {
  return hops.flatMap(({ hop }) => {
    const answer = answers.get(hop);
    const blind = answer === undefined || answer.kind === 'blind' || answer.kind === 'unread';
    if (!blind || passed.includes(hop)) return [];
    const look = answer?.look;
    const hint = look?.kind === 'blind' ? look.fault.hint : undefined;
    return [{ hop, why: emptyHanded(look), ...(hint === undefined ? {} : { hint: oneLine(hint, 400) }) }];
  });
}

/** Ruled out needs proof: the hop's output, or a later hop, was seen intact. A hop that also showed a worse copy never is. */
function ruledOut(line: Line, ending: Ending, suspects: readonly Suspect[]): Trail['ruledOut'] {
  const { hops, answers, destination } = line;
  const proved = hops.flatMap((hop, index) => {
    const answer = answers.get(hop.hop);
    if (hop === destination || answer?.kind === 'mixed' || suspects.some((suspect) => suspect.hop === hop.hop))
      return [];
    if (
      answer !== undefined &&
      showsIntact(line, hop) &&
      (wentOutIntact(line, hop, answer) || (hop.queue && hop.sees === 'holds'))
    ) {
      return [{ what: hop.hop, proof: seenAs(hop, answer) }];
    }
    const later = hops.find((other, at) => at > index && showsIntact(line, other));
    return later === undefined ? [] : [{ what: hop.hop, proof: `${later.hop} had it intact` }];
  });
  // Somebody else's record there says nothing of how far ours came.
  const isOthers = foreignIn(destination.hop, answers.get(destination.hop)?.look) !== undefined;
  const arrived = !isOthers && strangerOn(line) === undefined;
  if (ending.kind !== 'changed' || !arrived) return proved;
  return [...proved, { what: 'delivery', proof: `the record arrived at ${destination.hop}` }];
}

/** A tap that heard others may listen to the wrong ones. */
function listensIn(look: Look | undefined): string {
  return look?.kind === 'absent' && look.by === 'tap' ? ', and what it listens to' : '';
}

function strangerOn({ hops, answers }: Line): string | undefined {
  const foreign = foreignAmong(hops.flatMap(({ hop }) => answers.get(hop) ?? []));
  return foreign?.marker === undefined ? foreign?.hop : undefined;
}

function warnings(line: Line): Trail['warnings'] {
  const stranger = strangerOn(line);
  const doubt =
    stranger === undefined
      ? []
      : [
          {
            hop: stranger,
            message: `the field at ${stranger} holds a text that was not sent, and no look showed the marker: it may be somebody else's record`,
          },
        ];
  const looks = line.hops.flatMap((fact, index) => {
    const { hop } = fact;
    if (misread(line, index)) {
      if (mayBeAnothers(line, fact)) return [];
      return [
        { hop, message: `${hop} showed a changed record, yet a later hop had it intact: check this look's \`field\`` },
      ];
    }
    if (line.answers.get(hop)?.kind !== 'missed') return [];
    return [
      {
        hop,
        message: `${hop} did not show the record, yet a later hop had it: check this look's \`where\`${listensIn(line.answers.get(hop)?.look)}`,
      },
    ];
  });
  return [...doubt, ...looks];
}
