// The README's first scenario and its other commands, followed step by step against `demo --up`.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { composeMarker, defaultShape } from '../../smoke/core/marker.ts';
import { eventually } from '../demo/on-stack.ts';
import { type Ended, smoketrail } from '../world.ts';
import { commandLines } from './command-lines.ts';
import { type DemoUp, demoUp } from './demo-process.ts';
import { blocks, page, root } from './pages.ts';

const readme = page('README.md');
const lines = blocks('sh').flatMap(({ text }) => commandLines(text));
let folder = '';
let demo: DemoUp;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-tutorial-'));
  await cp(join(root, 'scenarios'), join(folder, 'scenarios'), { recursive: true });
  demo = await demoUp();
});

after(async () => {
  assert.equal(await demo.end(), 130);
  await rm(folder, { recursive: true, force: true });
});

/** A command line of the README, with what stands in it for an example replaced. */
async function follow(begins: string, replaced: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const line = lines.find((words) => words.join(' ').startsWith(begins));
  assert.ok(line, `the README has no line smoketrail ${begins}`);
  return smoketrail(
    line.map((word) => replaced[word] ?? word),
    { cwd: folder, env: demo.env },
  );
}

test('demo --up prints an alias as the README does, what the scenarios need, and the command that uses it', () => {
  assert.match(demo.text, /^ {2}alias smoketrail='npm --prefix .+ run -s smoketrail --'$/m);
  assert.ok('WEB_URL' in demo.env && 'PARTNER_URL' in demo.env && 'WORKER_LOG' in demo.env);
  assert.ok(demo.text.includes(`smoketrail run ${join('scenarios', 'booking-note.yaml')}`));
});

test('the first scenario checks, arrives, breaks as the README says, and a look at the worker narrows it', async () => {
  const [scenario] = blocks('yaml');
  const [hop] = blocks('yaml fragment=route');
  assert.ok(scenario && hop);
  const file = join(folder, 'first.yaml');
  await writeFile(file, scenario.text);
  const checked = await follow('check first.yaml');
  assert.equal(checked.code, 0, checked.err);
  assert.match(checked.out, /^✓ first\.yaml {2}first: web → partner; to run it needs env\.WEB_URL, env\.PARTNER_URL$/m);
  const arrived = await follow('run first.yaml');
  assert.match(arrived.out, /✓ first {2}smk-\w+ {2}arrived: /);
  assert.equal(arrived.code, 0);

  const { id } = (await demo.curl(0)) as { id: string };
  try {
    await broken('stripped between web and partner');
    await writeFile(file, scenario.text.replace('  - hop: partner\n', `${hop.text}  - hop: partner\n`));
    await broken('stripped between web and worker');
  } finally {
    await demo.curl(1, id);
  }
});

async function broken(headline: string): Promise<void> {
  assert.ok(readme.text.replaceAll('\n', ' ').includes(headline), headline);
  const { out, code } = await follow('run first.yaml');
  assert.ok(out.includes(`altered: ${headline}`), out);
  assert.equal(code, 1);
}

test('a record that was kept is traced by its marker alone, and swept', async () => {
  const kept = await smoketrail(['run', 'first.yaml', '--no-cleanup'], { cwd: folder, env: demo.env });
  const marker = /smk-\w+/.exec(kept.out)?.[0] ?? '';
  const traced = await follow('trace smk-', { [lines.flat().find((word) => word.startsWith('smk-')) ?? '']: marker });
  assert.match(traced.out, /✓ first {2}smk-\w+ {2}arrived: /);
  assert.equal(traced.code, 0);
  const swept = await smoketrail(['sweep'], { cwd: folder, env: demo.env });
  assert.ok(swept.out.startsWith(`✓ ${marker}  first  clean: `), swept.out);
  assert.equal(swept.code, 0);
});

test('a booking that somebody typed is traced by its text, with find or with its id', async () => {
  const form = new URLSearchParams({
    room: '7',
    nights: '2',
    guest: 'Ana',
    hostMessage: 'Arriving at midnight, ring twice',
  });
  const booked = await fetch(`${demo.env['WEB_URL']}/bookings`, { method: 'POST', body: form, redirect: 'manual' });
  const booking = booked.headers.get('location')?.split('/').at(-1) ?? '';
  await follow('run first.yaml');
  const found = await follow('trace Arriving at midnight scenarios/');
  assert.match(found.out, /✓ booking-note {2}Arriving at midnight {2}arrived: /, found.out);
  const named = await follow('trace Arriving at midnight first.yaml', { 'booking=8841': `booking=${booking}` });
  assert.match(named.out, /✓ first {2}Arriving at midnight {2}arrived: /, named.out);
});

test('a scenario that takes a hop and steps of another file arrives and is clean again', async () => {
  for (const name of ['shared/partner.yaml', 'shared-arrival.yaml']) {
    const [block, ...others] = blocks(`yaml file=${name}`);
    assert.ok(block !== undefined && others.length === 0, name);
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), block.text);
  }
  const { code, out } = await smoketrail(['run', 'shared-arrival.yaml'], { cwd: folder, env: demo.env });
  assert.equal(code, 0, out);
  assert.match(out, /shared-arrival {2}smk-\w+ {2}arrived: intact at partner/);
  assert.doesNotMatch(out, /Cleanup/, 'nothing stays, so nothing is said');
});

test('what earlier runs left is listed by the example’s leftovers, and cleaned', async () => {
  const marker = composeMarker(defaultShape, Date.now() - 2 * 3_600_000, (letters, length) =>
    letters.slice(0, length).padEnd(length, '7'),
  ).text;
  const body = JSON.stringify({ room: 21, nights: 1, hostMessage: `Late. ${marker}` });
  assert.equal((await fetch(`${demo.env['WEB_URL']}/api/bookings`, { method: 'POST', body })).status, 201);
  await eventually('the booking is at the partner', async () => {
    const there = await (await fetch(`${demo.env['PARTNER_URL']}/reservations`)).text();
    return there.includes(marker) ? true : undefined;
  });
  assert.ok(readme.text.includes('`smoketrail sweep --without-ledger --older-than 1h`'));
  const sweep = (...more: string[]): Promise<Ended> =>
    smoketrail(['sweep', 'scenarios/booking-note.yaml', '--without-ledger', '--older-than', '1h', ...more], {
      cwd: folder,
      env: demo.env,
    });
  const listed = await sweep();
  assert.ok(listed.out.includes(marker), listed.out);
  const cleaned = await sweep('--yes');
  assert.deepEqual([cleaned.code, cleaned.out.includes(`✓ ${marker}  booking-note  clean: `)], [0, true], cleaned.out);
});

test('the line for a pipeline passes and writes its JUnit file', async () => {
  const { code, out } = await follow('run scenarios/', { '11': '2' });
  assert.equal(code, 0, out);
  assert.match(
    await readFile(join(folder, 'smoke.xml'), 'utf8'),
    /<testsuites name="smoketrail" tests="6" failures="0"/,
  );
});

test('the schema that is printed for editors is the one that the first scenario is checked with', async () => {
  const { out } = await follow('schema');
  const schema = JSON.parse(out) as { properties: object; $schema: string };
  assert.ok('route' in schema.properties && schema.$schema.startsWith('https://json-schema.org/'));
});

/** The screens of the page for authors, with what differs from run to run left out. */
function sameScreen(name: string, shown: string): void {
  const [screen] = blocks(`text screen=${name}`);
  assert.ok(screen, name);
  const plain = (text: string): string[] =>
    text
      .replaceAll(/smk-\w{16}/g, 'MARKER')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d/g, 'TIME')
      .replaceAll(/\b88\d\d\b/g, 'BOOKING')
      .replaceAll(/R-\d+/g, 'RESERVATION')
      .replaceAll(/\b\d{3} bytes|content-length: \d+/g, 'SIZE')
      .replaceAll(/(picked|cut|record|of) \d+/g, '$1 N')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
      .replaceAll(/cut N records?/g, 'cut N records')
      .replaceAll('can be made', 'can be written')
      .trimEnd()
      .split('\n');
  const seen = new Set(plain(shown));
  const gone = plain(screen.text).filter((line) => !seen.has(line));
  assert.deepEqual(gone, [], `${screen.place}: take these lines anew; it shows now:\n${shown}`);
}

test('the loop of an author: doctor, look and releases show what their page shows', async () => {
  const [scenario] = blocks('yaml');
  await writeFile(join(folder, 'first.yaml'), scenario?.text ?? '');
  const examined = await follow('doctor first.yaml');
  assert.equal(examined.code, 0, examined.out);
  sameScreen('doctor', examined.out);
  assert.equal((await follow('look first.yaml partner')).code, 0);

  const kept = await smoketrail(['run', 'first.yaml', '--no-cleanup'], { cwd: folder, env: demo.env });
  const marker = /smk-\w+/.exec(kept.out)?.[0] ?? '';
  await writeFile(join(folder, 'first.yaml'), (scenario?.text ?? '').replace('$.BookingNote', '$.bookingNote'));
  const sample = lines.flat().find((word) => word.startsWith('smk-')) ?? '';
  const looked = await follow('look first.yaml partner --marker', { [sample]: marker });
  assert.equal(looked.code, 0, looked.err);
  sameScreen('look', looked.out);
  assert.equal((await follow('look first.yaml web --keep')).code, 0);
  await writeFile(join(folder, 'first.yaml'), scenario?.text ?? '');
  assert.equal((await smoketrail(['sweep'], { cwd: folder, env: demo.env })).code, 0);

  const builds = await follow('releases scenarios/booking-note.yaml');
  assert.equal(builds.code, 0, builds.out);
  sameScreen('releases', builds.out);
  for (const shell of ['bash', 'zsh', 'fish'])
    assert.ok((await smoketrail(['completion', shell], { cwd: folder })).out.includes('_smoketrail'), shell);
});
