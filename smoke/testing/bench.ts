// The system that a probe under test looks at, as its author sets it up, and one look at it judged as a run judges it.

import { judge } from '../core/judge.ts';
import type { FaultKind, Look, Selection } from '../core/look.ts';
import { guarded } from '../probes/outside/guarded-plugin.ts';
import type { As, Host, Plugin, Probe } from '../probes/plugin.ts';
import { inflate } from '../select/inflate.ts';
import { testContext } from './host.ts';

/** A record as the suite wants it in the system. `note` is the text of its field; it may be empty. */
export type TestRecord = { alias: string; note: string };

/** Whom a look asks for: the id by which the system knows the record, and the marker. */
export type Asked = { alias: string; marker: string };

export type ProbeBench<O> = {
  /** The options of a look, as they are once `${{ }}` has its values. */
  options(asked: Asked): O;
  /** What stands beside them in a scenario. `where` must pick the record by its alias; `field` is where its note is. */
  selection?(asked: Asked): Pick<Selection, 'records' | 'where' | 'field'> & { as?: As };
  /** Puts a record into the system; resolves once a look can see it. */
  put(record: TestRecord): Promise<void>;
  /** What of the host is not as in `testHost`: the folder of the files, say. */
  host?: Partial<Host>;
  /** Options of a look at a system that is not there: a closed port, a missing file. */
  unreachable?(asked: Asked): O;
  /** Options whose credentials the system turns down: a wrong password. */
  denied?(asked: Asked): O | Promise<O>;
  /** Options of somebody whom the system lets in and who may not read there. */
  forbidden?(asked: Asked): O | Promise<O>;
  /** The system crashes and is started again, with what it keeps over that, on the same address. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  /** Options of a look that gets no answer for longer than a test waits. */
  stalled?(asked: Asked): O;
  /** All that a look might change, as plain data: rows, files with their times, counters. */
  snapshot?(): Promise<unknown>;
  /** The moment a little before the send that a look is told. Default: long ago, as for a `trace`. */
  since?(): Date;
  /** Called after each test. */
  close?(): Promise<void>;
};

export type Sent = Asked & { text: string };

/** Armed for these options, as before a send. */
export async function arm<O>(plugin: Plugin<O>, bench: ProbeBench<O>, options: O, host: Host): Promise<Probe> {
  const { open } = guarded(plugin as unknown as Plugin);
  if (open === undefined) throw new Error(`${plugin.name} has no \`open\`, so it cannot look`);
  const given = Object.entries(options as Record<string, unknown>);
  const connects: readonly string[] = plugin.connects;
  return open(Object.fromEntries(given.filter(([name]) => connects.includes(name))), { ...host, ...bench.host });
}

export async function lookAt<O>(
  probe: Probe,
  bench: ProbeBench<O>,
  sent: Sent,
  more: { reference?: boolean; options?: O } = {},
): Promise<Look> {
  const { reference = false, options = bench.options(sent) } = more;
  const { as, ...selection } = bench.selection?.(sent) ?? {};
  const shown = JSON.stringify(options);
  const named = shown.includes(JSON.stringify(sent.alias).slice(1, -1)) || shown.includes(sent.marker);
  const since = bench.since?.() ?? new Date(0);
  const reading = await probe.read(options, testContext({ named, since, ...(as && { as }) }));
  const sought = {
    marker: { text: sent.marker, fixed: fixedPart, prefix: 'smk' },
    aliases: new Map([['record', sent.alias]]),
    sent: [{ text: sent.text, document: false }],
  };
  return judge(reading, { ...selection, allow: [], reference }, sought, { inflate, mask: (text) => text }).look;
}

/** Of a marker, that is: prefix, separator and the part that tells the time. */
const fixedPart = 11;
let minted = 0;

/** Another marker and alias with each call. */
export function newRecord(): Sent {
  minted += 1;
  const marker = `smk-42rcxa7${String(100_000_000 + minted * 7_919)}`;
  return { alias: String(884_100 + minted), marker, text: `Late & tired. ${marker}` };
}

export function kindOf(look: Look): string {
  return look.kind === 'blind' ? `blind (${look.fault.message})` : look.kind;
}

export function isFaultOf(error: unknown, kind: FaultKind | undefined): boolean {
  const fault = error instanceof Error ? (Reflect.get(error, 'fault') as { kind?: unknown } | undefined) : undefined;
  return fault !== undefined && (kind === undefined || fault.kind === kind);
}
