// Random routes, looks and watches for the property tests of the core.

import fc from 'fast-check';
import type { LookAt } from '../../smoke/core/answer.ts';
import type { Look } from '../../smoke/core/look.ts';
import type { HopFact } from '../../smoke/core/route.ts';
import type { Watched } from '../../smoke/core/verdict.ts';
import {
  absent,
  blind,
  evidence,
  hop,
  intact,
  reference,
  stripped,
  truncated,
  unsure,
  watched,
  withheld,
} from './watched.ts';

const hopFact: fc.Arbitrary<Partial<HopFact>> = fc.record({
  carries: fc.constantFrom('content', 'content', 'content', 'reference'),
  keeps: fc.boolean(),
  sees: fc.constantFrom('holds', 'holds', 'in', 'out'),
  queue: fc.boolean(),
});

/** A line of one to six hops, h0 → h1 → …; the last is the destination. */
export const lineOfHops: fc.Arbitrary<readonly HopFact[]> = fc
  .array(hopFact, { minLength: 1, maxLength: 6 })
  .map((facts) => facts.map((fact, index) => hop(`h${index}`, { ...fact, destination: index === facts.length - 1 })));

const worse: Look = {
  kind: 'intact',
  evidence: evidence({ copies: 2 }),
  worse: { kind: 'stripped', evidence: evidence() },
};

export const anyLook: fc.Arbitrary<Look> = fc.constantFrom(
  intact(),
  intact(),
  intact({ copies: 2 }),
  worse,
  reference(),
  stripped(),
  truncated(),
  absent,
  absent,
  unsure,
  blind,
  withheld,
);

/** A look that shows nothing of the record. */
export const miss: fc.Arbitrary<Look> = fc.constantFrom(absent, unsure, blind, withheld);

const why: fc.Arbitrary<LookAt['why']> = fc.constantFrom('poll', 'poll', 'first', 'deadline', 'confirm', 'closing');

/** A watch of any route with any looks in order of time, on both sides of the deadline (60 s) and of grace (120 s). */
export const anyWatch: fc.Arbitrary<Watched> = lineOfHops.chain((route) =>
  fc
    .record({
      looks: fc.array(
        fc.record({ hop: fc.constantFrom(...route.map((one) => one.hop)), look: anyLook, since: fc.nat(125_000), why }),
        { maxLength: 25 },
      ),
      send: fc.constantFrom('done', 'done', 'unknown', 'refused'),
      broken: fc.boolean(),
      copies: fc.constantFrom('one', 'any'),
      interrupted: fc.option(fc.constant('SIGINT'), { nil: undefined, freq: 4 }),
    })
    .map(({ looks, send, broken, copies, interrupted }) =>
      watched(
        looks.toSorted((a, b) => a.since - b.since),
        {
          route,
          send: { outcome: send as 'done' | 'unknown' | 'refused', summary: 'POST /' },
          copies: new Map(route.map((one) => [one.hop, copies as 'one' | 'any'])),
          findings: { skews: [], broken, warnings: [] },
          ...(interrupted === undefined ? {} : { interrupted }),
        },
      ),
    ),
);
