import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../smoke/scenario/frame.ts';
import { hideCredentials } from '../../smoke/scenario/hidden-credentials.ts';
import type { Problem } from '../../smoke/scenario/problems.ts';

function shown(...lines: string[]): string[] {
  return hideCredentials(lines).map(({ text }) => text);
}

const hidden: readonly [name: string, line: string, text: string][] = [
  [
    'in an address',
    "look: { redis: { url: 'redis://bob:S3cr%40t@h:1/0', list: x } }",
    "look: { redis: { url: 'redis://***@h:1/0', list: x } }",
  ],
  ['in a list of addresses', "url: ['nats://b:pw@h', nats://c:pw2@i]", "url: ['nats://***@h', nats://***@i]"],
  ['a value among others', '{ nats: { token: T0ken-x, subject: y } }', '{ nats: { token: ***, subject: y } }'],
  ['in double quotes', 'token: "a\\"b, c" # why', 'token: "***" # why'],
  ['in single quotes', "{ password: 'it''s', user: me }", "{ password: '***', user: me }"],
  ['JSON', '{ "a": 1, "token":"T0ken", "b": 2 }', '{ "a": 1, "token":"***", "b": 2 }'],
  ['a header', '  Authorization: Bearer abc, def', '  Authorization: ***'],
  ['another header', "{ X-Api-Key: 'abc' }", "{ X-Api-Key: '***' }"],
  ['a variable of a program', '  PGPASSWORD: hunter2 # mine', '  PGPASSWORD: *** # mine'],
  ['a name of several words', '{ clientSecret: abc, api_key: def }', '{ clientSecret: ***, api_key: *** }'],
  ['an argument', "argv: [curl, --token, T0ken, '--password=x y']", "argv: [curl, --token, ***, '--password=*** y']"],
  ['in a query', 'url: http://h/?a=b&access_token=T0ken&c=d', 'url: http://h/?a=b&access_token=***&c=d'],
  ['beside an expression', 'Authorization: Basic ${{ base64("me:pass") }}', 'Authorization: ***${{ base64("***") }}'],
];
for (const [name, line, text] of hidden)
  test(`a credential is hidden: ${name}`, () => {
    assert.deepEqual(shown(line), [text]);
  });

test('what is none stays readable', () => {
  for (const line of [
    'token: ${{ secret.TOKEN }}',
    '{ key: bookings:1, keys: [a], idempotency-key: x }',
    'keep: { token: $.access_token, id: { from: $.id, secret: true } }',
    "where: { '$.token': x }",
    'token-url: https://login.example/token',
  ])
    assert.deepEqual(shown(line), [line]);
});

test('a credential that goes on below is hidden there too, and nothing behind it', () => {
  assert.deepEqual(
    shown(
      '  tls:',
      '    passphrase: >-',
      '      open',
      '      sesame',
      '    ca: ./ca.pem',
      '  password:',
      '    - a1',
      '  user: me',
    ),
    [
      '  tls:',
      '    passphrase: >-',
      '      ***',
      '      ***',
      '    ca: ./ca.pem',
      '  password:',
      '    ***',
      '  user: me',
    ],
  );
  assert.deepEqual(shown('token:', '  from: $.x', '  secret: true'), ['token:', '  from: $.x', '  secret: true']);
  assert.deepEqual(shown('secret: "one', '  two"', 'a: b'), ['secret: ***', '  ***', 'a: b']);
});

test('a line is hidden in time that grows with its length only', () => {
  for (const part of ['token: ', '${{', "'token':'", '--token ', '://', '://a:b@', '"', 'token=[', 'a'])
    shown(part.repeat(20_000 / part.length));
  assert.deepEqual(shown('a'.repeat(20_001)), ['***']);
});

const problem = (line: number, column: number, length: number, message = 'MONITOR is costly'): Problem => ({
  code: 'costly',
  message,
  place: { file: 'a.yaml', line, column, length },
  hint: 'Not redis://bob:S3cret@h.',
});

test('a code frame shows no credential, of neighbouring lines neither, and its caret stays where it was', () => {
  const text = [
    "- { token: 'T0ken-1' }",
    "- { url: 'redis://bob:S3cret@h', monitor: {} }",
    'password: hunter2',
    '',
  ].join('\n');
  const told = formatProblem(problem(2, 34, 7), text, { color: false });
  assert.doesNotMatch(told, /T0ken|S3cret|hunter2|bob/);
  const [, , line = '', caret = ''] = told.split('\n');
  assert.equal(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1), 'monitor');
});

test('a message that repeats a credential does not show it either', () => {
  const told = formatProblem(problem(1, 8, 9, "'T0ken-1' and nats://a:b@h are wrong"), "token: 'T0ken-1'", {
    color: false,
  });
  assert.match(told, /'\*\*\*' and nats:\/\/\*\*\*@h are wrong/);
});

test('a credential that began above the lines that are shown is hidden', () => {
  const text = `password: |\n${'  T0ken\n'.repeat(20)}a: b\n`;
  assert.doesNotMatch(formatProblem(problem(22, 1, 1), text, { color: false }), /T0ken/);
});
