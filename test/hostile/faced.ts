// The real program faced with a partner that misbehaves: what it made of that, what it cost, and what it wrote.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { reporterNames } from '../../reporters/index.ts';
import type { LookRecord, RunRecord, ScenarioRecord } from '../../smoke/core/record.ts';
import { type Manners, openSite, type Pieces, type Site, scenarioAt, stackTrace } from '../system/site.ts';

export type Face = Manners & {
  /** The partner's look, as one line of YAML; default: the booking's note at `/partner/ID`. */
  look?: (url: string) => string;
  pieces?: Pieces;
  /** Of one look or request: what stalls ends by it. */
  timeout?: string;
  args?: readonly string[];
  /** False where no look at the partner is to be expected. */
  looked?: boolean;
};

export type Faced = {
  site: Site;
  code: number | null;
  scenario: ScenarioRecord;
  /** What the partner showed last. */
  look: LookRecord['look'];
  /** Standard output and error, and what each reporter wrote, by its name. */
  outputs: Readonly<Record<string, string>>;
  /** Peak of the program's memory, in megabytes. */
  peak: number;
  ms: number;
};

/** What no output may hold: controls but tab and line feed, whatever shows as nothing, lone halves. */
const unprintable =
  /(?![\ufe00-\ufe0f])[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\ufffe\uffff\p{DI}\p{Cs}]/u;

const notTold = { kind: 'not-made', why: 'no look was told' } as const;

/** Megabytes, with half a gigabyte of heap. A quiet run takes about 120; one answer may be 8 MB, held as bytes, text and values. */
const mostMemory = 800;
/** Characters of one output, however much came. */
const longestOutput = 100_000;
/** Loaded before the program, so that it tells its peak whatever its end; one that runs out of memory tells none. */
const telling = `process.on('exit', () => process.getBuiltinModule('fs').writeFileSync('peak', String(process.resourceUsage().maxRSS)));`;

/** Runs a booking against that partner with every reporter there is, and holds the outputs to what holds for all of them. */
export async function face(t: TestContext, how: Face): Promise<Faced> {
  const { look, pieces = {}, timeout = '5s', args = [], looked = true, ...manners } = how;
  const site = await openSite(t, manners);
  const partner = look === undefined ? {} : { partner: look(site.url) };
  site.file(
    'booking.yaml',
    scenarioAt(site.url, { top: `timeout: ${timeout}`, deadline: '300ms', ...partner, ...pieces }),
  );
  return runAt(site, ['run', 'booking.yaml', ...args], looked);
}

/** The same with a command line of its own. */
export async function runAt(site: Site, command: readonly string[], looked = true): Promise<Faced> {
  const telltale = site.file('telling.mjs', telling);
  const reporters = reporterNames.flatMap((name) => ['--reporter', `${name}=out/${name}`]);
  const env = { NODE_OPTIONS: `--max-old-space-size=512 --import ${telltale}` };
  // A reporter of a pipeline may write beside its output; nothing of that goes to the pipeline that runs the tests.
  const ended = await site.run([...command, '-v', ...reporters, '--reporter', 'terminal'], {
    env: { ...env, GITHUB_STEP_SUMMARY: path.join(site.dir, 'summary') },
  });
  const said = ended.stdout + ended.stderr;
  assert.doesNotMatch(said, stackTrace);
  const written = reporterNames.map((name) => [name, readFileSync(path.join(site.dir, 'out', name), 'utf8')] as const);
  const outputs: Record<string, string> = {
    stdout: ended.stdout,
    stderr: ended.stderr,
    ...Object.fromEntries(written),
  };
  for (const [name, text] of Object.entries(outputs)) assertClean(name, text);
  const record = JSON.parse(outputs['json'] ?? '') as RunRecord;
  const [scenario] = record.scenarios;
  assert.ok(scenario, said);
  const look = scenario.looks.findLast(({ hop }) => hop === 'partner')?.look ?? notTold;
  assert.ok(look.kind !== 'not-made' || !looked, said);
  const peak = Number(readFileSync(path.join(site.dir, 'peak'), 'utf8')) / 1024;
  assert.ok(peak < mostMemory, `it took ${Math.round(peak)} MB`);
  return { site, code: ended.code, scenario, look, outputs, peak, ms: ended.ms };
}

function assertClean(name: string, text: string): void {
  assert.doesNotMatch(text, unprintable, name);
  assert.ok(text.length < longestOutput, `${name} has ${text.length} characters`);
  if (name === 'json') JSON.parse(text);
  if (name === 'ndjson') for (const line of text.trimEnd().split('\n')) JSON.parse(line);
  if (name === 'junit') {
    assert.equal(XMLValidator.validate(text), true);
    assert.doesNotMatch(text, /<!\[CDATA\[|<!DOCTYPE/);
  }
}
