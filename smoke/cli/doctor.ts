// smoketrail doctor: opens every probe and looks once with a marker that nobody has sent. Sends and creates nothing.

import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { visibleJson } from '../core/escape.ts';
import { examine, type Finding } from '../run/examine.ts';
import type { Seen } from '../run/witness.ts';
import type { Hop } from '../scenario/model.ts';
import { realClock } from './clock.ts';
import { contractsOf, printContracts, type UsedContract } from './doctor-contracts.ts';
import { flagsOf } from './options.ts';
import { prepare } from './prepare.ts';
import { runQuietly } from './quiet-run.ts';
import { type Page, pageFor, type Tone } from './rows.ts';
import { chooseScenarios } from './run.ts';
import type { World } from './world.ts';

type Examined = { scenario: string; file: string; findings: readonly Finding[] };

/** Exit codes: 0 all that can be tried can look; 4 something is blind, or a value is missing; 2 wrong usage. */
export async function doctorCommand(
  paths: readonly string[],
  given: Record<string, unknown>,
  world: World,
): Promise<number> {
  const { settings, env, varFiles, mask, secrets, plugins } = await prepare(flagsOf(given), world);
  const chosen = await chooseScenarios(paths, { settings, varFiles, plugins, world });
  const skews = new Map<string, number>();
  const witness = {
    looked(hop: Hop, seen: Seen): void {
      const skew = skewIn(seen);
      if (skew !== undefined) skews.set(hop.name, skew);
    },
  };
  return runQuietly({ settings, world, env, mask, secrets, plugins, witness }, async ({ shared, stop, warnings }) => {
    const scenarios: Examined[] = [];
    for (const { scenario, file } of chosen)
      scenarios.push({ scenario: scenario.name, file, findings: await examine(scenario, shared, stop) });
    const runner = [
      await ledgerFinding(path.resolve(world.cwd, settings.ledger), settings.ledger),
      ...[...skews].map(([hop, ms]) => skewFinding(hop, ms)),
      ...(settings.insecure ? [unverified] : []),
    ];
    const contracts = await contractsOf(chosen, plugins);
    const all = [...scenarios.flatMap(({ findings }) => findings), ...runner];
    const exitCode = all.some(({ state }) => state === 'blind') ? 4 : 0;
    if (given['json'] === true)
      world.stdout.write(`${visibleJson({ scenarios, contracts, runner, warnings: [...warnings], exitCode }, 2)}\n`);
    else print({ scenarios, contracts, runner, warnings: [...warnings] }, exitCode, pageFor(world, settings.color));
    return exitCode;
  });
}

const unverified: Finding = {
  of: 'runner',
  what: 'tls',
  state: 'note',
  detail: 'certificates are not verified (--insecure)',
};

/** A folder that is not there yet is made by the first run. */
async function ledgerFinding(absolute: string, shown: string): Promise<Finding> {
  const finding = { of: 'runner', what: 'ledger' } as const;
  for (let folder = absolute; ; folder = path.dirname(folder)) {
    try {
      await access(folder, constants.W_OK);
      const detail = folder === absolute ? `${shown} can be written` : `${shown} can be made`;
      return { ...finding, state: 'fine', detail };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && path.dirname(folder) !== folder) continue;
      const hint = 'A run writes there before it sends. --ledger names another folder.';
      return { ...finding, state: 'blind', detail: `${shown} cannot be written (${code ?? 'unknown'})`, hint };
    }
  }
}

/** An answer's Date is cut to the second, and made somewhat before it came. */
const tolerated = 5_000;

function skewIn({ answer, read }: Seen): number | undefined {
  const date = answer?.headers.find(([name]) => name.toLowerCase() === 'date')?.[1];
  const theirs = Date.parse(date ?? '');
  const ours = realClock.wall().getTime();
  const late = (read?.reading.cost.ms ?? tolerated) + 1_000;
  return theirs - ours > tolerated || ours - theirs > tolerated + late ? theirs - ours : undefined;
}

function skewFinding(hop: string, ms: number): Finding {
  const side = ms > 0 ? 'ahead of' : 'behind';
  const detail = `the clock at ${hop} is about ${Math.round(Math.abs(ms) / 1000)} s ${side} ours`;
  return {
    of: 'runner',
    what: 'clock',
    state: 'note',
    detail,
    hint: 'Log lines and rows that are picked by time may be missed.',
  };
}

const marks: Readonly<Record<Finding['state'], readonly [mark: string, tone: Tone]>> = {
  fine: ['✓', 'good'],
  opened: ['·', 'quiet'],
  blind: ['✗', 'bad'],
  none: ['–', 'quiet'],
  note: ['?', 'unsure'],
};

type Told = {
  scenarios: readonly Examined[];
  contracts: readonly UsedContract[];
  runner: readonly Finding[];
  warnings: readonly string[];
};

function print({ scenarios, contracts, runner, warnings }: Told, code: number, page: Page): void {
  for (const { scenario, file, findings } of scenarios) {
    page.line(`${scenario}  ${file}`);
    printFindings(findings, page);
  }
  printContracts(contracts, page);
  page.line('runner');
  printFindings(runner, page);
  for (const warning of warnings) page.labelled('warning', warning);
  const all = scenarios.flatMap(({ findings }) => findings).filter(({ what }) => what === 'look' || what === 'release');
  const count = (state: Finding['state']): number => all.filter((one) => one.state === state).length;
  const sums = [
    `${count('fine') + count('note')} can look`,
    `${count('opened')} opened only`,
    `${count('blind')} blind`,
    ...(count('none') > 0 ? [`${count('none')} without a look`] : []),
  ];
  page.line(`${sums.join(', ')} · exit ${code}`);
}

function printFindings(findings: readonly Finding[], page: Page): void {
  const rows = findings.flatMap(({ of, what, state, detail, hint }) => [
    [marks[state][0], of, what, detail],
    ...(hint === undefined ? [] : [['', '', '', hint]]),
  ]);
  const tones = findings.flatMap(({ state, hint }) =>
    hint === undefined ? [marks[state][1]] : [marks[state][1], undefined],
  );
  page.table(rows, tones);
}
