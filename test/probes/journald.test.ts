// Looks at the journal: the real journalctl reads real journal files.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { journald } from '../../smoke/probes/logs/journald.ts';
import { type JournaldOptions, journaldOptions } from '../../smoke/probes/logs/journald-options.ts';
import { testHost } from '../host.ts';
import { without } from '../parts.ts';
import { type Journal, journal } from '../servers/journal.ts';
import { type Looks, looksOf, textsOf } from './log-store-looks.ts';

const skip = without('journald');
const asRoot = skip || (process.getuid?.() === 0 ? false : 'only root can try it as another user');

type Bench = { written: Journal; looks: Looks<JournaldOptions>; options: JournaldOptions };

/** What is kept reaches back to before the send, unless the test says otherwise. */
async function setUp(t: TestContext, env: Record<string, string> = {}, isOld = true): Promise<Bench> {
  const written = await journal();
  t.after(() => written.close());
  if (isOld) await written.write([{ MESSAGE: 'boot', _SYSTEMD_UNIT: 'init.scope' }], Date.now() - 10_800_000);
  const options = { directory: written.folder, unit: 'app-worker.service' };
  return { written, options, looks: await looksOf(t, journald, options, { env }) };
}

test('an entry is a line with the fields of the journal as columns; JSON in it is found by JSONPath', {
  skip,
}, async (t) => {
  const { written, looks, options } = await setUp(t);
  const at = Date.now();
  await written.write([{ MESSAGE: '{"booking": 8841}', PRIORITY: '6', _PID: '77', BOOKING: ['8841', '8842'] }], at);
  await written.write([{ MESSAGE: 'plain', _HOSTNAME: 'other' }]);
  const { candidates, whole, searched } = await looks.read(options);
  const [json, plain] = candidates;
  assert.ok(json && plain);
  assert.equal(whole, true);
  assert.equal(searched, `2 entries of ${written.folder}`);
  assert.deepEqual(json.select('$.booking'), { fits: true, values: ['8841'] });
  assert.deepEqual(json.select('_PID'), { fits: true, values: ['77'] });
  assert.deepEqual(json.select('BOOKING'), { fits: true, values: ['8841'] });
  assert.deepEqual(plain.select('PRIORITY'), { fits: true, values: [] });
  assert.deepEqual([json.instance, plain.instance], ['shop/app-worker.service', 'other/app-worker.service']);
  assert.equal(json.at, new Date(at).toISOString().replace('Z', '000Z'));
});

test('a message of bytes, of several lines, or longer than a screen is read whole', { skip }, async (t) => {
  const { written, looks, options } = await setUp(t);
  const long = 'x'.repeat(10_000);
  const bytes = Buffer.concat([Buffer.from('two\nlines\0'), Buffer.from([0xff])]);
  await written.write([{ MESSAGE: long }, { MESSAGE: new Uint8Array(bytes) }, { MESSAGE: Buffer.from('é\nè') }]);
  assert.deepEqual(textsOf(await looks.read(options)), [long, 'two\nlines\0ÿ', 'é\nè']);
});

test('only what was written since a little before the send is read, and of that what was asked for', {
  skip,
}, async (t) => {
  const { written, looks, options } = await setUp(t);
  await written.write([{ MESSAGE: 'old' }], Date.now() - 3_600_000);
  await written.write([
    { MESSAGE: 'a', SYSLOG_IDENTIFIER: 'push', PRIORITY: '3', _COMM: 'php' },
    { MESSAGE: 'b', SYSLOG_IDENTIFIER: 'mail', PRIORITY: '6' },
    { MESSAGE: 'c', _SYSTEMD_UNIT: 'web.service', SYSLOG_IDENTIFIER: 'push' },
  ]);
  const { directory } = options;
  assert.ok(directory);
  const texts = async (more: JournaldOptions): Promise<string[]> => textsOf(await looks.read(more));
  assert.deepEqual(await texts({ directory }), ['a', 'b', 'c']);
  assert.deepEqual(await texts({ directory, unit: ['app-*'] }), ['a', 'b']);
  assert.deepEqual(await texts({ directory, unit: ['app-worker', 'web'], identifier: 'push' }), ['a', 'c']);
  assert.deepEqual(await texts({ directory, match: { _COMM: 'php' } }), ['a']);
  assert.deepEqual(await texts({ directory, priority: 'err' }), ['a']);
  assert.deepEqual(await texts({ file: written.file, identifier: 'mail' }), ['b']);
  const long = { since: new Date(Date.now() - 7_200_000) };
  assert.deepEqual(textsOf(await looks.read(options, long)), ['old', 'a', 'b']);
});

test('a unit of which nothing was ever written is blind; one that is merely silent is not', { skip }, async (t) => {
  const { written, looks, options } = await setUp(t);
  await written.write([{ MESSAGE: 'old' }], Date.now() - 3_600_000);
  const quiet = await looks.read(options);
  assert.deepEqual([quiet.candidates.length, quiet.whole], [0, true]);
  for (const unit of ['app-worke', 'zz*']) {
    const { fault } = await looks.blind({ ...options, unit });
    assert.equal(fault.kind, 'wrong-answer', fault.message);
    assert.match(fault.message, /has no entry at all/);
    assert.match(fault.hint ?? '', /Check unit/);
  }
});

test('more entries than the limit: the newest are read, and the look gave up', { skip }, async (t) => {
  const { written, looks, options } = await setUp(t);
  await written.write(Array.from({ length: 30 }, (_, count) => ({ MESSAGE: `m${count}` })));
  const reading = await looks.read({ ...options, limit: 10 });
  assert.deepEqual(textsOf(reading).at(-1), 'm29');
  assert.equal(reading.candidates.length, 10);
  assert.deepEqual([reading.whole, reading.unseen?.kind], [false, 'gave-up']);
  assert.equal((await looks.read({ ...options, limit: 30 })).whole, true);
});

test('where nothing is kept from before the send, entries may have been removed: an absence proves nothing', {
  skip,
}, async (t) => {
  const { written, looks, options } = await setUp(t, {}, false);
  // Younger than the send, a minute ago, and its window.
  await written.write([{ MESSAGE: 'kept' }], Date.now() - 20_000);
  const short = await looks.read(options);
  assert.deepEqual(textsOf(short), ['kept']);
  assert.deepEqual([short.whole, short.unseen?.kind], [false, 'not-observable']);
  assert.match(short.unseen?.hint ?? '', /SystemMaxUse/);
  // An older journal beside it, of another unit, shows that nothing is missing since.
  const beside = await journal();
  t.after(() => beside.close());
  await beside.write([{ MESSAGE: 'boot', _SYSTEMD_UNIT: 'init.scope' }], Date.now() - 7_200_000);
  await copyFile(beside.file, join(written.folder, 'older.journal'));
  const whole = await looks.read(options);
  assert.deepEqual([whole.whole, whole.unseen], [true, undefined], whole.searched);
  assert.equal((await looks.read({ ...options, directory: undefined, file: written.file })).whole, false);
});

test('entries that a vacuum removed are no absence', { skip }, async (t) => {
  const { written, looks, options } = await setUp(t);
  await written.write([{ MESSAGE: 'ours' }], Date.now() - 50_000);
  const archived = join(written.folder, `worker@${'0'.repeat(32)}-0000000000000001-0000000000000001.journal`);
  await rename(written.file, archived);
  await written.write([{ MESSAGE: 'after it' }]);
  assert.deepEqual([textsOf(await looks.read(options)).length, (await looks.read(options)).whole], [2, true]);
  await promisify(execFile)('journalctl', [`--directory=${written.folder}`, '--vacuum-files=1']);
  const vacuumed = await looks.read(options);
  assert.deepEqual(textsOf(vacuumed), ['after it']);
  assert.deepEqual([vacuumed.whole, vacuumed.unseen?.kind], [false, 'not-observable']);
});

test('messages that journald left out, of a service that wrote too many, leave an absence unproved', {
  skip,
}, async (t) => {
  const { written, looks, options } = await setUp(t);
  await written.write([
    { MESSAGE: 'there' },
    {
      MESSAGE: 'Suppressed 300 messages from app-worker.service',
      MESSAGE_ID: 'a596d6fe7bfa4994828e72309e95d61e',
      _SYSTEMD_UNIT: 'systemd-journald.service',
    },
  ]);
  const { whole, searched } = await looks.read(options);
  assert.equal(whole, false);
  assert.match(searched, /left out messages/);
});

test('entries that this account may not see leave an absence unproved; none at all is a lack of permission', {
  skip: asRoot,
}, async (t) => {
  const written = await journal();
  t.after(() => written.close());
  const path = await written.path(
    'exec setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/bin/journalctl "$@"',
  );
  const options = { directory: written.folder };
  const looks = await looksOf(t, journald, options, { env: { PATH: path } });
  await written.write([{ MESSAGE: 'mine' }]);
  await chmod(written.folder, 0o755);
  await chmod(written.file, 0o600);
  const { fault } = await looks.blind(options);
  assert.equal(fault.kind, 'permission', fault.message);
  assert.match(fault.hint ?? '', /systemd-journal/);
  const open = join(written.folder, 'open.journal');
  await copyFile(written.file, open);
  await chmod(open, 0o644);
  const partly = await looks.read(options);
  assert.deepEqual(textsOf(partly), ['mine']);
  assert.equal(partly.whole, false);
  assert.match(partly.searched, /hidden from this account/);
});

test('a journal that is not there, or has no files, is blind', { skip }, async (t) => {
  const { written, looks } = await setUp(t);
  const empty = join(written.folder, 'empty');
  await mkdir(empty);
  assert.match((await looks.blind({ directory: empty })).fault.message, /has no journal files/);
  assert.match((await looks.blind({ directory: '/no/such/folder' })).fault.message, /No such file/);
  assert.match((await looks.blind({ file: './none.journal' })).fault.message, /No such file/);
});

test('without journalctl there is no look, and doctor can tell before', async (t) => {
  const env = { PATH: '/no/such/folder' };
  const looks = await looksOf(t, journald, {}, { env });
  const { fault } = await looks.blind({});
  assert.equal(fault.kind, 'driver-missing');
  assert.match(fault.hint ?? '', /systemd/);
  await assert.rejects(async () => journald.ready?.({}, testHost({ env })), /journalctl is not installed/);
});

test('a value never becomes an option of journalctl', async () => {
  const accepts = (options: object): boolean => v.safeParse(journaldOptions, options).success;
  assert.ok(accepts({ match: { _COMM: '--vacuum-size=1' } }));
  assert.ok(!accepts({ match: { '--vacuum-size': '1' } }));
  assert.ok(!accepts({ directory: 'a', file: 'b' }));
});
