// Looks with the `journald` plug-in. Entries are read by their time and not from a cursor: in a journal of several machines
// what comes later may stand before it.

import type { Reading } from '../../core/look.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { entryIn } from './journald-entry.ts';
import type { JournaldOptions } from './journald-options.ts';
import { joinGroup, journalctl, type Place } from './journald-run.ts';
import { clockMargin, type StoredLine, storedLines } from './store-lines.ts';

const LIMIT = 2000;

/** What journald writes where a service wrote more than it may: "Suppressed 300 messages from …". */
const suppressed = 'MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e';

/** What is known once: places that can be read (whole or only in part), and filters that something fits. */
type Known = { places: Map<string, { partly: boolean }>; filters: Set<string> };

export function openJournald(host: Host): Probe<JournaldOptions> {
  const known: Known = { places: new Map(), filters: new Set() };
  return { read: (options, context) => readEntries(options, context, host, known) };
}

async function readEntries(
  options: JournaldOptions,
  { since, signal }: ReadContext,
  host: Host,
  known: Known,
): Promise<Reading> {
  const { limit = LIMIT } = options;
  const began = host.clock.now();
  const from = `@${Math.floor(Math.max(0, since.getTime() - clockMargin) / 1000)}`;
  const cost = { requests: 0, bytes: 0 };
  const run = async (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
    const printed = await journalctl(args, options, host, signal);
    cost.requests += 1;
    cost.bytes += printed.bytes;
    return printed;
  };
  const { partly } = await placeOf(options, known, run);
  // All of a long field; the newest, and one more than wanted, which tells that there are more.
  const json = ['--output=json', '--all', '--reverse'];
  const { stdout } = await run(...json, `--lines=${limit + 1}`, `--since=${from}`, ...filtersOf(options));
  const printed = stdout.split('\n').filter((line) => line !== '');
  if (printed.length === 0) await demandSomething(options, known, run);
  const dropped = (await run(...json, '--lines=1', `--since=${from}`, suppressed)).stdout !== '';
  const read = printed.slice(0, limit).map(entryIn);
  const entries = read.filter((entry): entry is StoredLine => entry !== undefined).toReversed();
  const more = printed.length > limit;
  // Only once the entries were read: what was vacuumed away until then is missing among them.
  const isCutShort = !more && !(await reachesBackTo(from, run));
  const doubts = [
    ...(isCutShort ? ['nothing is kept of what was written before the send'] : []),
    ...(partly ? [`entries of others are hidden from this account: ${joinGroup}`] : []),
    ...(dropped ? ['journald left out messages of a service that wrote too many (RateLimitBurst)'] : []),
    ...(entries.length < read.length ? ['some entries could not be read'] : []),
    ...(more ? [`only the newest ${limit} were read`] : []),
  ];
  return {
    candidates: await storedLines(entries),
    whole: doubts.length === 0,
    searched: [
      `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} of ${host.mask(placeName(options))}`,
      ...doubts,
    ].join('; '),
    ...(more && { unseen: tooMany(limit) }),
    ...(isCutShort && { unseen: vacuumed(host.mask(placeName(options))) }),
    cost: { ...cost, ms: host.clock.now() - began },
  };
}

function tooMany(limit: number): NonNullable<Reading['unseen']> {
  return {
    kind: 'gave-up',
    message: `there are more entries since the send than the ${limit} that were read`,
    hint: 'Read fewer with unit, identifier or match, or raise limit.',
  };
}

function vacuumed(place: string): NonNullable<Reading['unseen']> {
  return {
    kind: 'not-observable',
    message: `${place} keeps nothing from before the send: what was written since may have been removed`,
    hint: 'Let journald keep more (SystemMaxUse, RuntimeMaxUse, MaxRetentionSec), and over a restart (Storage=persistent); or look sooner.',
  };
}

/**
 * The oldest entries are removed first: where one from before that moment is left, of any unit, all since is there. Not
 * every journalctl can give the first entry alone, but all can search backwards from a moment.
 */
async function reachesBackTo(from: string, run: Run): Promise<boolean> {
  return (await run('--output=json', '--reverse', '--lines=1', `--until=${from}`)).stdout !== '';
}

type Run = (...args: string[]) => Promise<{ stdout: string; stderr: string }>;

/** Its hints are printed where the output is for people only. Throws a Blind where there is no journal. */
async function placeOf(options: JournaldOptions, known: Known, run: Run): Promise<{ partly: boolean }> {
  const id = JSON.stringify([options.directory, options.file]);
  const place = known.places.get(id);
  if (place !== undefined) return place;
  const { stderr } = await run('--lines=0', '--output=short');
  if (/No journal files were found/.test(stderr))
    throw new Blind('wrong-answer', `${placeName(options)} has no journal files`, {
      hint: 'Is journald running here (journalctl -n 1)? Name a folder with directory, or files with file.',
    });
  const found = { partly: /not seeing messages from other users|insufficient permissions/.test(stderr) };
  known.places.set(id, found);
  return found;
}

/** Throws a Blind where nothing that fits was ever written: a mistyped unit must not read as lost. */
async function demandSomething(options: JournaldOptions, known: Known, run: Run): Promise<void> {
  const filters = filtersOf(options);
  const id = JSON.stringify([options.directory, options.file, filters]);
  if (known.filters.has(id)) return;
  const { stdout } = await run('--output=json', '--reverse', '--lines=1', ...filters);
  if (stdout === '')
    throw new Blind('wrong-answer', `${placeName(options)} has no entry at all of what is asked for`, {
      hint: 'Check unit, identifier, match and priority; `journalctl --field=_SYSTEMD_UNIT` lists the units.',
    });
  known.filters.add(id);
}

function filtersOf({ unit, identifier, match = {}, priority }: JournaldOptions): string[] {
  return [
    ...[unit ?? []].flat().map((one) => `--unit=${one}`),
    ...[identifier ?? []].flat().map((one) => `--identifier=${one}`),
    ...(priority === undefined ? [] : [`--priority=${priority}`]),
    ...Object.entries(match).map(([field, value]) => `${field}=${value}`),
  ];
}

function placeName({ directory, file }: Place): string {
  return directory ?? file ?? 'the journal';
}
