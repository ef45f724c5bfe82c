// Ways of writing limits, leftovers and clean wrong, each with the one problem it is, and the place.

import type { Case } from './bad-scenarios.ts';
import { example, spoilt } from './example.ts';

export const badCleaning: readonly Case[] = [
  ['a limit below nothing', `${example}limits: { per-run: -1 }\n`, 'bad-value', '52:20'],
  ['a limit that is no number', `${example}limits: { per-day: many }\n`, 'wrong-type', '52:20'],
  ['an unknown limit', `${example}limits: { per-rum: 1 }\n`, 'unknown-key', '52:11', /`per-run`/],
  [
    'leftovers without records',
    `${example}leftovers: { http: { url: 'http://a/' } }\n`,
    'missing-key',
    '52:12',
    /records/,
  ],
  [
    'leftovers that ask for the marker',
    `${example}leftovers: { http: { url: 'http://a/\${{ marker }}', records: $.a } }\n`.replace(
      'records: $.a',
      "records: '$.a'",
    ),
    'undefined-name',
    '52:12',
    /smk-/,
  ],
  [
    'leftovers that ask for an alias',
    `${example}leftovers: { http: { url: 'http://a/\${{ booking }}', records: a } }\n`,
    'undefined-name',
    '52:12',
  ],
  [
    'leftovers without clean',
    `${example.replace(/clean:[\s\S]*/, '')}leftovers: { http: { url: 'http://a/', records: a } }\n`,
    'missing-key',
    '50:1',
  ],
  ['a word of clean that is none', spoilt('clean:\n', 'clean:\n  when: pased\n  steps:\n'), 'bad-value', '51:9'],
  [
    'clean that says when and not what',
    `${example.replace(/clean:[\s\S]*/, '')}clean: { when: passed }\n`,
    'missing-key',
    '50:8',
  ],
  ['a misspelt key of clean', spoilt('clean:\n', 'clean:\n  wen: passed\n  steps:\n'), 'unknown-key', '51:3', /`when`/],
];
