import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildsOf, sameCommit } from '../../smoke/core/build.ts';
import { handledBy } from '../../smoke/core/handled.ts';
import { checkReleases, coverage, type HopReleases } from '../../smoke/core/release.ts';
import { absent, at, evidence, intact } from './watched.ts';

const full = '9f2c1e7d00aa11bb22cc33dd44ee55ff66778899';
const runs = (hop: string, ...commits: readonly string[]): HopReleases => ({
  hop,
  instances: commits.map((commit, index) => ({ instance: `${hop}-${index + 1}`, commit, source: 'GET /version' })),
});
const same = { same: ['web', 'worker'], onUnknown: 'warn', onSkew: 'fail' } as const;
const kinds = (rule: Parameters<typeof checkReleases>[0], hops: readonly HopReleases[]): readonly unknown[] => {
  const { skews, broken } = checkReleases(rule, hops, []);
  return [skews.map(({ kind }) => kind), broken];
};

describe('two texts name one build', () => {
  it('when one abbreviates the other with seven hexadecimal characters or more', () => {
    assert.ok(sameCommit('9f2c1e7', full) && sameCommit(full, '9F2C1E7D') && sameCommit('v1.2', 'v1.2'));
  });
  it('not when the abbreviation is shorter, or is no commit', () => {
    assert.ok(!sameCommit('9f2c1e', full) && !sameCommit('release', 'release-2') && !sameCommit('', full));
    assert.ok(!sameCommit('V1.2', 'v1.2'));
  });
  it('not when both are build numbers, which abbreviate nothing', () => {
    assert.ok(!sameCommit('20261120', '2026112012'));
    assert.ok(sameCommit('1234567', `1234567${'a'.repeat(33)}`));
  });
});

describe('the builds of a hop', () => {
  it('are counted, an abbreviation with its full name, the most frequent first', () => {
    const builds = buildsOf([{ commit: 'aaaaaaa' }, { commit: '9f2c1e7' }, { commit: full }, { commit: ' ' }]);
    assert.deepEqual(builds, [
      { commit: full, count: 2 },
      { commit: 'aaaaaaa', count: 1 },
    ]);
  });
});

describe('a rule on releases', () => {
  it('holds when every instance of every hop runs the same build', () => {
    assert.deepEqual(kinds(same, [runs('web', full), runs('worker', '9f2c1e7', full)]), [[], false]);
  });
  it('breaks within a hop and between hops', () => {
    const findings = checkReleases(
      same,
      [runs('web', '9f2c1e7'), runs('worker', '41ab00c', '9f2c1e7', '41ab00c', '41ab00c')],
      [],
    );
    assert.deepEqual(
      findings.skews.map(({ kind, message }) => [kind, message]),
      [
        ['within', 'worker runs 41ab00c on 3 of 4 instances and 9f2c1e7 on 1'],
        ['between', 'web runs 9f2c1e7; worker runs 41ab00c on 3 of 4 instances and 9f2c1e7 on 1'],
      ],
    );
    assert.deepEqual([findings.broken, findings.warnOnly], [true, undefined]);
    assert.equal(
      checkReleases({ ...same, onSkew: 'warn' }, [runs('web', 'a'), runs('worker', 'b')], []).warnOnly,
      true,
    );
  });
  it('breaks against the expected build', () => {
    const rule = { equals: '9f2c1e7', onUnknown: 'warn', onSkew: 'fail' } as const;
    assert.deepEqual(kinds(rule, [runs('web', full)]), [[], false]);
    assert.deepEqual(kinds(rule, [runs('web', full), runs('worker', '41ab00c')]), [['between', 'expected'], true]);
  });
  it('leaves hops alone that it does not name', () => {
    assert.deepEqual(kinds(same, [runs('web', full), runs('worker', full), runs('partner', 'x')]), [[], false]);
    assert.deepEqual(kinds(same, [runs('web', full), runs('worker', full), runs('partner', 'x', 'y')]), [
      ['within'],
      false,
    ]);
  });
  it('treats an unknown build as told', () => {
    const hops = [runs('web', full), { hop: 'worker', instances: [], fault: 'no permission' }];
    const warned = checkReleases(same, hops, []);
    assert.deepEqual([warned.broken, warned.warnings], [false, ['the build of worker is unknown: no permission']]);
    assert.deepEqual(kinds({ ...same, onUnknown: 'fail', onSkew: 'warn' }, hops), [['unknown'], true]);
    assert.equal(checkReleases({ ...same, onUnknown: 'fail', onSkew: 'warn' }, hops, []).warnOnly, undefined);
    assert.deepEqual(kinds({ ...same, onUnknown: 'ignore' }, hops), [[], false]);
  });
  it('counts who handled the marker, an instance that nobody listed too', () => {
    const seen = [
      { hop: 'worker', instance: 'stray', release: '41ab00c' },
      { hop: 'worker', instance: 'stray', release: '41ab00c' },
    ];
    const { skews, broken } = checkReleases(same, [runs('web', full), runs('worker', full)], seen);
    assert.equal(skews[0]?.message, `worker runs ${full} on 1 of 2 instances and 41ab00c on 1`);
    assert.ok(broken);
  });
  it('may be absent: skew is then told and nothing broken', () => {
    assert.deepEqual(kinds(undefined, [runs('web', full), runs('worker', 'b', 'c')]), [['within', 'between'], false]);
  });
});

describe('coverage', () => {
  const { instances } = runs('worker', 'a', 'a', 'b', 'b');
  it('names the instances that handled no marker', () => {
    const handled = [{ instance: 'worker-1' }, { instance: 'worker-4' }, { instance: 'worker-1' }];
    assert.equal(coverage(handled, instances), 'covered 2 of 4 instances; not exercised: worker-2 and worker-3');
  });
  it('counts builds where instances have no names', () => {
    const unnamed = instances.map(({ commit, source }) => ({ commit, source }));
    assert.equal(coverage([{ release: 'b' }], unnamed), 'covered 1 of 2 builds; not exercised: a');
    assert.equal(coverage([{ release: 'b' }, { release: 'a' }], unnamed), 'covered 2 of 2 builds');
  });
});

describe('who handled a marker', () => {
  it('is taken from every look, a worse copy too, once each', () => {
    const worse = { kind: 'stripped', evidence: evidence({ instance: 'w-2', release: 'old' }) } as const;
    const mixed = { kind: 'intact', evidence: evidence({ instance: 'w-1', release: 'new' }), worse } as const;
    assert.deepEqual(
      handledBy([at('worker', 0, absent), at('worker', 1, mixed), at('worker', 2, mixed), at('web', 1, intact())]),
      [
        { hop: 'worker', instance: 'w-1', release: 'new' },
        { hop: 'worker', instance: 'w-2', release: 'old' },
      ],
    );
  });
});

describe('a build that some instances do not say', () => {
  const partly: HopReleases = { ...runs('worker', '9f2c1e7'), fault: '3 of 4 instances say no build' };
  it('is unknown, and breaks a rule that wants to know', () => {
    const found = checkReleases({ ...same, onUnknown: 'fail' }, [runs('web', '9f2c1e7'), partly], []);
    assert.equal(found.broken, true);
    assert.match(found.skews[0]?.message ?? '', /not every build of worker is known: 3 of 4 instances say no build/);
  });
  it('is unknown too where an instance that nobody listed handled the marker without saying it', () => {
    const handled = handledBy([at('worker', 10, intact({ instance: 'w9' }))]);
    const hops = [runs('web', '9f2c1e7'), runs('worker', '9f2c1e7')];
    assert.equal(checkReleases({ ...same, onUnknown: 'fail' }, hops, handled).broken, true);
    assert.equal(checkReleases({ ...same, onUnknown: 'fail' }, hops, []).broken, false);
  });
});
