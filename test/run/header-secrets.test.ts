import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskCredentials } from '../../smoke/run/header-secrets.ts';
import type { Ports } from '../../smoke/run/ports.ts';
import { createMask } from '../../smoke/run/redact.ts';

function maskAfter(options: unknown): (text: string) => string {
  const { add, mask } = createMask();
  maskCredentials(options, 'smk-0123456789abcdef', { secrets: { get: () => undefined, add } } as unknown as Ports);
  return mask;
}

const basic = Buffer.from('robot:pass-word:1').toString('base64');
const cases: readonly [name: string, options: unknown, text: string, masked: string][] = [
  [
    'behind a scheme word',
    { headers: { Authorization: 'Bearer tok-123456' } },
    'a tok-123456 b',
    'a ***Authorization*** b',
  ],
  ['whole', { headers: { 'x-api-key': 'key 123456' } }, 'a key 123456 b', 'a ***x-api-key*** b'],
  ['the password of Basic', { headers: { authorization: `Basic ${basic}` } }, 'pass-word:1', '***authorization***'],
  ['each cookie', { headers: { Cookie: 'sid=abc123def; t=x' } }, 'abc123def t=x', '***Cookie*** t=x'],
  [
    'the password of auth',
    { auth: { basic: { user: 'me', password: 'p4ssw0rd' } } },
    'p4ssw0rd',
    '***auth.basic.password***',
  ],
  ['the token of auth', { auth: { bearer: 'tok-123456' } }, 'tok-123456', '***auth.bearer***'],
  [
    'the secret of a client',
    { auth: { oauth2: { 'client-id': 'robot-1', 'client-secret': 'cl13nt-s' } } },
    'robot-1 cl13nt-s',
    'robot-1 ***auth.oauth2.client-secret***',
  ],
  [
    'what opens a key',
    { tls: { key: './a.key', passphrase: 'open sesame' } },
    './a.key open sesame',
    './a.key ***tls.passphrase***',
  ],
  ['of any plug-in', { token: 'T0ken-1', list: ['x'] }, 'T0ken-1 list', '***token*** list'],
  ['deeper in', { servers: [{ sasl: { password: 'p4ssw0rd' } }] }, 'p4ssw0rd', '***servers.sasl.password***'],
  ['a variable of a program', { env: { PGPASSWORD: 'p4ssw0rd' } }, 'p4ssw0rd', '***env.PGPASSWORD***'],
  ['the address of a database', { postgres: 'postgres://u:PgS3cret@h/d' }, 'is PgS3cret', 'is ***url-password***'],
  ['one address of several', { url: ['nats://h', 'nats://u:L1stS3cret@i'] }, 'L1stS3cret', '***url-password***'],
  ['an address of several hosts', { mysql: 'mysql://u:p%40ssword@h:1,i:2/d' }, 'p@ssword', '***url-password***'],
  ['as it stands in the address', { redis: 'redis://u:a%2fb%2Fcd@h' }, 'a%2fb%2Fcd', '***url-password***'],
  ['a token in an address', { url: 'nats://T0ken-1@h' }, 'T0ken-1', '***url-password***'],
  ['in a question', { url: 'http://h/?access_token=T0ken-1' }, 'T0ken-1', '***url-password***'],
  ['a password in an address', { url: 'http://u:p%40ssword@h.example/' }, 'p@ssword', '***url-password***'],
];
for (const [name, options, text, masked] of cases)
  test(`a credential in a request is masked from then on: ${name}`, () => {
    assert.equal(maskAfter(options)(text), masked);
  });

test('other headers, short values and what holds the marker are left alone', () => {
  const mask = maskAfter({
    headers: {
      'X-Correlation-Id': 'corr-123456',
      'X-Api-Key': 'abc12',
      'X-Auth-Token': 'Bearer smk-0123456789abcdef',
      Authorization: null,
    },
    json: { authorization: 'in a body' },
    url: 'no address',
    postgres: 'postgres://operator@h/database',
    key: 'bookings',
    token: 'abc12',
    where: { token: 'looked for' },
  });
  for (const text of [
    'operator',
    'database',
    'bookings',
    'looked for',
    'corr-123456',
    'abc12',
    'smk-0123456789abcdef',
    'in a body',
  ])
    assert.equal(mask(text), text);
});
