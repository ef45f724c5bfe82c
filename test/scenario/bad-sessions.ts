// Ways of writing sessions wrong, each with the one problem it is, and the place.

import type { Case } from './bad-scenarios.ts';
import { inSession, spoilt } from './example.ts';

export const badSessions: readonly Case[] = [
  [
    'a session that nobody describes',
    spoilt('    keeps: false', '    session: extranet'),
    'unknown-session',
    '29:14',
    /`sessions:`/,
  ],
  [
    'a misspelt session of a hop',
    inSession('    keeps: false', '    session: extrnet'),
    'unknown-session',
    '32:14',
    /`extranet`/,
  ],
  [
    'a misspelt session of a step',
    inSession('clean:\n  - http', 'clean:\n  - session: other\n    http'),
    'unknown-session',
    '54:14',
    /Known here: extranet/,
  ],
  ['a session that is no name', inSession('    keeps: false', '    session: [a]'), 'wrong-type', '32:14'],
  ['a session without a login', spoilt('send:\n', 'sessions:\n  extranet: {}\nsend:\n'), 'missing-key', '13:13'],
  ['an unknown key of a session', inSession('login: {', 'lgoin: {'), 'unknown-key', '13:15', /`login`/],
  [
    'a value of a session where none is in use',
    inSession('nights: 1,', "nights: 1, a: '${{ session.token }}',"),
    'undefined-name',
    '21:43',
    /session: NAME/,
  ],
  [
    'a value of a session in a variable',
    inSession('vars:\n', 'vars:\n  a: ${{ session.token }}\n'),
    'undefined-name',
    '6:10',
    /names the session/,
  ],
  [
    'a value that the login does not keep',
    inSession('    keeps: false', '    session: extranet\n    timeout: 1s').replace(
      'select * from jobs',
      '${{ session.tokn }}',
    ),
    'undefined-name',
    '35:46',
    /`session.token`/,
  ],
  ['the marker in a login', inSession("a: '${{ env.A }}'", "a: '${{ marker }}'"), 'bad-login', '13:69', /all markers/],
  [
    'the marker in a login, behind a variable',
    inSession("a: '${{ env.A }}'", "a: '${{ vars.m }}'").replace('vars:\n', 'vars:\n  m: ${{ marker }}\n'),
    'bad-login',
    '14:69',
  ],
  ['an alias in a login', inSession("a: '${{ env.A }}'", "a: '${{ booking }}'"), 'bad-login', '13:69'],
  [
    'a value of a login before it is kept',
    inSession("a: '${{ env.A }}'", "a: '${{ session.token }}'"),
    'undefined-name',
    '13:69',
  ],
  ['a session in a login', inSession('login: {', 'login: { session: extranet,'), 'bad-login', '13:33'],
  ['records in a login', inSession('keep: { token', 'records: tr, keep: { token'), 'bad-login', '13:91'],
  ['an idempotent login', inSession('login: {', 'login: { idempotent: true,'), 'bad-login', '13:36'],
  [
    'a value of a session in a connection',
    inSession('    keeps: false', '    session: extranet').replace(
      'sqlite: ./queue.db',
      "sqlite: './${{ session.token }}.db'",
    ),
    'needs-alias',
    '34:29',
  ],
];
