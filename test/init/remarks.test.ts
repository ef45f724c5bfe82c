// What init says in a scenario and beside it: lines of a length to read, and what a destination did not show.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PartnerAnswer, partnerLook } from '../../smoke/init/partner.ts';
import { wrapped } from '../../smoke/init/wrapped.ts';
import { loaded, written } from './written.ts';

const curl = `curl http://web.test/bookings --json '{"note":"late at night"}'`;
const url = 'http://partner.test/reservations';
const answered = (body: string, status = 200): PartnerAnswer => ({
  kind: 'answered',
  status,
  type: 'application/json',
  body,
});

for (const [what, answer, said] of [
  ['an empty list', answered('{"reservations":[]}'), /list was empty[\s\S]*Put a record there as a user would/],
  ['an error', answered('', 500), /answered 500[\s\S]*When it answers, call init again/],
  ['silence', { kind: 'silent', why: 'nothing within 5 s' }, /did not answer \(nothing within 5 s\)/],
] as const)
  test(`${what} of the partner is told in the report and in the file, which stays loadable`, async () => {
    const { text, facts } = await written('curl', curl, {}, partnerLook(url, answer, 'booking'));
    assert.match(facts.notes.join('\n'), said);
    assert.match(text, /when (?:this|the) file was written/);
    await loaded(text);
  });

test('no remark is longer than a hundred columns', async () => {
  for (const partner of [undefined, partnerLook(url, answered('[]'), 'booking')]) {
    const { text } = await written('curl', curl, {}, partner);
    const remarks = text.split('\n').filter((line) => /^\s*#/.test(line));
    assert.ok(remarks.length > 4);
    for (const line of remarks) assert.ok(line.length <= 100, line);
  }
});

test('words are broken at spaces only', () => {
  assert.deepEqual(wrapped('aa bb cc', 5), ['aa bb', 'cc']);
  assert.deepEqual(wrapped('a-long-word b', 5), ['a-long-word', 'b']);
  assert.deepEqual(wrapped('', 5), ['']);
});
