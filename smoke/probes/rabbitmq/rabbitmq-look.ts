// Looks with the `rabbitmq` plug-in: what passed an exchange since before the send, heard by a queue of our own.

import type { ConsumeMessage } from 'amqplib';
import type { Candidate } from '../../core/look.ts';
import { dateTime } from '../../core/wording.ts';
import { rowCandidates } from '../../select/row.ts';
import { keepNewest } from '../keep-newest.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { leavesNothing, silence, tooSmall, type Unseen } from '../unseen.ts';
import { firehosePatterns, joinTraced, tracedOf, traceExchange } from './rabbitmq-firehose.ts';
import type { RabbitmqOptions } from './rabbitmq-options.ts';
import { type Passed, recordOf, sizeOf } from './rabbitmq-record.ts';
import { openTap, type TapPlan } from './rabbitmq-tap.ts';

const LIMIT = 10_000;
/** Bytes kept of all messages together. */
const BYTES = 32 * 1024 * 1024;

/** `at`: our clock, in milliseconds. */
type Entry = { at: number; size: number; passed: Passed; key?: string; candidate?: Candidate };
type Given = Partial<RabbitmqOptions>;

export async function openRabbitmq(given: Given, host: Host): Promise<Probe<RabbitmqOptions>> {
  const { url, ca, limit = LIMIT } = given;
  if (url === undefined || (given.exchange === undefined && given.firehose !== true))
    throw new Blind('error', 'the url and the exchange are not known before the send');
  const { clock } = host;
  const opened = clock.wall();
  const byKey = new Map<string, Entry[]>();
  let events = 0;
  let cost = 0;
  let lastDropped = Number.NEGATIVE_INFINITY;
  const kept = keepNewest<Entry>({ limit, bytes: BYTES, sizeOf: ({ size }) => size, onDrop });

  function onDrop({ at, key = '' }: Entry): void {
    lastDropped = at;
    const alike = byKey.get(key);
    if (alike?.length === 1) byKey.delete(key);
    else alike?.shift();
  }

  function keep(passed: Passed, key?: string): void {
    const size = sizeOf(passed);
    const entry: Entry = { at: clock.wall().getTime(), size, passed, ...(key !== undefined && { key }) };
    const alike = key === undefined ? undefined : byKey.get(key);
    if (alike !== undefined) alike.push(entry);
    else if (key !== undefined) byKey.set(key, [entry]);
    kept.add(entry);
  }

  function onTraced(message: ConsumeMessage): void {
    const traced = tracedOf(message, given);
    if (traced?.event === 'publish') keep(traced.passed, traced.key);
    if (traced?.event !== 'deliver') return;
    const joined = joinTraced(byKey.get(traced.key) ?? [], traced);
    if (joined === undefined) {
      keep({ ...traced.passed, delivered: [traced.queue] }, traced.key);
      return;
    }
    joined.of.passed = joined.passed;
    delete joined.of.candidate;
  }

  const plan = planOf(given, limit);
  const tap = openTap(
    { url, ca },
    plan,
    (message) => {
      events += 1;
      cost += message.content.length;
      if (given.firehose === true) onTraced(message);
      else keep(passedOf(message));
    },
    host,
  );
  const what = wordsOf(given);
  // Where it cannot be laid now, the first look says so.
  await tap.laid();

  return {
    async read(_options, { since, named, signal }) {
      const began = clock.now();
      await tap.upToNow(signal);
      tap.mark();
      const entries = kept.all().filter(({ at }) => at >= since.getTime());
      const unseen =
        pastSend(since, opened) ??
        deafness(tap.deafSince(since)) ??
        overflow(lastDropped >= since.getTime(), limit) ??
        silenceOf(given, events);
      const bytes = cost;
      cost = 0;
      return {
        candidates: await candidatesOf(entries, named),
        whole: unseen === undefined,
        ...(unseen && { unseen }),
        searched: [
          `${entries.length} message${entries.length === 1 ? '' : 's'} ${what}`,
          ...(unseen ? [unseen.message] : []),
        ].join('; '),
        cost: { requests: 2 + plan.bindings.length, bytes, ms: clock.now() - began },
      };
    },
    changed: (signal) => tap.changed(signal),
    close: () => tap.close(),
  };
}

function planOf(given: Given, limit: number): TapPlan {
  const { exchange = '', binding = '#', headers, firehose } = given;
  // The broker drops what is older than anything that is kept here, so that what it drops shows here as well.
  const most = { messages: limit + 1, bytes: 4 * BYTES };
  const at = (
    exchange: string,
    patterns: readonly string[],
    args: Readonly<Record<string, unknown>> = {},
  ): TapPlan => ({
    exchange,
    most,
    bindings: patterns.map((pattern) => ({ pattern, args })),
  });
  if (firehose === true) return at(traceExchange, firehosePatterns(given));
  return headers === undefined ? at(exchange, [binding].flat()) : at(exchange, [''], headers);
}

function passedOf({ content, fields, properties }: ConsumeMessage): Passed {
  const { headers = {}, ...own } = properties;
  // A copy of its own: the client's piece is a part of a larger one, which would be kept with it.
  return {
    content: new Uint8Array(content),
    exchange: fields.exchange,
    routingKey: fields.routingKey,
    redelivered: fields.redelivered,
    properties: own,
    headers,
  };
}

/** Each is made once: what is worked out for it is remembered with it. */
async function candidatesOf(entries: readonly Entry[], named: boolean): Promise<Candidate[]> {
  const fresh = entries.filter(({ candidate }) => candidate === undefined);
  const records = fresh.map(({ passed }) => recordOf(passed, named));
  const made = await rowCandidates(records.map(({ input }) => input));
  for (const [index, entry] of fresh.entries()) {
    const candidate = made[index];
    const closed = records[index]?.closed;
    if (candidate !== undefined) entry.candidate = closed === undefined ? candidate : { ...candidate, closed };
  }
  return entries.flatMap(({ candidate }) => candidate ?? []);
}

function pastSend(since: Date, opened: Date): Unseen | undefined {
  if (!isPast(since, opened)) return undefined;
  return leavesNothing(
    `a tap hears only while it is open: what passed before ${dateTime(opened.toISOString())} was not heard`,
    'Look at what the worker leaves: its log, its row, its answer.',
  );
}

function deafness(message: string | undefined): Unseen | undefined {
  return message === undefined ? undefined : { kind: 'not-observable', message };
}

function overflow(dropped: boolean, limit: number): Unseen | undefined {
  if (!dropped) return undefined;
  return tooSmall(
    `more passed than is kept: the newest ${limit} messages, up to 32 MB`,
    'Narrow the tap with `binding`, or keep more with `limit`.',
  );
}

/**
 * Where nothing at all was heard, the tap may lie where nothing ever passes. Nobody is told when the firehose is switched
 * off, which is done for each node by itself; a message of our own would show that of one node alone.
 */
function silenceOf(
  { firehose, type, binding = '#', headers, exchange = '' }: Given,
  events: number,
): Unseen | undefined {
  if (firehose === true && events > 0)
    return leavesNothing(
      'the firehose does not say whether it is still on, nor on which nodes of the broker',
      'What it lacks may have passed unseen. Tap an exchange on the way, or look at what the worker leaves: its log, its row, its request.',
    );
  if (events > 0) return undefined;
  if (firehose === true)
    return {
      ...leavesNothing(
        'the firehose told of no message since the send: either it is switched off, or none was published or delivered there',
        'An operator switches it on with `rabbitmqctl trace_on -p VHOST`, and off again with `trace_off`. Where it is on, the app published nothing in this vhost: see its log.',
      ),
      quiet: 'a firehose that is switched off would be as silent',
    };
  const known = type ?? standing[exchange];
  const patterns = [binding].flat();
  // What hears all that is published there knows that nothing was; a key may be mistyped.
  if (known === 'fanout' || (known === 'topic' && headers === undefined && patterns.includes('#'))) return undefined;
  if (known === undefined && (headers !== undefined || patterns.some((key) => /[*#]/.test(key))))
    return {
      ...leavesNothing(
        `nothing came from exchange ${exchange} since the send, and what type it is is not known: wildcards and headers are nothing to other types`,
        'Say `type: topic` (or fanout, headers), or name the routing keys as `binding`.',
      ),
      quiet: `exchange ${exchange} is there; what type it is is not known, so say \`type\`, or name the routing keys as \`binding\``,
    };
  const what = headers === undefined ? patterns.join(', ') : 'these headers';
  return silence({
    nothing: `nothing came from exchange ${exchange} for ${what} since the send`,
    other: `${headers === undefined ? 'another routing key' : 'other headers'}, another exchange, vhost or server`,
    which:
      'where the exchange is of type topic, `binding: "#"` with `type: topic` hears all that is published there; `rabbitmqctl list_exchanges` and `list_bindings` show the others. If the app uses none of them, it published nothing: see its log.',
    quiet: `exchange ${exchange} is there; ${headers === undefined ? 'a routing key that is mistyped' : 'mistyped headers'} would be as silent`,
  });
}

/** The exchanges that every vhost has, where the type suits a tap with wildcards or headers. */
const standing: Readonly<Record<string, string>> = { 'amq.topic': 'topic', 'amq.fanout': 'fanout' };

function wordsOf({ exchange, binding = '#', headers, firehose, queue }: Given): string {
  if (firehose === true)
    return `of the firehose${exchange === undefined ? '' : `, published to ${exchange || 'the default exchange'}`}${queue === undefined ? '' : `, of queue ${queue}`}`;
  const keys = headers === undefined ? [binding].flat().join(', ') : Object.keys(headers).join(', ');
  return `passed exchange ${exchange} (${headers === undefined ? 'binding' : 'headers'} ${keys})`;
}
