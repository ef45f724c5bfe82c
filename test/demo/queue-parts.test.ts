// What the demo says of a queue whose server or package is not installed here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needed } from '../../smoke/demo/needed.ts';
import { demandParts } from '../../smoke/demo/queue-parts.ts';
import { placeOf, type ServedPlace, wrongUrl } from '../../smoke/demo/queue-place.ts';

async function served(url?: string): Promise<ServedPlace> {
  const place = await placeOf({ system: 'bullmq', ...(url !== undefined && { url }) }, '/nowhere');
  assert.ok(place.system !== 'sqlite');
  return place;
}

test('a server that cannot be started is named with what brings it, and a given one needs none', async (t) => {
  const path = process.env['PATH'];
  t.after(() => {
    process.env['PATH'] = path;
  });
  process.env['PATH'] = '/nonexistent';
  const own = await served();
  assert.throws(() => demandParts(own), {
    name: 'MissingPart',
    message: 'Redis, which the queue bullmq of the demo runs on, is not installed.',
    hint: 'On Debian: apt-get install redis-server; or name a server that runs already with --queue-url.',
  });
  const given = await served('redis://127.0.0.1:6379');
  demandParts(given);
});

test('a package that is not there is named with what installs it', async () => {
  await assert.rejects(needed('a-package-that-nobody-has'), {
    name: 'MissingPart',
    message: /^The package a-package-that-nobody-has, .* is not installed\.$/,
    hint: 'npm install a-package-that-nobody-has',
  });
});

test('an address of another system, and one for the queue in a file, are told apart from good ones', () => {
  assert.equal(wrongUrl('rabbitmq', 'amqps://broker.example/bookings'), undefined);
  assert.equal(wrongUrl('pg-boss', 'postgresql://db.example/app'), undefined);
  assert.match(wrongUrl('bullmq', 'postgres://db.example') ?? '', /given as redis:\/\/HOST:PORT/);
  assert.match(wrongUrl('bullmq', 'no address') ?? '', /given as redis:\/\/HOST:PORT/);
  assert.match(wrongUrl('sqlite', 'redis://127.0.0.1') ?? '', /has no server/);
});

test('each stack has names of its own, and a server of its own a password of its own', async () => {
  const [one, other] = [await served(), await served()];
  assert.notEqual(one.base, other.base);
  assert.match(one.url, /^redis:\/\/:[0-9a-f]{32}@127\.0\.0\.1:\d+$/);
  assert.notEqual(one.own?.password, other.own?.password);
});
