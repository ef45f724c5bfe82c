// The keystone on a route that branches: what product.md demands at each destination for each fault at each hop, alone and
// beside a blind hop. Written by hand from the rules; never derived from what the tracer answers.
//
// web → queue → worker → (partner, mail). The worker is seen by what came in, so it stays a suspect itself wherever it
// is the last hop that had the record as sent. A fault behind it is the affair of one branch only.

import type { VerdictName } from '../../smoke/core/verdict.ts';
import type { DemoHop } from '../../smoke/demo/fault.ts';
import { type CellOf, cellsOf, type Expected, e, type FaultAt, type RowOf } from './cells.ts';

export type TreeExpected = { partner: Expected; mail: Expected; overall: VerdictName };

/** `mail`: a deadline of the mail's own. */
export type TreeCell = CellOf<TreeExpected> & {
  times: Partial<{ deadline: number; grace: number; mail: number }>;
};

type Row = RowOf<TreeExpected> & Partial<Pick<TreeCell, 'times'>>;

const each = (overall: VerdictName, partner: Expected, mail: Expected): TreeExpected => ({ partner, mail, overall });

const inPartner = e('arrived', 'partner', '');
const inMail = e('arrived', 'mail', '');
const arrived = each('arrived', inPartner, inMail);
/** A blind destination: nothing is proved there, and it is suspected with the hop before it. */
const partnerUnseen = e('unproven', 'worker', 'worker partner');
const mailUnseen = e('unproven', 'worker', 'worker mail');

/** The same at both destinations but for the last suspect. */
function both(verdict: VerdictName, lastSeen: DemoHop | undefined, suspects: string): TreeExpected {
  const ending = (destination: string): Expected => e(verdict, lastSeen, suspects.replace('END', destination));
  return each(verdict, ending('partner'), ending('mail'));
}

const changed: Row[] = (['stripped', 'truncated', 'case-changed', 'html-escaped', 'moved'] as const).flatMap(
  (name): Row[] => [
    {
      fault: { name, at: 'web' },
      alone: both('altered', undefined, 'web'),
      blind: [['queue', both('altered', undefined, 'web')]],
    },
    {
      fault: { name, at: 'queue' },
      alone: both('altered', 'web', 'web> queue'),
      blind: [['web', both('altered', undefined, 'web queue')]],
    },
    {
      fault: { name, at: 'worker' },
      alone: both('altered', 'worker', 'worker END'),
      blind: [
        ['queue', both('altered', 'worker', 'worker END')],
        ['worker', both('altered', 'queue', 'worker END')],
      ],
    },
    {
      fault: { name, at: 'partner' },
      alone: each('altered', e('altered', 'worker', 'worker partner'), inMail),
      blind: [
        ['worker', each('altered', e('altered', 'queue', 'worker partner'), inMail)],
        ['mail', each('altered', e('altered', 'worker', 'worker partner'), mailUnseen)],
      ],
    },
    ...(name === 'moved' ? [] : [changedMail(name)]),
  ],
);

function changedMail(name: 'stripped' | 'truncated' | 'case-changed' | 'html-escaped'): Row {
  return {
    fault: { name, at: 'mail' },
    alone: each('altered', inPartner, e('altered', 'worker', 'worker mail')),
    blind: [
      ['worker', each('altered', inPartner, e('altered', 'queue', 'worker mail'))],
      ['partner', each('altered', partnerUnseen, e('altered', 'worker', 'worker mail'))],
    ],
  };
}

const arriving: Row[] = [
  {
    alone: arrived,
    blind: [
      ['web', arrived],
      ['queue', arrived],
      ['worker', arrived],
      ['partner', each('unproven', partnerUnseen, inMail)],
      ['mail', each('unproven', inPartner, mailUnseen)],
    ],
  },
  { fault: { name: 'delayed', at: 'queue', ms: 500 }, alone: arrived },
  { fault: { name: 'delayed', at: 'worker', ms: 500 }, alone: arrived, blind: [['worker', arrived]] },
  { fault: { name: 'delayed', at: 'partner', ms: 500 }, alone: arrived, blind: [['worker', arrived]] },
  { fault: { name: 'delayed', at: 'mail', ms: 500 }, alone: arrived, blind: [['worker', arrived]] },
  { fault: { name: 'filled-late', at: 'partner', ms: 150 }, alone: arrived },
  { fault: { name: 'web-500', at: 'web' }, alone: arrived, blind: [['worker', arrived]] },
  { fault: { name: 'web-late', at: 'web', ms: 1_500 }, times: { deadline: 5_000 }, alone: arrived },
  { fault: { name: 'worker-crash', at: 'worker', when: 'before' }, times: { deadline: 6_000 }, alone: arrived },
  { fault: { name: 'worker-crash', at: 'worker', when: 'after' }, times: { deadline: 6_000 }, alone: arrived },
  {
    fault: { name: 'partner-500', at: 'partner', requests: 'pushes', times: 1 },
    times: { deadline: 5_000 },
    alone: arrived,
  },
];

const lateTimes = { deadline: 700, grace: 6_000 };
const partnerLate = e('late', 'partner', '');
const mailLate = e('late', 'mail', '');
const bothLate = each('late', partnerLate, mailLate);

const late: Row[] = [
  {
    fault: { name: 'delayed', at: 'queue', ms: 1_500 },
    times: lateTimes,
    alone: bothLate,
    blind: [['queue', bothLate]],
  },
  { fault: { name: 'delayed', at: 'worker', ms: 1_500 }, times: lateTimes, alone: bothLate },
  // By its own deadline the mail is on time, whatever the partner is.
  {
    fault: { name: 'delayed', at: 'worker', ms: 1_500 },
    times: { ...lateTimes, mail: 5_000 },
    alone: each('late', partnerLate, inMail),
  },
  {
    fault: { name: 'delayed', at: 'partner', ms: 1_500 },
    times: lateTimes,
    alone: each('late', partnerLate, inMail),
    blind: [['mail', each('late', partnerLate, mailUnseen)]],
  },
  {
    fault: { name: 'delayed', at: 'mail', ms: 1_500 },
    times: lateTimes,
    alone: each('late', inPartner, mailLate),
    blind: [
      ['worker', each('late', inPartner, mailLate)],
      ['partner', each('late', partnerUnseen, mailLate)],
    ],
  },
  { fault: { name: 'delayed', at: 'mail', ms: 1_500 }, times: { ...lateTimes, mail: 5_000 }, alone: arrived },
];

const lost: Row[] = [
  {
    fault: { name: 'dropped', at: 'web' },
    alone: both('lost', 'web', 'web> queue worker'),
    blind: [['web', both('lost', undefined, 'web queue worker')]],
  },
  {
    fault: { name: 'dropped', at: 'queue', ms: 150 },
    alone: both('lost', 'queue', 'queue> worker'),
    blind: [['worker', both('lost', 'queue', 'queue> worker END')]],
  },
  {
    fault: { name: 'dropped', at: 'worker' },
    alone: both('lost', 'worker', 'worker END'),
    blind: [
      ['queue', both('lost', 'worker', 'worker END')],
      ['worker', both('lost', 'queue', 'queue> worker END')],
    ],
  },
  {
    fault: { name: 'dropped', at: 'partner' },
    alone: each('lost', e('lost', 'worker', 'worker partner'), inMail),
    blind: [
      ['worker', each('lost', e('lost', 'queue', 'queue> worker partner'), inMail)],
      ['mail', each('lost', e('lost', 'worker', 'worker partner'), mailUnseen)],
    ],
  },
  {
    fault: { name: 'dropped', at: 'mail' },
    alone: each('lost', inPartner, e('lost', 'worker', 'worker mail')),
    blind: [
      ['worker', each('lost', inPartner, e('lost', 'queue', 'queue> worker mail'))],
      ['partner', each('lost', partnerUnseen, e('lost', 'worker', 'worker mail'))],
    ],
  },
  {
    fault: { name: 'stuck', at: 'queue' },
    alone: both('lost', 'queue', 'queue> worker'),
    blind: [
      ['partner', each('lost', e('unproven', 'queue', 'queue> worker'), e('lost', 'queue', 'queue> worker'))],
      ['mail', each('lost', e('lost', 'queue', 'queue> worker'), e('unproven', 'queue', 'queue> worker'))],
    ],
  },
  {
    fault: { name: 'stuck', at: 'worker' },
    alone: both('lost', 'worker', 'worker END'),
    blind: [['worker', both('lost', 'queue', 'queue> worker END')]],
  },
  {
    fault: { name: 'worker-crash', at: 'worker', when: 'before', times: 99 },
    alone: both('lost', 'worker', 'worker END'),
    blind: [['worker', both('lost', 'queue', 'queue> worker END')]],
  },
  ...(['partner-down', 'partner-500', 'partner-429'] as const).flatMap((name): Row[] => [
    {
      fault: { name, at: 'partner', requests: 'pushes' },
      alone: each('lost', e('lost', 'worker', 'worker partner'), inMail),
      blind: [
        ['worker', each('lost', e('lost', 'queue', 'queue> worker partner'), inMail)],
        ['mail', each('lost', e('lost', 'worker', 'worker partner'), mailUnseen)],
      ],
    },
    {
      fault: { name, at: 'partner' },
      alone: each('unproven', partnerUnseen, inMail),
      blind: [['worker', each('unproven', e('unproven', 'queue', 'queue> worker partner'), inMail)]],
    },
  ]),
];

const doubled: Row[] = [
  {
    fault: { name: 'duplicated', at: 'web' },
    alone: both('duplicated', 'web', 'web> queue'),
    blind: [['queue', both('duplicated', 'web', 'web> queue worker')]],
  },
  {
    fault: { name: 'good-and-bad', at: 'web' },
    alone: both('duplicated', 'web', 'web> queue'),
    blind: [['web', both('duplicated', undefined, 'web queue')]],
  },
  ...(['duplicated', 'good-and-bad'] as const).flatMap((name): Row[] => [
    {
      fault: { name, at: 'worker' },
      alone: each('duplicated', e('duplicated', 'worker', 'worker partner'), inMail),
      blind: [['worker', each('duplicated', e('duplicated', 'web', 'web> queue worker partner'), inMail)]],
    },
    {
      fault: { name, at: 'partner' },
      alone: each('duplicated', e('duplicated', 'worker', 'worker partner'), inMail),
      blind: [['mail', each('duplicated', e('duplicated', 'worker', 'worker partner'), mailUnseen)]],
    },
  ]),
  {
    fault: { name: 'duplicated', at: 'mail' },
    alone: each('duplicated', inPartner, e('duplicated', 'worker', 'worker mail')),
    blind: [
      ['worker', each('duplicated', inPartner, e('duplicated', 'web', 'web> queue worker mail'))],
      ['partner', each('duplicated', partnerUnseen, e('duplicated', 'worker', 'worker mail'))],
    ],
  },
];

const stale: FaultAt = { name: 'stale-workers', at: 'worker', count: 3 };

const others: Row[] = [
  {
    fault: { name: 'filled-late', at: 'partner', ms: 30_000 },
    alone: each('altered', e('altered', 'worker', 'worker partner'), inMail),
    blind: [['mail', each('altered', e('altered', 'worker', 'worker partner'), mailUnseen)]],
  },
  {
    fault: { name: 'gone', at: 'partner', ms: 50 },
    alone: each('altered', e('altered', 'partner', 'partner'), inMail),
    blind: [['worker', each('altered', e('altered', 'partner', 'partner'), inMail)]],
  },
  { fault: { name: 'web-422', at: 'web' }, alone: both('refused', undefined, 'web') },
  // The old build pushes without BookingNote and writes the same mail.
  {
    fault: stale,
    with: [{ name: 'pinned', at: 'queue', worker: 'worker-2' }],
    alone: each('altered', e('altered', 'worker', 'worker partner'), inMail),
    blind: [
      ['worker', each('altered', e('altered', 'queue', 'worker partner'), inMail)],
      ['partner', each('unproven', partnerUnseen, inMail)],
      ['mail', each('altered', e('altered', 'worker', 'worker partner'), mailUnseen)],
    ],
  },
];

const rows: readonly Row[] = [...changed, ...arriving, ...late, ...lost, ...doubled, ...others];

export const treeMatrix: readonly TreeCell[] = cellsOf(
  rows,
  ({ times }: Row) =>
    `${times?.mail === undefined ? '' : ', the mail with a deadline of its own'}${times === lateTimes ? ', late' : ''}`,
  ({ times = {} }) => ({ times }),
);
