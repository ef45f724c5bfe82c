// What `check` finds wrong with a config file once it knows the plug-ins, the reporters and the scenarios that are there.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ended, smoketrail } from '../world.ts';

const scenario = `name: x
vars: { web: 'http://127.0.0.1:1' }
send: { http: { method: POST, url: '\${{ vars.web }}/', text: '\${{ marker }} \${{ vars.guest }}' } }
route:
  - hop: web
    look: { http: { url: '\${{ vars.web }}/\${{ marker }}', field: $.note } }
`;

async function check(t: TestContext, config: string, args = '', more: Record<string, string> = {}): Promise<Ended> {
  const dir = await mkdtemp(join(tmpdir(), 'smoketrail-check-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const files = { '.git/HEAD': '', 'scenarios/x.yaml': scenario, 'smoketrail.yaml': config, ...more };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return smoketrail(['check', ...args.split(' ').filter((arg) => arg !== '')], { cwd: dir });
}

const guest = 'vars: { guest: Zoë }\n';

test('a registered plug-in that is not there, cannot be used or is built in is told at its key, used or not', async (t) => {
  const { code, out } = await check(
    t,
    `${guest}plugins:\n  gone: ./probes/gone.ts\n  other: '@acme/none'\n  odd: ./odd.ts\n  log: ./fine.ts\n`,
    '',
    { 'odd.ts': 'export const nothing = 1;\n' },
  );
  assert.equal(code, 2);
  assert.match(
    out,
    /smoketrail\.yaml:3:3 error the plug-in `gone` cannot be used: there is no such file [\s\S]*Looked for .*gone\.ts/,
  );
  assert.match(out, /smoketrail\.yaml:4:3 error the plug-in `other` .*@acme\/none.* is not installed/);
  assert.match(out, /smoketrail\.yaml:5:3 error the plug-in `odd` cannot be used: .*exports nothing/);
  assert.match(out, /smoketrail\.yaml:6:3 error the plug-in `log` .*under the name of a built-in one/);
  assert.match(out, /✓ scenarios\/x\.yaml[\s\S]*✗ smoketrail\.yaml names what a run would not find\n$/);
});

test('a reporter that is not there, and a second one on standard output, are told at their place', async (t) => {
  const { code, out } = await check(t, `${guest}reporters: [terminal, junitt=a.xml, ./none.ts=b.txt, tap]\n`);
  assert.equal(code, 2);
  assert.match(out, /smoketrail\.yaml:2:23 error there is no reporter "junitt"[\s\S]*There are: terminal/);
  assert.match(out, /smoketrail\.yaml:2:37 error the reporter .*none\.ts cannot be loaded: there is no such file/);
  assert.match(out, /smoketrail\.yaml:2:54 error two reporters want standard output/);
});

test('a folder of scenarios that is not there is told at its place', async (t) => {
  const { code, out } = await check(t, `${guest}scenarios: [scenarios, ./smoek]\n`, 'scenarios');
  assert.equal(code, 2);
  assert.match(out, /smoketrail\.yaml:2:24 error .*smoek: there is no such file or folder/);
});

test('a variable that no scenario has or uses is told, and what it was probably meant to be', async (t) => {
  const config = "vars:\n  guest: Zoë\n  behind: a\n  webb: 'http://127.0.0.1:2'\n  left: '${{ vars.behind }}'\n";
  const { code, out } = await check(t, config);
  assert.equal(code, 0);
  assert.match(
    out,
    /smoketrail\.yaml:4:3 warning no scenario here has or uses a variable `webb`[\s\S]*Did you mean `web`\?/,
  );
  assert.match(out, /smoketrail\.yaml:5:3 warning .*`left`[\s\S]*Use it in a scenario, or remove it\./);
  assert.equal(out.match(/warning/g)?.length, 2);
  const named = await check(t, config, 'scenarios/x.yaml');
  assert.doesNotMatch(named.out, /`left`/, 'a scenario that was not named may use it');
  assert.match(named.out, /`webb`/);
});

test('an environment whose variables nothing uses is told, and one that sets a budget is not', async (t) => {
  const { code, out } = await check(
    t,
    `${guest}environments:\n  old: { vars: { shop: x } }\n  new: { vars: { web: 'http://127.0.0.1:2' } }\n  slow: { vars: { shop: x }, limits: { per-run: 1 } }\n`,
  );
  assert.equal(code, 0);
  assert.match(out, /smoketrail\.yaml:3:3 warning `-e old` changes nothing: no scenario here uses what it sets/);
  assert.doesNotMatch(out, /-e new|-e slow/);
});

test('a scenario that cannot be read makes no variable look unused', async (t) => {
  const { code, out } = await check(t, `${guest}`, '', { 'scenarios/y.yaml': 'name: y\n' });
  assert.equal(code, 2);
  assert.doesNotMatch(out, /guest/);
});
