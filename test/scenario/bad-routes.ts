// Ways of writing a route wrong, each with the one problem it is, and the place.

import type { Case } from './bad-scenarios.ts';
import { spoilt } from './example.ts';

export const badRoutes: readonly Case[] = [
  ['two hops of one name', spoilt('hop: queue', 'hop: web'), 'duplicate-hop', '28:10', /line 23/],
  [
    'an evidence without a look',
    spoilt(
      "    look:\n      log: { path: ./worker.log, where: { $.payload.booking: '${{ booking }}' }, field: $.payload.BookingNote }\n",
      '',
    ),
    'blind',
    '34:17',
  ],
  ['a hop after one that nobody knows', spoilt('keeps: false', 'after: wbe'), 'unknown-hop', '29:12', /`web`/],
  ['a hop after itself', spoilt('keeps: false', 'after: queue'), 'circular-route', '29:12', /Without `after`/],
  ['hops after each other', spoilt('keeps: false', 'after: partner'), 'circular-route', '29:12'],
  [
    'a first hop after another',
    spoilt('hop: web', 'hop: web\n    after: queue'),
    'circular-route',
    '24:12',
    /comes in/,
  ],
  ['an empty after', spoilt('keeps: false', "after: ''"), 'bad-value', '29:12'],
  ['a deadline on the way', spoilt('keeps: false', 'deadline: 5s'), 'misplaced-key', '29:5', /`worker` follows/],
];
