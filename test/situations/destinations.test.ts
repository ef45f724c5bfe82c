// A booking that must reach the partner and the guest's mail, on the demo: one of them fails, and only that one is blamed.

import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Ground, type Place, prepareGround, type Run } from '../system/ground.ts';
import { suspectsOf } from '../system/keystone.ts';
import { scenarioText } from './enact.ts';

function actOn(place: Place): Run {
  const { urls, paths } = place.stack;
  writeFileSync(place.file, scenarioText('two-destinations.yaml'));
  const { web, partner } = urls;
  const vars = path.join(place.dir, 'vars.json');
  writeFileSync(vars, JSON.stringify({ room: place.room, web, partner, workerLog: paths.workerLog, mail: paths.mail }));
  return place.run(['--var-file', vars, '-v']);
}

/** Each destination's verdict, last seen and suspects. */
async function toldOf(run: Run): Promise<Record<string, readonly (string | undefined)[]>> {
  const { destinations = [] } = await run.told('verdict');
  return Object.fromEntries(
    destinations.map(({ verdict, trail }) => [
      trail.destination,
      [verdict, trail.lastSeen?.hop, suspectsOf({ trail })] as const,
    ]),
  );
}

async function assertNothingLeft(place: Place, run: Run): Promise<void> {
  const { value } = await run.told('alias.learned');
  const mails = readdirSync(place.stack.paths.mail).filter((name) => name.startsWith(`confirmation-${value}-`));
  assert.deepEqual([await place.web(), await place.partner(), mails], [[], [], []]);
}

describe('one booking for two destinations', { concurrency: 3 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  for (const [fault, at, verdict, other] of [
    ['stripped', 'mail', 'altered', 'partner'],
    ['stripped', 'partner', 'altered', 'mail'],
    ['dropped', 'mail', 'lost', 'partner'],
    ['dropped', 'partner', 'lost', 'mail'],
  ] as const) {
    test(`${fault} at ${at}: ${verdict} there, arrived at the ${other}, and the worker is no more than a suspect`, async (t) => {
      const place = ground.place(t);
      await place.fault({ name: fault, at });
      const run = actOn(place);
      const { code, stdout } = await run.ended;
      assert.equal(code, 1, stdout);
      assert.deepEqual(await toldOf(run), {
        [at]: [verdict, 'worker', `worker ${at}`],
        [other]: ['arrived', other, ''],
      });
      const lines = stdout.split('\n');
      const line = (start: RegExp): number => lines.findIndex((text) => start.test(text));
      assert.ok(line(new RegExp(`At ${at}: ${verdict}`)) >= 0, stdout);
      assert.ok(line(new RegExp(`At ${other}: arrived`)) > line(new RegExp(`At ${at}: ${verdict}`)), stdout);
      assert.match(stdout, new RegExp(`Last seen at worker [^\\n]*\\. Suspects: worker[^\\n]*${at}`));
      assert.doesNotMatch(stdout, new RegExp(`Suspects?:[^\\n]*${other}`));
      await assertNothingLeft(place, run);
    });
  }
});
