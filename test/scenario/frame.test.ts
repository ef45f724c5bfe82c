import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../smoke/scenario/frame.ts';
import type { Problem } from '../../smoke/scenario/problems.ts';

const plain = { color: false };

function problem(line: number, column: number, length = 1): Problem {
  return {
    code: 'unknown-key',
    message: 'unknown key',
    place: { file: 'a.yaml', line, column, length },
    hint: 'Did you mean `b`?',
  };
}

test('a problem shows its place, the lines around it, a caret and the hint', () => {
  const text = 'one\ntwo\n  three: 3\nfour\nfive\n';
  assert.equal(
    formatProblem(problem(3, 3, 5), text, plain),
    [
      'a.yaml:3:3 error unknown key [unknown-key]',
      '  1 | one',
      '  2 | two',
      '> 3 |   three: 3',
      '    |   ^^^^^',
      '  4 | four',
      '  Did you mean `b`?',
    ].join('\n'),
  );
});

test('without the text of the file there is no frame', () => {
  assert.equal(
    formatProblem(problem(3, 3), undefined, plain),
    'a.yaml:3:3 error unknown key [unknown-key]\n  Did you mean `b`?',
  );
});

test('control characters, escapes and direction marks of the file never reach the terminal', () => {
  const printed = formatProblem(problem(1, 5), '\u001b[2J\t\u202ex\u0007\u009b\u2028: 1\r\n', plain);
  assert.doesNotMatch(printed, /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
  assert.match(printed, /\\u001b\[2J→\\u202ex/);
});

test('the caret stands under its character although others before it were written out', () => {
  const [, line = '', caret = ''] = formatProblem(problem(1, 3), '\u0001\u0002x', plain).split('\n');
  assert.equal(line[caret.indexOf('^')], 'x');
});

test('a long line is cut around the caret', () => {
  const text = `${'a'.repeat(5000)}X${'b'.repeat(5000)}`;
  const [, line = '', caret = ''] = formatProblem(problem(1, 5001), text, plain).split('\n');
  assert.ok(line.length < 120);
  assert.equal(line[caret.indexOf('^')], 'X');
});

test('a place behind the end of a file or line still has a frame', () => {
  assert.match(formatProblem(problem(9, 9), 'a\nb', plain), /^a\.yaml:9:9/);
  assert.match(formatProblem(problem(1, 99), 'a', plain), /> 1 \| a\n {4}\| {2}\^/);
});

test('colour is there only when it is wanted', () => {
  assert.match(formatProblem(problem(1, 1), 'a', { color: true }), /\u001b\[31m/);
  assert.doesNotMatch(formatProblem(problem(1, 1), 'a', plain), /\u001b/);
});
