// Plug-ins of third parties that misbehave, in the real program: they are named, and the run goes on to its end.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { by, probe, reads, write } from './plugin-sources.ts';
import { openSite, type Site } from './site.ts';

const rubbish: Readonly<Record<string, [read: string, says: RegExp]>> = {
  'throws a text': ['throw "broken";', /the plug-in mine failed: broken/],
  'throws what cannot be shown': [
    'throw { toString() { throw 1; } };',
    /the plug-in mine failed: what it threw cannot be shown/,
  ],
  'throws nothing': ['throw undefined;', /the plug-in mine failed: undefined/],
  'throws a Blind with a fault of its own making': [
    'throw Object.assign(new Error("odd"), { name: "Blind", fault: null });',
    /the plug-in mine failed: odd/,
  ],
  'throws a Blind': ['throw new Blind("permission", "mine may not read");', /mine may not read/],
  'gives nothing': ['', /the plug-in mine gave undefined for a reading/],
  'gives no candidates': ['return { whole: true };', /a reading without `candidates`/],
  'gives a candidate that is none': [
    'return { candidates: [{ source: "x" }], whole: true, searched: "x", cost: { requests: 1, bytes: 1, ms: 1 } };',
    /a candidate without `text`/,
  ],
  'gives a candidate that throws': [
    `const no = () => { throw new Error('no select'); };
     return { candidates: [{ source: 'x', named: true, text: no, leaves: no, select: no, split: no }], whole: true, searched: 'x', cost: { requests: 1, bytes: 1, ms: 1 } };`,
    /the plug-in mine failed: no select/,
  ],
  'gives a selection that is none': [
    `return { candidates: [{ source: 'x', named: true, text: () => 'x', leaves: () => [], select: () => 1, split: () => 1 }], whole: true, searched: 'x', cost: { requests: 1, bytes: 1, ms: 1 } };`,
    /the plug-in mine gave number for a selection/,
  ],
  'gives a cost that is none': [
    'return { candidates: [], whole: true, searched: "x", cost: { requests: NaN } };',
    /a reading without `cost`/,
  ],
  'gives a reading that throws when it is read': [
    'return { get candidates() { throw { toString() { throw 1; } }; } };',
    /the plug-in mine failed: what it threw cannot be shown/,
  ],
  'throws a Blind that throws when it is read': [
    'throw Object.defineProperty(new Error("odd"), "name", { get() { throw 1; } });',
    /the plug-in mine failed: odd/,
  ],
  'gives a selection that throws when it is read': [
    `const parts = () => ({ get fits() { throw new Error('no fits'); } });
     return { candidates: [{ source: 'x', named: true, text: () => 'x', leaves: () => [], select: parts, split: parts }], whole: true, searched: 'x', cost: { requests: 1, bytes: 1, ms: 1 } };`,
    /the plug-in mine failed: no fits/,
  ],
  'gives two million candidates': [
    `const one = await documentCandidate({ text: '{}', format: 'json', source: 'x' });
     return { candidates: Array(2_000_000).fill(one), whole: true, searched: 'x', cost: { requests: 1, bytes: 1, ms: 1 } };`,
    /the plug-in mine gave more than 100000 candidates/,
  ],
  'never answers': ['return new Promise(() => undefined);', /mine note: its time of 300 ms is over/],
  'rejects long after its time': [
    'return new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 600));',
    /mine note: its time of 300 ms is over/,
  ],
};

test('a plug-in that ends the process does not end it as a success', async (t) => {
  const site = await openSite(t);
  write(site, by('./mine.ts', site), { 'mine.ts': probe('process.exit(0);') });
  const { code, stderr } = await site.run(['run', 'booking.yaml']);
  assert.equal(code, 3);
  assert.match(stderr, /ended before its work did; a plug-in or a reporter may have ended the process/);
});

test('a plug-in that sets the exit code as the process ends changes nothing', async (t) => {
  const site = await openSite(t);
  const body = `process.on('exit', () => { process.exitCode = 0; }); throw new Error('no answer');`;
  write(site, by('./mine.ts', site), { 'mine.ts': probe(body) });
  const { code, stdout, stderr } = await site.run(['run', 'booking.yaml']);
  assert.notEqual(code, 0, stdout);
  assert.match(stdout, new RegExp(`exit ${code}: `));
  assert.match(stderr, new RegExp(`exit ${code}: code of a plug-in or a reporter had set it to 0`));
});

test('a program that is under way ends with the process, however that ends', async (t) => {
  const site = await openSite(t);
  const look = `command: { shell: 'echo $$ > pid; exec sleep 300' }`;
  const scenario = by('./mine.ts', site).replace(/(?<=- hop: web\n +look: ).*/, () => `{ ${look} }`);
  const waits = `const { existsSync } = await import('node:fs');
    while (!existsSync(${JSON.stringify(path.join(site.dir, 'pid'))})) await new Promise((done) => setTimeout(done, 10));
    process.exit(0);`;
  write(site, scenario, { 'mine.ts': probe(waits) });
  assert.equal((await site.run(['run', 'booking.yaml'])).code, 3);
  const pid = Number(readFileSync(path.join(site.dir, 'pid'), 'utf8'));
  await eventually('it is gone', () => (isGone(pid) ? true : undefined));
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Ended, and not yet fetched by whoever is its parent now.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

describe('a probe that misbehaves is blind and named, and the run goes on to its end', { concurrency: 2 }, () => {
  for (const [name, [read, says]] of Object.entries(rubbish)) {
    test(name, async (t) => {
      const site = await openSite(t);
      const scenario = by('./mine.ts', site)
        .replace('deadline: 2s', 'deadline: 1s')
        .replace('- hop: partner', '- hop: partner\n    timeout: 300ms');
      write(site, scenario, { 'mine.ts': probe(read) });
      const { code, stdout, stderr } = await site.run(['run', 'booking.yaml']);
      assert.equal(code, 4, stdout + stderr);
      assert.match(stdout, /partner +\? blind/);
      assert.match(stdout, says);
      assert.match(stdout, /Cleanup +/);
      assert.equal(stderr, '');
      assert.equal(site.bookings.size, 0, 'it was cleaned up all the same');
    });
  }

  test('an open that throws makes the hop blind, one that gives no probe as well', async (t) => {
    const site = await openSite(t);
    for (const [opened, says] of [
      ['throw "shut";', /the plug-in mine failed: shut/],
      ['return {};', /opened to no probe with `read`/],
    ] as const) {
      const scenario = by('./mine.ts', site).replace('deadline: 2s', 'deadline: 1s');
      write(site, scenario, {
        'mine.ts': probe(reads).replace('return { async read', `${opened} return { async read`),
      });
      const { code, stdout } = await site.run(['run', 'booking.yaml']);
      assert.equal(code, 4, stdout);
      assert.match(stdout, says);
    }
  });

  test('what it throws outside of any call is told, and the exit code says that something failed', async (t) => {
    const site = await openSite(t, {});
    const stray = `setImmediate(() => { throw new Error('stray \\u001b[31m'); }); void Promise.reject('lost'); ${reads}`;
    write(site, by('./mine.ts', site), { 'mine.ts': probe(stray) });
    const { code, stdout, stderr } = await site.run(['run', 'booking.yaml']);
    assert.match(stdout, /arrived: intact at partner/);
    assert.match(stderr, /^smoketrail: the plug-in mine failed outside of any call: (?:stray|lost)/m);
    assert.match(stdout, /exit 3: the runner could not do all of its work/);
    assert.doesNotMatch(stderr, /\u001b/);
    assert.equal(code, 3, stderr);
    assert.equal(site.bookings.size, 0);
  });

  test('what it throws once the exit code is told changes the code, and the last line says so', async (t) => {
    const site = await openSite(t);
    const closing = `, async close() { void Promise.reject(new Error('late')); }`;
    write(site, by('./mine.ts', site), { 'mine.ts': probe(reads, closing) });
    const { code, stdout, stderr } = await site.run(['run', 'booking.yaml']);
    assert.match(stdout, /exit 0: all passed/);
    assert.match(stderr, /^smoketrail: the plug-in mine failed outside of any call: late$/m);
    assert.match(stderr, /^smoketrail: exit 3, not 0: .*\n$/m);
    assert.equal(code, 3);
  });

  test('what its module starts is told with the name of its file', async (t) => {
    const site = await openSite(t);
    const module = `setTimeout(() => { throw new Error('top'); }, 1);${probe(reads)}`;
    write(site, by('./mine.ts', site), { 'mine.ts': module });
    const { code, stderr } = await site.run(['run', 'booking.yaml']);
    assert.match(stderr, /^smoketrail: the module .*mine\.ts failed outside of any call: top$/m);
    assert.equal(code, 3);
  });

  test('one that changes what all code stands on is named as it is loaded; what nobody can trip over is not', async (t) => {
    const site = await openSite(t);
    const hidden = `Object.defineProperty(Array.prototype, 'own', { value: 1, configurable: true });`;
    const changes = `(Array.prototype as any).last = 1; Set.prototype.has = Set.prototype.has.bind(new Set());`;
    for (const [module, says] of [
      [
        changes,
        /^smoketrail: while \.\/mine\.ts was loaded, Array\.prototype \(last\) and Set\.prototype \(has\) changed: .*\n$/,
      ],
      [hidden, /^$/],
    ] as const) {
      write(site, by('./mine.ts', site), { 'mine.ts': `${module}${probe(reads)}` });
      const { stderr } = await site.run(['check', 'booking.yaml']);
      assert.match(stderr, says);
    }
  });

  test('one that lets nothing else run is named, with how to end the program', async (t) => {
    const site = await openSite(t);
    const block = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
    write(site, by('./mine.ts', site), { 'mine.ts': probe(block) });
    const program = site.start(['run', 'booking.yaml']);
    await eventually('it is told', () => (program.output().includes('To end it') ? true : undefined));
    assert.match(program.output(), /the plug-in mine is at work and lets nothing else run/);
    assert.match(program.output(), new RegExp(`kill -9 ${program.pid}\\b`));
    program.kill('SIGKILL');
    await program.ended;
  });
});

describe('a send step of a third party', { concurrency: 2 }, () => {
  const step = (fire: string): string =>
    probe('').replace('async open()', `async trigger() { return { async fire({ url }) { ${fire} } }; }, async open()`);
  const scenario = (site: Site): string =>
    by('http', site)
      .replace(
        /send:\n.*\n/,
        `send:\n  ./mine.ts: { url: '${site.url}/bookings?\${{ marker }}', keep: { booking: $.id } }\n`,
      )
      .replace('deadline: 2s', 'deadline: 300ms\ntimeout: 300ms');

  test('sends, and what it brings back can be kept from', async (t) => {
    const site = await openSite(t);
    const fire = `
      const answer = await fetch(url.split('?')[0], { method: 'POST', body: JSON.stringify({ note: url.split('?')[1] }) });
      const text = await answer.text();
      return { outcome: 'done', summary: 'sent', answer: await documentCandidate({ text, format: 'json', source: 'mine' }), cost: { requests: 1, bytes: 1, ms: 1 } };`;
    const patient = scenario(site).replace('deadline: 300ms\ntimeout: 300ms', 'deadline: 2s');
    write(site, patient, { 'mine.ts': step(fire) });
    const { stdout, stderr } = await site.run(['run', 'booking.yaml']);
    assert.match(stdout, /web +✓ intact|web \+|arrived/, stdout + stderr);
    assert.ok(site.seen.some(({ url }) => url.startsWith('/partner/8841')));
  });

  for (const [name, fire, says] of [
    ['that throws is unknown', 'throw { odd: true };', /the plug-in mine failed: \[object Object\]/],
    ['that gives rubbish is unknown', 'return "sent";', /the plug-in mine gave string for the end of a step/],
    [
      'that gives no outcome is unknown',
      'return { outcome: "ok", summary: "x" };',
      /without `outcome`: done, refused or unknown/,
    ],
    [
      'whose end throws when it is read is unknown',
      'return { get outcome() { throw { toString() { throw 1; } }; } };',
      /the plug-in mine failed: what it threw cannot be shown/,
    ],
    ['that never ends is unknown', 'return new Promise(() => undefined);', /mine: its time of 300 ms is over/],
    [
      'whose answer cannot be read is unknown',
      `const no = () => { throw 'unreadable'; };
       return { outcome: 'done', summary: 'sent', answer: { source: 'x', text: no, leaves: no, select: no, split: no }, cost: { requests: 1, bytes: 1, ms: 1 } };`,
      /the plug-in mine failed: unreadable/,
    ],
  ] as const) {
    test(name, async (t) => {
      const site = await openSite(t);
      write(site, scenario(site), { 'mine.ts': step(fire) });
      const { code, stdout, stderr } = await site.run(['run', 'booking.yaml', '--reporter', 'json=run.json']);
      assert.ok(code === 1 || code === 4, `${code}${stdout}${stderr}`);
      const json = readFileSync(path.join(site.dir, 'run.json'), 'utf8');
      const { scenarios } = JSON.parse(json) as { scenarios: { steps: { outcome: string; summary: string }[] }[] };
      assert.equal(scenarios[0]?.steps[0]?.outcome, 'unknown');
      assert.match(scenarios[0]?.steps[0]?.summary ?? '', says);
      assert.equal(stderr, '');
    });
  }
});
