// Plug-ins and reporters of third parties by the config file and in pieces, for every command that reads scenarios.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { by, probe, reads } from './plugin-sources.ts';
import { openSite, type Site, scenarioAt } from './site.ts';

const chat = `
import type { ReporterFactory } from 'smoketrail';
export const reporter: ReporterFactory = (output) => ({
  on(event) { if (event.type === 'verdict') output.write(event.headline); },
});
`;

describe('what the config file registers', { concurrency: 2 }, () => {
  /** The config file and what it names stand above the folder in which the program is called. */
  function registered(site: Site): { cwd: string } {
    site.file('smoketrail.yaml', 'plugins: { shelf: ./probes/mine.ts }\nreporters: [./chat.ts=out/chat.txt]\n');
    site.file('probes/mine.ts', probe(reads));
    site.file('chat.ts', chat);
    site.file('below/booking.yaml', by('shelf', site));
    return { cwd: path.join(site.dir, 'below') };
  }

  test('is found from a folder below, by run and its reporters, and by sweep', async (t) => {
    const site = await openSite(t);
    const how = registered(site);
    const { code, stdout, stderr } = await site.run(['run', 'booking.yaml', '--no-cleanup'], how);
    assert.equal(code, 0, stdout + stderr);
    assert.match(readFileSync(path.join(site.dir, 'out/chat.txt'), 'utf8'), /^arrived: intact at partner/);
    const swept = await site.run(['sweep'], how);
    assert.equal(swept.code, 0, swept.stdout + swept.stderr);
    assert.equal(site.bookings.size, 0);
  });

  test('is known to check, doctor, look and releases', async (t) => {
    const site = await openSite(t);
    const how = registered(site);
    site.bookings.set(8841, { id: 8841, note: 'a note by hand' });
    const looking = ['look', 'booking.yaml', 'partner', '--marker', 'a note by hand', '--keep', 'booking=8841'];
    for (const [args, says] of [
      [['check', 'booking.yaml'], /✓ booking\.yaml/],
      [['doctor', 'booking.yaml'], /partner +look +opened/],
      [looking, /look +✓ intact/],
      [['releases', 'booking.yaml'], /partner +– +the scenario reads no release here/],
    ] as const) {
      const { code, stdout, stderr } = await site.run(args, how);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, says);
    }
  });

  test('stands in the schema of scenarios, and is not needed for that of the config file', async (t) => {
    const site = await openSite(t);
    const how = registered(site);
    const { code, stdout, stderr } = await site.run(['schema'], how);
    assert.equal(code, 0, stderr);
    const schema = JSON.parse(stdout) as { $defs: Record<string, { properties: Record<string, unknown> }> };
    assert.ok(schema.$defs['look']?.properties['shelf']);
    site.file('probes/mine.ts', 'throw new Error("no licence");');
    const broken = await site.run(['schema'], how);
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /the plug-in shelf cannot be loaded: it failed while it loaded: no licence/);
    const own = await site.run(['schema', '--config'], how);
    assert.equal(own.code, 0, own.stderr);
    assert.ok((JSON.parse(own.stdout) as { properties: object }).properties);
  });

  test('under the name of a built-in plug-in is refused by init as by check, and nothing is written', async (t) => {
    const site = await openSite(t);
    site.file('smoketrail.yaml', 'plugins: { http: ./mine.ts }\n');
    const curl = `curl ${site.url}/bookings --json '{"note":"Arriving late"}'`;
    const args = ['init', '--from-curl', curl, '--yes', '--output', 'a.yaml'];
    const { code, stderr } = await site.run(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /registers another plug-in under the name of a built-in one/);
    assert.match(stderr, /nothing was written/);
  });
});

describe('the path of a plug-in in a piece', { concurrency: 2 }, () => {
  const step = probe('').replace(
    'async open()',
    `async trigger() { return { async fire({ url }) {
      const answer = await fetch(url, { method: 'DELETE' });
      return { outcome: answer.ok ? 'done' : 'unknown', summary: 'removed', cost: { requests: 1, bytes: 1, ms: 1 } };
    } }; }, async open()`,
  );

  test('starts at the piece’s folder, for a look as for a step; beside the use, at the scenario’s', async (t) => {
    const site = await openSite(t);
    const url = `'${site.url}/partner/\${{ booking }}'`;
    site.file(
      'shared/pieces.yaml',
      `look: { ./probes/mine.ts: { url: ${url}, field: $.note } }
remove: { ./probes/step.ts: { url: '${site.url}/bookings/\${{ booking }}' } }
`,
    );
    site.file('shared/probes/mine.ts', probe(reads));
    site.file('shared/probes/step.ts', step);
    const scenario = scenarioAt(site.url, { partner: '{ use: ../shared/pieces.yaml#look }', clean: false });
    site.file('own/booking.yaml', `${scenario}\nclean: { use: ../shared/pieces.yaml#remove }\n`);
    const { code, stdout, stderr } = await site.run(['run', 'own/booking.yaml']);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /arrived: intact at partner/);
    assert.equal(site.bookings.size, 0);
    const doctor = await site.run(['doctor', 'own/booking.yaml']);
    assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);

    const beside = `{ use: ../shared/pieces.yaml#named, ./mine.ts: { url: ${url}, field: $.note } }`;
    site.file('shared/pieces.yaml', 'named: { name: the partner }\n');
    site.file('own/booking.yaml', scenarioAt(site.url, { partner: beside }));
    site.file('own/mine.ts', probe(reads));
    const mixed = await site.run(['run', 'own/booking.yaml']);
    assert.equal(mixed.code, 0, mixed.stdout + mixed.stderr);
  });

  test('that leads nowhere is told at its place in the piece', async (t) => {
    const site = await openSite(t);
    site.file('shared/pieces.yaml', "look: { ./gone.ts: { url: 'http://127.0.0.1:1/', field: $.note } }\n");
    site.file('own/booking.yaml', scenarioAt(site.url, { partner: '{ use: ../shared/pieces.yaml#look }' }));
    site.file('own/gone.ts', probe(reads));
    const { code, stdout } = await site.run(['check', 'own/booking.yaml']);
    assert.equal(code, 2);
    assert.match(stdout, /shared\/pieces\.yaml:1:9/);
    assert.match(stdout, /`\.\/gone\.ts` cannot be loaded: there is no such file/);
  });
});
