// The rules of answers, trails and verdicts, held for random routes and looks. What a rule allows is worked out here from
// the looks themselves, never from the answers under test.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { answersOf, type LookAt } from '../../smoke/core/answer.ts';
import type { Look } from '../../smoke/core/look.ts';
import type { HopFact } from '../../smoke/core/route.ts';
import { judgeMarker, type Watched } from '../../smoke/core/verdict.ts';
import { anyWatch, lineOfHops, miss } from './random-watch.ts';
import { absent, at, blind, intact, reference, stripped, watched } from './watched.ts';

const runs = { numRuns: 1_500 };
const shows = (look: Look): boolean => 'evidence' in look;
const isProof = (look: Look | undefined): boolean => look?.kind === 'absent' && look.proves;
const looksAt = ({ looks }: Watched, hop: string): readonly LookAt[] => looks.filter((look) => look.hop === hop);
const destinationOf = ({ route }: Watched): string => route.at(-1)?.hop ?? '';

/** The look that decides what an unseen hop says: the last closing one, else the last one made. */
function closing(of: Watched, hop: string): Look | undefined {
  const own = looksAt(of, hop);
  return (own.findLast(({ why }) => why === 'closing') ?? own.findLast(({ look }) => look.kind !== 'not-made'))?.look;
}

describe('for random routes and looks', () => {
  it('a later miss never revokes what a hop on the way has shown', () => {
    fc.assert(
      fc.property(anyWatch, fc.array(miss, { minLength: 1, maxLength: 3 }), (of, misses) => {
        for (const { hop, destination } of of.route) {
          if (destination || !looksAt(of, hop).some(({ look }) => shows(look))) continue;
          const more = misses.map((look) => at(hop, 130_000, look, 'closing'));
          assert.deepEqual(
            answersOf(of.route, [...of.looks, ...more]).get(hop),
            answersOf(of.route, of.looks).get(hop),
          );
        }
      }),
      runs,
    );
  });

  it('a look that cannot see never changes the verdict on a sighted destination', () => {
    fc.assert(
      fc.property(anyWatch, (of) => {
        const hop = destinationOf(of);
        fc.pre(looksAt(of, hop).some(({ look }) => shows(look)));
        const after = judgeMarker({ ...of, looks: [...of.looks, at(hop, 130_000, blind, 'confirm')] });
        const before = judgeMarker(of);
        assert.deepEqual([after.verdict, after.also, after.passes], [before.verdict, before.also, before.passes]);
      }),
      runs,
    );
  });

  it('blind is never absent: only a proving absent closing look makes an answer absent', () => {
    fc.assert(
      fc.property(anyWatch, (of) => {
        for (const [hop, { kind }] of answersOf(of.route, of.looks)) {
          if (kind === 'absent' || kind === 'missed') assert.ok(isProof(closing(of, hop)));
          if (looksAt(of, hop).every(({ look }) => look.kind === 'blind' || look.kind === 'not-made')) {
            assert.ok(kind === 'blind' || kind === 'unread');
          }
          if (looksAt(of, hop).every(({ look }) => look.kind === 'not-made')) assert.equal(kind, 'unread');
        }
      }),
      runs,
    );
  });

  it('suspects never precede last seen, and last seen saw the record', () => {
    fc.assert(
      fc.property(anyWatch, (of) => {
        const { trail } = judgeMarker(of);
        const place = (hop: string): number => of.route.findIndex((one) => one.hop === hop);
        const last = trail.lastSeen === undefined ? -1 : place(trail.lastSeen.hop);
        for (const { hop, part } of trail.suspects) {
          assert.ok(place(hop) >= last);
          if (part === 'handing-on') assert.equal(place(hop), last);
        }
        if (trail.lastSeen) assert.ok(looksAt(of, trail.lastSeen.hop).some(({ look }) => shows(look)));
      }),
      runs,
    );
  });

  it('nothing is ruled out without proof, and no suspect is', () => {
    fc.assert(
      fc.property(anyWatch, (of) => {
        const { trail, verdict } = judgeMarker(of);
        const wasIntact = ({ hop, carries }: HopFact): boolean =>
          carries === 'content' && looksAt(of, hop).some(({ look }) => look.kind === 'intact');
        for (const { what } of trail.ruledOut) {
          const place = of.route.findIndex(({ hop }) => hop === what);
          const hop = of.route[place];
          assert.ok(!trail.suspects.some((suspect) => suspect.hop === what));
          const shown = looksAt(of, what).map(({ look }) => look);
          const good = shown.findIndex(({ kind }) => kind === 'intact' || kind === 'reference');
          const isWorse = (look: Look): boolean => ['stripped', 'altered'].includes(look.kind) || 'worse' in look;
          assert.ok(
            hop === undefined || good < 0 || !shown.slice(good).some(isWorse),
            `${what} also showed a worse copy`,
          );
          if (hop === undefined)
            assert.ok(verdict !== 'lost' && looksAt(of, destinationOf(of)).some(({ look }) => shows(look)));
          else {
            const output = wasIntact(hop) && (hop.sees === 'out' || hop.queue);
            assert.ok(output || of.route.slice(place + 1).some(wasIntact), `${what} was ruled out`);
          }
        }
      }),
      runs,
    );
  });

  it('there is one verdict, of the right part of the table, and the others are beside it in order', () => {
    const withSighting = ['duplicated', 'altered', 'late', 'skewed', 'arrived'];
    const order = [...withSighting, 'interrupted', 'refused', 'lost', 'unproven'];
    fc.assert(
      fc.property(anyWatch, (of) => {
        const { verdict, also, passes, headline } = judgeMarker(of);
        const all = [verdict, ...also].map((name) => order.indexOf(name));
        assert.deepEqual(
          all,
          [...new Set(all)].toSorted((a, b) => a - b),
        );
        const sighted = looksAt(of, destinationOf(of)).some(({ look }) => shows(look));
        if (withSighting.includes(verdict)) assert.ok(sighted);
        if (!sighted) assert.ok(of.interrupted === undefined ? verdict !== 'interrupted' : verdict === 'interrupted');
        const watched = of.interrupted === undefined && of.send?.outcome !== 'refused';
        if (sighted && watched) assert.ok(withSighting.includes(verdict) || isByReference(of));
        assert.equal(also.includes('interrupted') || verdict === 'interrupted', of.interrupted !== undefined);
        if (of.send?.outcome === 'done') assert.ok(verdict !== 'refused' && !also.includes('refused'));
        const expected =
          verdict === 'arrived' || (verdict === 'unproven' || verdict === 'interrupted' ? 'inconclusive' : false);
        assert.equal(passes, expected);
        assert.ok(headline.startsWith(`${verdict}: `));
      }),
      runs,
    );
  });

  it('lost needs a proving absent closing look, arrived an intact destination or the reference rule', () => {
    fc.assert(
      fc.property(anyWatch, (of) => {
        const hop = destinationOf(of);
        const { verdict, also, arrivedAfter } = judgeMarker(of);
        if (verdict === 'lost' || also.includes('lost')) {
          assert.ok(isProof(closing(of, hop)) && !looksAt(of, hop).some(({ look }) => shows(look)));
        }
        if (verdict !== 'arrived' && verdict !== 'skewed') return;
        assert.ok(arrivedAfter !== undefined);
        const shown = looksAt(of, hop).filter(({ look }) => shows(look));
        const isIntact = shown.some(({ look }) => look.kind === 'intact');
        const carrier = of.route.slice(0, -1).findLast(({ carries }) => carries === 'content');
        const carried = carrier === undefined || looksAt(of, carrier.hop).some(({ look }) => look.kind === 'intact');
        if (verdict === 'arrived') assert.ok(isIntact || (isByReference(of) && carried));
      }),
      runs,
    );
  });

  it('a failing verdict on a sighted or lost marker always has a suspect', () => {
    fc.assert(
      fc.property(anyWatch, (of) => {
        const { verdict, trail } = judgeMarker(of);
        if (verdict === 'altered' || verdict === 'lost') assert.ok(trail.suspects.length > 0);
        if (verdict === 'arrived') assert.deepEqual(trail.suspects, []);
      }),
      runs,
    );
  });
});

function isByReference(of: Watched): boolean {
  const shown = looksAt(of, destinationOf(of)).filter(({ look }) => shows(look));
  return shown.some(({ look }) => look.kind === 'reference') && !shown.some(({ look }) => look.kind === 'intact');
}

describe('for a fault put at a hop, whatever the other hops can see', () => {
  const sights = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });

  it('the suspects of a stripped marker contain that hop', () => {
    fc.assert(
      fc.property(lineOfHops, fc.nat(5), fc.boolean(), sights, (line, nth, handingOn, visible) => {
        const route = line.map((hop, index) =>
          index === line.length - 1 ? { ...hop, carries: 'content' as const } : hop,
        );
        const fault = nth % route.length;
        const guilty = route[fault];
        fc.pre(guilty !== undefined && guilty.carries === 'content');
        fc.pre(!handingOn || (fault < route.length - 1 && !guilty.queue && guilty.sees !== 'out'));
        const looks = route.map((hop, index) => {
          const stillIntact = index < fault || (index === fault && (handingOn || hop.sees === 'in'));
          if (!visible[index] && index < route.length - 1) return at(hop.hop, index, blind, 'closing');
          if (hop.carries === 'reference') return at(hop.hop, index, reference(), 'closing');
          return at(hop.hop, index, stillIntact ? intact() : stripped(), 'closing');
        });
        fc.pre(looks.at(-1)?.look.kind === 'stripped');
        const { verdict, trail } = judgeMarker(watched(looks, { route }));
        assert.equal(verdict, 'altered');
        assert.ok(trail.suspects.some(({ hop }) => hop === guilty.hop));
      }),
      runs,
    );
  });

  it('the suspects of a lost record contain that hop', () => {
    fc.assert(
      fc.property(lineOfHops, fc.nat(5), fc.boolean(), sights, (route, nth, handingOn, visible) => {
        const fault = nth % route.length;
        const guilty = route[fault];
        fc.pre(guilty !== undefined && (!handingOn || (fault < route.length - 1 && guilty.sees !== 'out')));
        const looks = route.map((hop, index) => {
          const came = index < fault || (index === fault && handingOn);
          const isLast = index === route.length - 1;
          if (!visible[index] && !isLast) return at(hop.hop, index, blind, 'closing');
          if (!came || (!hop.keeps && index !== fault && !isLast)) return at(hop.hop, index, absent, 'closing');
          return at(hop.hop, index, hop.carries === 'reference' ? reference() : intact(), 'closing');
        });
        const { verdict, trail } = judgeMarker(watched(looks, { route }));
        assert.equal(verdict, 'lost');
        assert.ok(trail.suspects.some(({ hop }) => hop === guilty.hop));
      }),
      runs,
    );
  });
});
