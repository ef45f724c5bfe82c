// Sessions with the real program against a system behind a login: one login for all, another when it ended, and the
// right verdict where there is none.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { RunEvent } from '../../smoke/core/events.ts';
import type { VerdictName } from '../../smoke/core/verdict.ts';
import { type Guarded, guardedScenario, guardedSite, password, type Written } from './guarded.ts';
import type { Ended } from './program.ts';

const env = { PASSWORD: password };

type Ran = Ended & { events: RunEvent[]; verdicts: VerdictName[]; reason: string };

async function run(
  site: Guarded,
  written: Written = {},
  args: readonly string[] = [],
  how: Record<string, string> = env,
): Promise<Ran> {
  site.file('booking.yaml', guardedScenario(site.url, written));
  const ended = await site.run(
    ['run', 'booking.yaml', '--reporter', 'ndjson=run.ndjson', '--reporter', 'terminal', '-v', ...args],
    { env: how },
  );
  const lines = readFileSync(path.join(site.dir, 'run.ndjson'), 'utf8').trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as RunEvent);
  const told = events.filter((event) => event.type === 'verdict');
  return {
    ...ended,
    events,
    verdicts: told.map(({ verdict }) => verdict),
    reason: told.map((one) => `${one.headline} ${one.facts.join(' ')}`).join('\n'),
  };
}

const looksAt = (site: Guarded): number => site.seen.filter(({ url }) => url.startsWith('/partner/')).length;
const sends = (site: Guarded): number =>
  site.seen.filter(({ method, url }) => method === 'POST' && url === '/bookings').length;

test('one login by a form serves twenty markers, and the timeline shows what it cost', async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const ran = await run(site, { deadline: '20s' }, ['--repeat', '20', '--jobs', '20']);
  assert.deepEqual(new Set(ran.verdicts), new Set(['arrived']), ran.stdout);
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
  assert.match(ran.stdout, /login extranet: POST \/login: done, POST http:\S+\/login → 303 \(1 request, /);
  assert.equal(ran.code, 0);
});

for (const out of ['redirect', 'unauthorized', 'login page'] as const) {
  test(`a session that ends while many watch is logged in again once (${out})`, async (t) => {
    let looks = 0;
    const site = await guardedSite(t, {
      out,
      guards: ({ url }) => url.startsWith('/partner/'),
      instead: ({ url }, _response) => {
        if (url.startsWith('/partner/')) looks += 1;
        if (looks === 8) site.endSessions();
        return false;
      },
    });
    const ran = await run(site, { deadline: '20s', confirm: '1s' }, ['--repeat', '8', '--jobs', '8']);
    assert.deepEqual(new Set(ran.verdicts), new Set(['arrived']), ran.stdout);
    assert.deepEqual(site.logins, { right: 2, wrong: 0 });
    assert.ok(looksAt(site) > 16);
  });
}

test('a record that is missing is lost for whoever is logged in, and never for whoever is not', async (t) => {
  const nothing = {
    instead: ({ url }: { url: string }, response: { writeHead(status: number): { end(): void } }, alive: boolean) => {
      if (!alive || !url.startsWith('/partner/')) return false;
      response.writeHead(404).end();
      return true;
    },
  };
  const inside = await run(await guardedSite(t, nothing), { uses: ['send', 'partner', 'clean'] });
  assert.deepEqual(inside.verdicts, ['lost']);
  for (const out of ['redirect', 'unauthorized', 'login page'] as const) {
    const site = await guardedSite(t, {
      out,
      guards: ({ url }) => url.startsWith('/partner/'),
      instead: ({ url }) => {
        if (url.startsWith('/partner/')) site.endSessions();
        return false;
      },
    });
    const never = await run(site);
    assert.deepEqual(never.verdicts, ['unproven'], never.stdout);
    assert.equal(never.code, 4);
    assert.match(never.reason, /also after a new login/);
    assert.match(never.stdout, /The login extranet itself succeeded/);
    assert.ok(site.logins.right <= 4, `${site.logins.right} logins`);
  }
});

test('a wrong password that is answered with the form again is a failed login, tried again after a pause', async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const ran = await run(site, { deadline: '4s' }, [], { PASSWORD: 'wrong-horse-7' });
  assert.deepEqual(ran.verdicts, ['unproven'], ran.stdout);
  assert.deepEqual(site.logins, { right: 0, wrong: 2 });
  assert.match(ran.reason, /login extranet failed: POST http:\S+\/login → 200: the answer asks for a password again/);
  assert.match(ran.stdout, /login extranet: POST \/login: failed, /);
  assert.equal(ran.code, 4);
});

test('a login that hangs is given up after the timeout, and the look says so', async (t) => {
  const site = await guardedSite(t, {
    guards: ({ url }) => url.startsWith('/partner/'),
    instead: ({ url }) => url === '/login',
  });
  const ran = await run(site, { deadline: '1s', timeout: '500ms' });
  assert.deepEqual(ran.verdicts, ['unproven'], ran.stdout);
  assert.match(ran.reason, /login extranet failed: GET http:\S+\/login: no answer/);
});

test('two scenarios with the same login log in once', async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  site.file('other.yaml', guardedScenario(site.url, { name: 'other' }));
  const ran = await run(site, {}, ['other.yaml']);
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived'], ran.stdout);
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
});

test('a token that a login keeps is sent along, and the clock starts behind the login', async (t) => {
  const site = await guardedSite(t);
  const ran = await run(site, { login: 'token', uses: ['send', 'partner', 'find', 'clean'], find: true });
  assert.deepEqual(ran.verdicts, ['arrived'], ran.stdout);
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
  assert.equal(site.bookings.size, 0);
  const at = (type: string, phase?: string): number =>
    ran.events.findIndex(
      (event) => event.type === type && (phase === undefined || ('phase' in event && event.phase === phase)),
    );
  assert.ok(at('step.finished', 'login') >= 0 && at('step.finished', 'login') < at('clock.started'));
});

test('a send that is answered with 401 is sent again after a new login, and creates one record', async (t) => {
  const site = await guardedSite(t, {
    out: 'unauthorized',
    instead: ({ method, url }) => {
      if (method === 'POST' && url === '/bookings' && sends(site) === 1) site.endSessions();
      return false;
    },
  });
  // Another marker has logged in before: its session is the one that has ended.
  const ran = await run(site, { login: 'token', uses: ['send', 'partner', 'clean'] }, ['--repeat', '2', '--jobs', '1']);
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived'], ran.stdout);
  assert.equal(sends(site), 3);
  assert.equal(site.bookings.size, 0);
});

test('a send that is led to the login page is not sent again unless it is idempotent, and the looks are logged in anew', async (t) => {
  for (const [idempotent, verdict, count] of [
    [false, 'refused', 1],
    [true, 'arrived', 2],
  ] as const) {
    const site = await guardedSite(t, {
      instead: ({ method, url }) => {
        if (method === 'POST' && url === '/bookings' && sends(site) === 1) site.endSessions();
        return false;
      },
    });
    const ran = await run(site, { uses: ['send', 'partner', 'find', 'clean'], find: true, idempotent });
    assert.equal(sends(site), count, ran.stdout);
    assert.equal(site.logins.right, 2);
    // Nothing was created, and nothing can tell its id: the destination proves nothing of it.
    assert.deepEqual(ran.verdicts, [idempotent ? verdict : 'unproven'], ran.stdout);
    if (!idempotent) assert.match(ran.stdout, /A step that says idempotent: true is sent again/);
  }
});

test('a send whose login fails is refused for certain, and leaves nothing to clean', async (t) => {
  const site = await guardedSite(t);
  const ran = await run(site, { uses: ['send', 'partner', 'clean'] }, [], { PASSWORD: 'wrong-horse-7' });
  assert.deepEqual(ran.verdicts, ['refused'], ran.stdout);
  assert.equal(sends(site), 0);
  assert.equal(ran.code, 1);
  assert.match(ran.reason, /login extranet failed/);
});

test('a stop in the middle of a login ends the run at once', async (t) => {
  const site = await guardedSite(t, {
    guards: ({ url }) => url.startsWith('/partner/'),
    instead: ({ url }) => url === '/login',
  });
  site.file('booking.yaml', guardedScenario(site.url, { deadline: '60s', timeout: '60s' }));
  const program = site.start(['run', 'booking.yaml'], { env });
  while (!site.seen.some(({ url }) => url === '/login')) await new Promise((resolve) => setTimeout(resolve, 10));
  program.kill('SIGINT');
  // The proof that the record is gone needs the login that hangs; a second signal does not wait for it.
  while (!program.isOver() && site.seen.filter(({ url }) => url === '/login').length < 2)
    await new Promise((resolve) => setTimeout(resolve, 10));
  program.kill('SIGINT');
  const ended = await program.ended;
  assert.equal(ended.code, 130);
  assert.match(ended.stdout, /interrupted/);
  assert.equal(site.bookings.size, 0);
});

test('a stop while a send waits for its login leaves nothing to clean', async (t) => {
  const site = await guardedSite(t, { instead: ({ url }) => url === '/login' });
  site.file('booking.yaml', guardedScenario(site.url, { uses: ['send', 'partner', 'clean'], timeout: '60s' }));
  const program = site.start(['run', 'booking.yaml'], { env });
  while (!site.seen.some(({ url }) => url === '/login')) await new Promise((resolve) => setTimeout(resolve, 10));
  program.kill('SIGINT');
  const ended = await program.ended;
  assert.equal(ended.code, 130);
  assert.match(ended.stdout, /interrupted[\s\S]*nothing was created/);
  assert.equal(sends(site), 0);
  const swept = await site.run(['sweep'], { env });
  assert.equal(swept.code, 0, swept.stdout);
});

test('a login may begin at a page that leads to the form', async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url === '/' || url.startsWith('/partner/') });
  const text = guardedScenario(site.url).replace(`'${site.url}/login', keep`, `'${site.url}/', keep`);
  assert.ok(text.includes(`url: '${site.url}/'`));
  site.file('booking.yaml', text);
  const ended = await site.run(['run', 'booking.yaml', '-v'], { env });
  assert.equal(ended.code, 0, ended.stdout);
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
});

test('a release is read in the session of its hop', async (t) => {
  const site = await guardedSite(t, {
    instead: ({ url }, response, alive) => {
      if (url !== '/version' || !alive) return false;
      response.setHeader('content-type', 'application/json');
      response.end('{"commit":"9f2c1e7"}');
      return true;
    },
  });
  const release = `release: { http: { url: '${site.url}/version', field: $.commit } }`;
  const text = guardedScenario(site.url, { uses: ['send', 'clean'] });
  site.file('booking.yaml', text.replace('- hop: partner', `- hop: partner\n    session: extranet\n    ${release}`));
  const ended = await site.run(['run', 'booking.yaml', '-v'], { env });
  assert.equal(ended.code, 0, ended.stdout);
  assert.match(ended.stdout, /partner .*release 9f2c1e7/);
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
});

test('trace and sweep log in too, and ask for the secret again', async (t) => {
  const site = await guardedSite(t);
  const uses = ['send', 'partner', 'find', 'clean'] as const;
  const ran = await run(site, { uses, find: true }, ['--no-cleanup']);
  assert.deepEqual(ran.verdicts, ['arrived'], ran.stdout);
  const started = ran.events.find((event) => event.type === 'scenario.started');
  const marker = started?.marker ?? '';
  assert.equal((await site.run(['trace', marker, 'booking.yaml'])).code, 2);
  const traced = await site.run(['trace', marker, 'booking.yaml'], { env });
  assert.equal(traced.code, 0, traced.stdout + traced.stderr);
  const without = await site.run(['sweep']);
  assert.match(without.stdout, /cannot be cleaned without secret\.PASSWORD/);
  assert.equal(site.bookings.size, 1);
  const swept = await site.run(['sweep'], { env });
  assert.equal(swept.code, 0, swept.stdout + swept.stderr);
  assert.equal(site.bookings.size, 0);
  assert.deepEqual(site.logins, { right: 3, wrong: 0 });
});

test('a search that is led to the login page never says that there is no record', async (t) => {
  const site = await guardedSite(t, { out: 'login page', guards: ({ url }) => url.startsWith('/bookings?') });
  const ran = await run(site, { uses: [], find: true }, ['--no-cleanup']);
  assert.deepEqual(ran.verdicts, ['arrived'], ran.stdout);
  const started = ran.events.find((event) => event.type === 'scenario.started');
  const traced = await site.run(['trace', started?.marker ?? '', 'booking.yaml', '-v'], { env });
  assert.match(traced.stdout, /find GET .*: unknown, /);
});

test('no password, cookie or token reaches an output, the ledger or a recorded run', async (t) => {
  for (const login of ['form', 'token'] as const) {
    const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
    const args = ['--reporter', 'json=run.json', '--reporter', 'junit=run.xml', '--no-cleanup'];
    const ran = await run(site, { login, uses: ['send', 'partner', 'clean'] }, args);
    assert.deepEqual(ran.verdicts, ['arrived'], ran.stdout);
    const ledger = path.join(site.dir, '.smoketrail', 'ledger');
    const files = readdirSync(ledger, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const texts = [
      ...files.map((one) => path.join(one.parentPath, one.name)),
      ...['run.ndjson', 'run.json', 'run.xml'].map((name) => path.join(site.dir, name)),
    ];
    assert.ok(texts.length > 3 && site.handedOut.length > 0);
    const all = [ran.stdout, ran.stderr, ...texts.map((file) => readFileSync(file, 'latin1'))].join('\n');
    assert.deepEqual(
      [password, ...site.handedOut].filter((secret) => all.includes(secret)),
      [],
    );
  }
});
