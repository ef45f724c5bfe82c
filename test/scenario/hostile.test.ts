// Whatever a file holds: problems at places inside it, in bounded time, and nothing else changes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatProblem } from '../../smoke/scenario/frame.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import { example } from './example.ts';
import { tools } from './plugins.ts';

async function check(text: string): Promise<void> {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const result = await loadScenario(text, 'x.yaml', tools());
  const lines = text.split('\n').length;
  for (const problem of result.ok ? result.warnings : result.problems) {
    assert.ok(problem.place.line >= 1 && problem.place.line <= lines, `line ${problem.place.line} of ${lines}`);
    assert.ok(problem.place.column >= 1 && Number.isInteger(problem.place.column));
    assert.doesNotMatch(formatProblem(problem, text, { color: false }), /[\0-\x09\x0b-\x1f\x7f-\x9f]/);
  }
  if (!result.ok) assert.ok(result.problems.length > 0);
  assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
}

test('any text is loaded or refused with places inside it', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 200 });
});

test('any text of YAML characters is loaded or refused with places inside it', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab:-?[]{}&*!|>\'"%@`# \n\t${}'), maxLength: 100 });
  await fc.assert(fc.asyncProperty(text, check), { numRuns: 300 });
});

test('an example with a piece cut out, doubled or replaced is loaded or refused', async () => {
  const piece = fc.constantFrom(
    '',
    '${{',
    '}}',
    ': ',
    '\n',
    "'",
    '[',
    '{',
    '__proto__: { polluted: 1 }\n',
    '\u001b[31m',
    '*a',
    '&a ',
    ' #',
    '- ',
    'null',
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(example.length), fc.nat(30), piece, (at, length, text) =>
      check(example.slice(0, at) + text + example.slice(at + length)),
    ),
    { numRuns: 300 },
  );
});

test('keys that reach for the prototype change nothing, wherever they stand', async () => {
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    for (const text of [
      `${key}: { polluted: true }\n`,
      `${example}${key}: { polluted: true }\n`,
      example.replace('vars:\n', `vars:\n  ${key}: { polluted: true }\n`),
      example.replace('keep: { booking', `keep: { ${key}: $.x, booking`),
      example.replace('where: {', `where: { ${key}: x,`),
      example.replace('headers:\n', `headers:\n      ${key}: x\n`),
    ]) {
      const result = await loadScenario(text, 'x.yaml', tools());
      assert.ok(!result.ok && result.problems.some(({ code }) => code === 'forbidden-name'), text.slice(0, 40));
      await check(text);
    }
  }
});
