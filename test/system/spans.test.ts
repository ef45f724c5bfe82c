// A route that is seen by spans alone: the demo exports them with the OpenTelemetry SDK to the receiver of the runner.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../../smoke/core/record.ts';
import type { StackOptions } from '../../smoke/demo/stack.ts';
import { environmentOf } from '../../smoke/demo/stack.ts';
import { ownStack } from '../demo/on-stack.ts';
import { freePort } from '../servers/free-port.ts';
import { smoketrail } from '../world.ts';

const file = fileURLToPath(new URL('../../scenarios/booking-spans.yaml', import.meta.url));

/** The example without the hop that is no span. */
async function spansAlone(): Promise<string> {
  const text = await readFile(file, 'utf8');
  const route = text.replace(/ {2}# A span tells[\s\S]*?(?=releases:)/, '');
  assert.ok(route.length < text.length);
  return route;
}

type Played = { code: number; said: string; scenario: RunRecord['scenarios'][number] };

async function played(
  t: TestContext,
  protocol: 'http/json' | 'http/protobuf',
  more: Partial<StackOptions> = {},
): Promise<Played> {
  const listen = `127.0.0.1:${await freePort()}`;
  const own = await ownStack({ workers: 1, ...more, otlp: { endpoint: `http://${listen}`, protocol } });
  t.after(own.end);
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-spans-'));
  t.after(() => rm(cwd, { recursive: true, force: true }));
  await writeFile(join(cwd, 'spans.yaml'), await spansAlone());
  const ended = await smoketrail(['run', 'spans.yaml', '--reporter', 'terminal', '--reporter', 'json=run.json'], {
    cwd,
    env: { ...environmentOf(own.stack), OTLP_LISTEN: listen },
  });
  const said = ended.out + ended.err;
  const record = JSON.parse(await readFile(join(cwd, 'run.json'), 'utf8')) as RunRecord;
  const [scenario] = record.scenarios;
  assert.ok(scenario, said);
  return { code: ended.code, said, scenario };
}

/** Hop, instance and build, as the evidence of the looks names them. */
function builds(looks: Played['scenario']['looks']): string[] {
  const named = looks.flatMap(({ hop, look }) =>
    'evidence' in look ? [`${hop} ${look.evidence.instance} ${look.evidence.release}`] : [],
  );
  return [...new Set(named)].toSorted();
}

describe('spans of the demo', () => {
  for (const protocol of ['http/json', 'http/protobuf'] as const)
    test(`show each hop and its build, exported over ${protocol}`, async (t) => {
      const { code, said, scenario } = await played(t, protocol);
      assert.equal(code, 0, said);
      assert.equal(scenario.verdict?.verdict, 'arrived');
      assert.deepEqual(builds(scenario.looks), [
        'partner partner 7d03b55',
        'web web 9f2c1e7',
        'worker worker-1 9f2c1e7',
      ]);
      assert.match(scenario.aliases.find(({ name }) => name === 'trace-id')?.value ?? '', /^[0-9a-f]{32}$/);
    });

  test('name the build of a stale worker that left the note out', async (t) => {
    const { code, said, scenario } = await played(t, 'http/protobuf', { stale: 1 });
    assert.equal(code, 1, said);
    assert.equal(scenario.verdict?.verdict, 'altered');
    assert.match(scenario.verdict?.headline ?? '', /worker/);
    assert.ok(builds(scenario.looks).includes('worker worker-1 41ab00c'), said);
  });
});
