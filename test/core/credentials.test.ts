import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { credentialRanges } from '../../smoke/core/credentials.ts';
import { createMask } from '../../smoke/run/redact.ts';
import { plainCredentialRanges, type Range } from './plain-credentials.ts';

/** One sign for each character: whether it is masked. */
function covered(text: string, ranges: readonly Range[]): string {
  const signs = [...text].map(() => '.');
  for (const { start, end } of ranges) signs.fill('x', start, end);
  return signs.join('');
}

const piece = fc.constantFrom(
  ...[
    'cookie=',
    'Set-Cookie: ',
    'cookie',
    'Authorization',
    'proxy-authorization',
    '://',
    '=',
    ':',
    ' ',
    '"',
    "'",
    '\\',
    '\\\\',
  ],
  ...['[', ']', '\n', '\r', '@', '/', 'a', '***', '***T***', ', ', '>', '\t', '=\\\\"', '\\\\"', '\\"'],
);

test('credentials are found where the plain way finds them', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 5, maxLength: 60, size: 'max' }), (pieces) => {
      const text = pieces.join('');
      assert.equal(covered(text, credentialRanges(text)), covered(text, plainCredentialRanges(text)));
    }),
    { numRuns: 3_000 },
  );
});

for (const part of ['cookie=', 'cookie="', "'cookie=", 'Cookie: \\"', 'cookie=[', 'cookie=***a ', '://', '://a:b@'])
  test(`a megabyte of ${part} is masked in time that grows with its length only`, () => {
    const { mask } = createMask();
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const before = process.cpuUsage();
    const masked = mask(text);
    const { user, system } = process.cpuUsage(before);
    if (part.includes('ookie')) assert.ok(masked.length <= text.length);
    // The plain way takes minutes.
    assert.ok(user + system < 5_000_000, `${(user + system) / 1_000} ms`);
  });

test('names without number on one line are one range', () => {
  assert.equal(credentialRanges('cookie='.repeat(10_000)).length, 1);
  assert.equal(credentialRanges('cookie=a\n'.repeat(100)).length, 100);
});
