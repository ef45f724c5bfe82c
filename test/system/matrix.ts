// The keystone: what product.md demands for each fault at each hop, alone and beside a blind hop. Written by hand from
// the rules, in one place; never derived from what the tracer answers.

import { type CellOf, cellsOf, type Expected, e, type RowOf } from './cells.ts';

export type Cell = CellOf<Expected> & {
  times: Partial<{ deadline: number; grace: number; settle: number }>;
  /** Demand that web and every worker run the same build. */
  sameBuild: boolean;
};

type Row = RowOf<Expected> & Partial<Pick<Cell, 'times' | 'sameBuild'>>;

const contentFaults = ['stripped', 'truncated', 'case-changed', 'html-escaped', 'moved'] as const;

/** The marker arrives changed: suspects run from after the last intact hop to the first changed one. */
const changedContent: Row[] = contentFaults.flatMap((name): Row[] => [
  {
    fault: { name, at: 'web' },
    alone: e('altered', undefined, 'web'),
    blind: [['queue', e('altered', undefined, 'web')]],
  },
  {
    fault: { name, at: 'queue' },
    alone: e('altered', 'web', 'web> queue'),
    blind: [['web', e('altered', undefined, 'web queue')]],
  },
  {
    fault: { name, at: 'worker' },
    alone: e('altered', 'queue', 'worker'),
    blind: [['queue', e('altered', 'web', 'web> queue worker')]],
  },
  {
    fault: { name, at: 'partner' },
    alone: e('altered', 'worker', 'partner'),
    blind: [['worker', e('altered', 'queue', 'worker partner')]],
  },
]);

/** Arrived: nothing is suspected, and a blind hop on the way changes nothing; a blind destination proves nothing. */
const arrived = e('arrived', 'partner', '');

const arriving: Row[] = [
  {
    alone: arrived,
    blind: [
      ['web', arrived],
      ['queue', arrived],
      ['worker', arrived],
      ['partner', e('unproven', 'worker', 'partner')],
    ],
  },
  { fault: { name: 'delayed', at: 'queue', ms: 500 }, alone: arrived, blind: [['queue', arrived]] },
  { fault: { name: 'delayed', at: 'worker', ms: 500 }, alone: arrived, blind: [['worker', arrived]] },
  { fault: { name: 'delayed', at: 'partner', ms: 500 }, alone: arrived, blind: [['worker', arrived]] },
  { fault: { name: 'filled-late', at: 'partner', ms: 150 }, alone: arrived, blind: [['worker', arrived]] },
  {
    fault: { name: 'worker-crash', at: 'worker', when: 'before' },
    times: { deadline: 15_000 },
    alone: arrived,
    blind: [['worker', arrived]],
  },
  {
    fault: { name: 'worker-crash', at: 'worker', when: 'after' },
    times: { deadline: 15_000 },
    alone: arrived,
    blind: [['worker', arrived]],
  },
  {
    fault: { name: 'web-late', at: 'web', ms: 1_500 },
    times: { deadline: 5_000 },
    alone: arrived,
    blind: [['worker', arrived]],
  },
  { fault: { name: 'web-500', at: 'web' }, alone: arrived, blind: [['worker', arrived]] },
  {
    fault: { name: 'partner-500', at: 'partner', requests: 'pushes', times: 1 },
    times: { deadline: 5_000 },
    alone: arrived,
    blind: [['worker', arrived]],
  },
  {
    fault: { name: 'good-and-bad', at: 'worker', rows: 1, order: 'bad-first' },
    alone: arrived,
    blind: [['worker', arrived]],
  },
];

const lateTimes = { deadline: 700, grace: 6_000 };
const late = e('late', 'partner', '');

const arrivingLate: Row[] = (['queue', 'worker', 'partner'] as const).map((at) => ({
  fault: { name: 'delayed', at, ms: 1_500 },
  times: lateTimes,
  alone: late,
  blind: [[at === 'partner' ? 'worker' : at, late]],
}));

/** Lost: the hop that last saw it handed it on to nobody who kept it. The queue may lose a job; a request that was seen leaving was handed on. */
const lost: Row[] = [
  {
    fault: { name: 'dropped', at: 'web' },
    alone: e('lost', 'web', 'web> queue worker'),
    blind: [['web', e('lost', undefined, 'web queue worker')]],
  },
  {
    fault: { name: 'dropped', at: 'queue', ms: 400 },
    alone: e('lost', 'queue', 'queue> worker'),
    blind: [['worker', e('lost', 'queue', 'queue> worker partner')]],
  },
  {
    fault: { name: 'dropped', at: 'worker' },
    alone: e('lost', 'queue', 'queue> worker'),
    blind: [['queue', e('lost', 'web', 'web> queue worker')]],
  },
  {
    fault: { name: 'dropped', at: 'partner' },
    alone: e('lost', 'worker', 'partner'),
    blind: [['worker', e('lost', 'queue', 'queue> worker partner')]],
  },
  {
    fault: { name: 'stuck', at: 'queue' },
    alone: e('lost', 'queue', 'queue> worker'),
    blind: [['web', e('lost', 'queue', 'queue> worker')]],
  },
  {
    fault: { name: 'stuck', at: 'worker' },
    alone: e('lost', 'queue', 'queue> worker'),
    blind: [['queue', e('lost', 'web', 'web> queue worker')]],
  },
  {
    fault: { name: 'worker-crash', at: 'worker', when: 'before', times: 99 },
    alone: e('lost', 'queue', 'queue> worker'),
    blind: [['queue', e('lost', 'web', 'web> queue worker')]],
  },
  {
    fault: { name: 'partner-down', at: 'partner', requests: 'pushes' },
    alone: e('lost', 'worker', 'partner'),
    blind: [['worker', e('lost', 'queue', 'queue> worker partner')]],
  },
  {
    fault: { name: 'partner-500', at: 'partner', requests: 'pushes' },
    alone: e('lost', 'worker', 'partner'),
    blind: [['worker', e('lost', 'queue', 'queue> worker partner')]],
  },
  {
    fault: { name: 'partner-429', at: 'partner', requests: 'pushes' },
    alone: e('lost', 'worker', 'partner'),
    blind: [['worker', e('lost', 'queue', 'queue> worker partner')]],
  },
];

/** The partner cannot be looked at: nothing is proved there, and it stays a suspect. */
const unproven: Row[] = (['partner-down', 'partner-500', 'partner-429'] as const).map((name) => ({
  fault: { name, at: 'partner' },
  alone: e('unproven', 'worker', 'partner'),
  blind: [['worker', e('unproven', 'queue', 'queue> worker partner')]],
}));

/**
 * Two records: suspects run from after the last hop that had one to the first with two. A queue that is looked at, and not
 * tapped, shows what lies there at that moment: another job may have come and gone, so how many it had cannot be told.
 */
const duplicated = (tapped: boolean): Row[] => [
  {
    fault: { name: 'duplicated', at: 'web' },
    alone: e('duplicated', 'web', 'web> queue'),
    blind: [['queue', e('duplicated', 'web', 'web> queue worker')]],
  },
  {
    fault: { name: 'good-and-bad', at: 'web' },
    alone: e('duplicated', 'web', 'web> queue'),
    blind: [['web', e('duplicated', undefined, 'web queue')]],
  },
  {
    fault: { name: 'good-and-bad', at: 'web', order: 'bad-first' },
    alone: e('duplicated', 'web', 'web> queue'),
    blind: [['web', e('duplicated', undefined, 'web queue')]],
  },
  ...(['duplicated', 'good-and-bad'] as const).flatMap((name): Row[] => [
    {
      fault: { name, at: 'worker' },
      alone: tapped ? e('duplicated', 'queue', 'worker') : e('duplicated', 'web', 'web> queue worker'),
      blind: [['queue', e('duplicated', 'web', 'web> queue worker')]],
    },
    {
      fault: { name, at: 'partner' },
      alone: e('duplicated', 'worker', 'partner'),
      blind: [
        [
          'worker',
          tapped ? e('duplicated', 'queue', 'worker partner') : e('duplicated', 'web', 'web> queue worker partner'),
        ],
      ],
    },
  ]),
];

const others: Row[] = [
  {
    fault: { name: 'good-and-bad', at: 'worker', rows: 1, order: 'good-first' },
    alone: e('altered', 'queue', 'worker'),
    blind: [['queue', e('altered', 'web', 'web> queue worker')]],
  },
  {
    fault: { name: 'filled-late', at: 'partner', ms: 30_000 },
    alone: e('altered', 'worker', 'partner'),
    blind: [['worker', e('altered', 'queue', 'worker partner')]],
  },
  {
    fault: { name: 'gone', at: 'partner', ms: 50 },
    alone: e('altered', 'partner', 'partner'),
    blind: [['worker', e('altered', 'partner', 'partner')]],
  },
  {
    fault: { name: 'web-422', at: 'web' },
    alone: e('refused', undefined, 'web'),
    blind: [['queue', e('refused', undefined, 'web')]],
  },
  {
    fault: { name: 'stale-workers', at: 'worker', count: 3 },
    with: [{ name: 'pinned', at: 'queue', worker: 'worker-2' }],
    alone: e('altered', 'queue', 'worker'),
    blind: [
      ['queue', e('altered', 'web', 'web> queue worker')],
      ['worker', e('altered', 'queue', 'worker partner')],
      ['partner', e('unproven', 'worker', 'worker> partner')],
    ],
  },
  {
    fault: { name: 'stale-workers', at: 'worker', count: 3 },
    with: [{ name: 'pinned', at: 'queue', worker: 'worker-2' }],
    sameBuild: true,
    alone: e('altered', 'queue', 'worker'),
    blind: [['queue', e('altered', 'web', 'web> queue worker')]],
  },
];

function matrixOf(tapped: boolean): readonly Cell[] {
  return cellsOf(
    [...changedContent, ...arriving, ...arrivingLate, ...lost, ...unproven, ...duplicated(tapped), ...others],
    ({ sameBuild }: Row) => (sameBuild ? ', builds compared' : ''),
    ({ times = {}, sameBuild = false }) => ({ times, sameBuild }),
  );
}

/** With a queue that is looked at. */
export const matrix: readonly Cell[] = matrixOf(false);
/** With one that is tapped. */
export const tappedMatrix: readonly Cell[] = matrixOf(true);
