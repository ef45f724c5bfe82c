// Partners that change what they take, by design or not, and hops that carry only a part of it.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Reservation } from './hotel.ts';
import { assertEmpty, type Situation, situation } from './situation.ts';

const changing = (change: (note: string) => string) => ({
  passedOn: (booking: Reservation): Reservation => ({ ...booking, note: change(booking.note) }),
});

/** The same scenario without that line. */
function without({ dir }: Situation, file: string, line: RegExp): void {
  const place = path.join(dir, file);
  const text = readFileSync(place, 'utf8');
  assert.match(text, line);
  writeFileSync(place, text.replace(line, ''));
}

test('a field of forty characters: arrived where the scenario allows it, truncated where it does not', async (t) => {
  const place = await situation(
    t,
    changing((note) => note.slice(0, 40)),
  );
  const allowed = await place.go(['run', 'short-field.yaml']);
  assert.equal(allowed.verdict.verdict, 'arrived', allowed.screen);
  assert.equal(allowed.code, 0);
  without(place, 'short-field.yaml', / {4}allow: .*\n/);
  const strict = await place.go(['run', 'short-field.yaml']);
  const look = strict.at('partner');
  assert.equal(look.kind === 'altered' && look.how, 'truncated', strict.screen);
  assert.equal(strict.verdict.verdict, 'altered');
  assert.match(strict.screen, /Last seen at web .*\n? *Suspects?: .*partner/);
  assert.equal(strict.code, 1);
  assertEmpty(place.hotel);
});

test('a partner that writes in capitals: arrived where the scenario allows it, whatever the marker’s case', async (t) => {
  const place = await situation(
    t,
    changing((note) => note.toUpperCase()),
  );
  const allowed = await place.go(['run', 'upper-case.yaml']);
  assert.match(allowed.marker, /^SMK[0-9A-Z]{16}$/);
  assert.equal(allowed.verdict.verdict, 'arrived', allowed.screen);
  const strict = await place.go(['run', 'plain.yaml']);
  const look = strict.at('partner');
  assert.equal(look.kind === 'altered' && look.how, 'case-changed', strict.screen);
  assert.equal(strict.code, 1);
  assertEmpty(place.hotel);
});

test('a sandbox that masks notes: arrived, and the headline says that the note itself was seen before it', async (t) => {
  const place = await situation(
    t,
    changing(() => '***'),
  );
  const ran = await place.go(['run', 'masked-note.yaml']);
  assert.equal(ran.at('partner').kind, 'reference', ran.screen);
  assert.equal(ran.verdict.verdict, 'arrived');
  assert.match(
    ran.verdict.headline,
    /^arrived: by reference at partner .*; intact at web, the last hop that carries the text$/,
  );
  assert.equal(ran.code, 0);
  assertEmpty(place.hotel);
});

test('a job that carries only an id is a reference, and never a suspect', async (t) => {
  const place = await situation(
    t,
    changing(() => ''),
  );
  const ran = await place.go(['run', 'job-with-id.yaml']);
  assert.equal(ran.at('queue').kind, 'reference', ran.screen);
  assert.equal(ran.at('partner').kind, 'stripped');
  assert.equal(ran.verdict.verdict, 'altered');
  assert.match(ran.screen, /Last seen at web/);
  assert.doesNotMatch(ran.screen, /Suspects?: [^\n]*queue/);
  assertEmpty(place.hotel);
});

test('a dedup that answers with an older booking: stripped, the other run’s marker named, and its record left alone', async (t) => {
  let older: string | undefined;
  const place = await situation(t, {
    instead: ({ method, url }, response) => {
      if (method !== 'POST' || url !== '/bookings' || older === undefined) return false;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: older }));
      return true;
    },
  });
  const first = await place.go(['run', 'plain.yaml', '--no-cleanup']);
  older = [...place.hotel.bookings.keys()][0];
  const second = await place.go(['run', 'plain.yaml']);
  assert.equal(second.verdict.verdict, 'altered', second.screen);
  assert.match(second.screen, new RegExp(`another run's marker is here: ${first.marker}`));
  assert.match(second.screen, new RegExp(`Cleanup +kept: not deleted: .* is the record of ${first.marker}`));
  assert.doesNotMatch(second.screen, /delivery/);
  assert.equal(place.hotel.bookings.size, 1);
});
