// What a run may create, and what it leaves for people, on the demo system.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Ground, prepareGround } from './ground.ts';

describe('limits and records left for people', { concurrency: 4 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  test('a run sends what its limits allow, says so, and does not pass by what it did not send', async (t) => {
    const place = ground.place(t, { more: 'limits: { per-run: 2 }' });
    const run = place.run(['--repeat', '5', '--reporter', 'junit=smoke.xml']);
    const { code, stdout } = await run.ended;
    assert.equal(code, 4, stdout);
    const { message, scenario } = await run.told('warning');
    assert.equal(message, 'booking: 2 of 5 sent: at most 2 a run (the scenario)');
    assert.equal(scenario, undefined);
    const { counts, why } = await run.told('run.finished');
    assert.deepEqual([counts, why], [{ arrived: 2 }, '3 of 5 not sent, since a limit does not allow more']);
    assert.match(stdout, /2 of 2 passed: 2 arrived · 3 not started/);
    assert.equal((await place.run(['--repeat', '5', '--inconclusive', 'pass']).ended).code, 0);
    assert.equal((await place.run(['--repeat', '2']).ended).code, 0);
  });

  test('the smallest of scenario, environment and config file counts, and is named', async (t) => {
    const place = ground.place(t, { more: 'limits: { per-run: 4 }' });
    writeFileSync(
      path.join(place.dir, 'smoketrail.yaml'),
      'limits: { per-run: 3 }\nenvironments: { prod: { limits: { per-run: 1 } } }\n',
    );
    const config = place.run(['--repeat', '5']);
    await config.ended;
    assert.match((await config.told('warning')).message, /3 of 5 sent: at most 3 a run \(smoketrail\.yaml\)/);
    const prod = place.run(['--repeat', '5', '-e', 'prod']);
    await prod.ended;
    assert.match((await prod.told('warning')).message, /1 of 5 sent: at most 1 a run \(environment prod\)/);
  });

  test('two runners at once create no more in a day than is allowed, and trace counts nothing', async (t) => {
    const place = ground.place(t, { more: 'limits: { per-day: 5 }' });
    const [one, two] = [place.run(['--repeat', '4']), place.run(['--repeat', '4'])];
    const codes = [(await one.ended).code, (await two.ended).code];
    assert.ok(codes.includes(4), one.output() + two.output());
    const sent = (run: typeof one): number => run.events().filter(({ type }) => type === 'scenario.started').length;
    assert.equal(sent(one) + sent(two), 5);
    const third = place.run();
    assert.equal((await third.ended).code, 4);
    assert.equal(sent(third), 0);
    assert.match(
      (await third.told('warning')).message,
      /0 of 1 sent: at most 5 a day .* 5 were created in the last 24 hours/,
    );
    assert.equal((await third.told('run.finished')).why, '1 of 1 not sent, since a limit does not allow more');
    const traced = await place.start(['trace', one.marker(), place.file, '--inconclusive', 'pass']).ended;
    assert.doesNotMatch(traced.stdout, /a day/);
    assert.deepEqual(await place.web(), []);
  });

  test('a run that was stopped gives back the places it did not need; one that was killed keeps them', async (t) => {
    const place = ground.place(t, { more: 'limits: { per-day: 6 }' });
    const release = place.hold('send');
    const stopped = place.run(['--repeat', '3', '-j', '1']);
    await stopped.told('step.started', ({ phase }) => phase === 'send');
    stopped.kill('SIGINT');
    release();
    await stopped.ended;
    const hold = place.hold('send');
    const killed = place.run(['--repeat', '3', '-j', '1']);
    await killed.told('step.started', ({ phase }) => phase === 'send');
    killed.kill('SIGKILL');
    await killed.ended;
    hold();
    const last = place.run(['--repeat', '6']);
    await last.ended;
    assert.match((await last.told('warning')).message, /2 of 6 sent: .* and 4 were created/);
  });

  test('with when: passed a failing record stays for people, and a sweep removes it', async (t) => {
    const place = ground.place(t);
    place.rewrite((text) =>
      text.replace(
        /\nclean:\n([\s\S]*?)\n\n/,
        (_, steps: string) => `\nclean:\n  when: passed\n  steps:\n${steps.replace(/^/gm, '  ')}\n\n`,
      ),
    );
    const passed = place.run();
    assert.equal((await passed.ended).code, 0, passed.output());
    assert.equal((await passed.told('cleaned')).state, 'clean');
    await place.fault({ name: 'stripped', at: 'worker' });
    const failed = place.run();
    assert.equal((await failed.ended).code, 1, failed.output());
    const { state, detail } = await failed.told('cleaned');
    assert.deepEqual([state, detail], ['kept', 'for you to see; smoketrail sweep removes it']);
    assert.match(failed.output(), /kept: for you to see; smoketrail sweep removes it/);
    assert.equal((await place.web()).length, 1);
    assert.equal((await place.sweep()).code, 0);
    assert.deepEqual([await place.web(), await place.partner()], [[], []]);
  });

  test('with when: passed a run that is stopped cleans up all the same', async (t) => {
    const place = ground.place(t);
    place.rewrite((text) =>
      text.replace(
        /\nclean:\n([\s\S]*?)\n\n/,
        (_, steps: string) => `\nclean:\n  when: passed\n  steps:\n${steps.replace(/^/gm, '  ')}\n\n`,
      ),
    );
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run();
    await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    run.kill('SIGINT');
    assert.equal((await run.ended).code, 130);
    await clear();
    assert.deepEqual(await place.web(), []);
  });

  test('a sweep cleans with the environment that the run had', async (t) => {
    const clean = "- command: { argv: [test, '${{ vars.token }}', '=', of-staging] }";
    const place = ground.place(t, { clean });
    place.rewrite((text) => text.replace('vars:\n', 'vars:\n  token: ${{ secret.TOKEN }}\n'));
    const config = path.join(place.dir, 'smoketrail.yaml');
    writeFileSync(config, "environments: { staging: { vars: { token: '${{ secret.STAGING_TOKEN }}' } } }\n");
    const env = { TOKEN: 'of-production', STAGING_TOKEN: 'of-staging' };
    assert.equal((await place.run(['-e', 'staging', '--no-cleanup'], { env }).ended).code, 0);
    for (const booking of await place.web())
      await fetch(`${place.stack.urls.web}/api/bookings/${booking.id}`, { method: 'DELETE' });
    for (const { externalRef } of await place.partner())
      await fetch(`${place.stack.urls.partner}/reservations/${externalRef}`, { method: 'DELETE' });
    writeFileSync(config, 'environments: {}\n');
    const gone = await place.sweep([], { env });
    assert.equal(gone.code, 1);
    assert.match(gone.stdout, /booking ran in the environment staging: .*has no environment "staging"/);
    writeFileSync(config, "environments: { staging: { vars: { token: '${{ secret.STAGING_TOKEN }}' } } }\n");
    const { code, stdout } = await place.sweep([], { env });
    assert.equal(code, 0, stdout);
  });
});
