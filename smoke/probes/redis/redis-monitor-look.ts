// Looks with MONITOR: what was written to the keys that are meant, from before the send until its time is up.

import { parseDuration } from '../../core/duration.ts';
import type { Candidate, Reading } from '../../core/look.ts';
import { type MessageInput, messageCandidates } from '../../select/message.ts';
import { type RowInput, rowCandidates } from '../../select/row.ts';
import { inTime } from '../before-the-send.ts';
import { keepNewest } from '../keep-newest.ts';
import { orAborted } from '../or-aborted.ts';
import { isPast } from '../past-send.ts';
import type { Host, Probe } from '../plugin.ts';
import { leavesNothing, sayUnseen, silence, tooSmall, type Unseen } from '../unseen.ts';
import type { RedisConnection, RedisTarget } from './redis-connection.ts';
import { globOf } from './redis-glob.ts';
import { monitorLines } from './redis-monitor.ts';
import { hiddenIn, isPiece, type Written, writtenIn } from './redis-monitor-line.ts';
import { type MonitorOptions, type RedisOptions, usualWatch } from './redis-options.ts';
import { byteCap } from './redis-read.ts';
import { doubtOf } from './redis-role.ts';

/** Commands that are kept, the newest. */
const MOST = 10_000;

const past = leavesNothing(
  'MONITOR shows only what is written while it watches: what was written before was not seen',
  'Look at what is left of it: a list, a stream, keys, the log of the worker.',
);
const silentOn = (match: string): Unseen =>
  silence({
    nothing: `nothing was written to ${match} since MONITOR began, before the send`,
    other: 'other keys, another database or another server',
    which:
      '`redis-cli --scan` lists the keys that there are. A wider `match` shows whether the app writes to others. If not, and the server is the right one, the app wrote nothing: see its log.',
    quiet: 'a `match` that is mistyped, or another database, would be as silent',
  });
const known = new Map<string, Unseen>();
/** One for each command, however often it comes. */
function once(command: string, make: (told: string) => Unseen): Unseen {
  const one = known.get(command) ?? make(command.toUpperCase());
  known.set(command, one);
  return one;
}
function hiddenBy(command: string): Unseen {
  return once(command, (told) =>
    leavesNothing(
      `${told} put something there that MONITOR does not show`,
      'Where it came from a key of the same database, let `match` take that in as well; else look at what the worker leaves.',
    ),
  );
}
const lookAtKey = 'Look at the key itself (`keys`) while it is there, or at what the worker leaves.';
function piecedBy(command: string): Unseen {
  return once(command, (told) =>
    leavesNothing(`${told} put a piece to a text there: MONITOR never shows it whole`, lookAtKey),
  );
}
const inPieces = 'the text was put together of pieces, and MONITOR never shows it whole';
const full = tooSmall('more was written than is kept', 'Name a narrower `match`.');

export async function openMonitor(
  target: RedisTarget,
  { match, for: given }: MonitorOptions,
  connection: RedisConnection,
  host: Host,
): Promise<Probe<RedisOptions>> {
  const { clock } = host;
  const opened = clock.wall();
  const isMeant = globOf(match);
  const database = Number(new URL(target.url).pathname.slice(1) || '0');
  const missed: Unseen[] = [];
  const miss = (one: Unseen): void => void (missed.includes(one) || missed.push(one));
  let bytes = 0;
  const kept = keepNewest<Written>({ limit: MOST, bytes: byteCap, sizeOf, onDrop });
  const over = new AbortController();
  const isOver = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
  const fences = new Map<string, () => void>();
  let news = Promise.withResolvers<void>();

  function onDrop(oldest: Written): void {
    bytes -= sizeOf(oldest);
    miss(full);
  }

  function onLine(line: Uint8Array, isCut: boolean): void {
    for (const [token, seen] of fences) if (Buffer.from(line).includes(token)) seen();
    const moved = hiddenIn(line, database, isMeant);
    if (moved !== undefined) miss(hiddenBy(moved));
    const written = writtenIn(line, database, isMeant);
    if (written === undefined) return;
    if (isCut) miss(full);
    if (isPiece(written)) miss(piecedBy(written.command));
    bytes += sizeOf(written);
    kept.add(written);
    news.resolve();
  }

  const lines = await inTime(clock, (signal) => monitorLines(target, host, signal, onLine));
  const time = given ?? `${usualWatch / 1000}s`;
  let isLost = false;
  lines.ended.catch(() => {
    // It ends by its own time too.
    if (over.signal.aborted) return;
    isLost = true;
    over.abort();
    miss(
      leavesNothing(
        'MONITOR was cut off: what passed since the last look before that is not known',
        'Send again once the server is there: the next send is watched from its beginning.',
      ),
    );
  });
  const stop = (): void => {
    over.abort();
    lines.close();
  };
  clock.wait(parseDuration(time) ?? usualWatch, over.signal).then(
    () => {
      miss(tooSmall(`MONITOR watched for ${time}, and no longer`, 'Raise `for` (at most 5m).'));
      stop();
    },
    () => undefined,
  );

  /** What the server worked on before this is in `kept` then: a command of our own comes by behind it. */
  async function caughtUp(signal: AbortSignal): Promise<Pick<Reading, 'doubt'>> {
    if (over.signal.aborted) return {};
    const { promise: seen, resolve: beSeen } = Promise.withResolvers<void>();
    const token = `smoketrail ${opened.getTime()} ${clock.now()} ${fences.size}`;
    fences.set(token, beSeen);
    try {
      const doubted = await connection.ask(signal, async (redis) => {
        const doubt = await doubtOf(redis);
        await redis.call('PING', token);
        return doubt;
      });
      await orAborted(Promise.race([seen, isOver]), signal);
      return doubted;
    } finally {
      fences.delete(token);
    }
  }

  return {
    async read(_options, { since, named, signal }) {
      const began = clock.now();
      news = Promise.withResolvers<void>();
      const doubted = await caughtUp(signal);
      const commands = kept.all();
      const candidates = await candidatesOf(commands, named);
      return {
        candidates,
        ...sayUnseen(`${commands.length} command${commands.length === 1 ? '' : 's'} that wrote to ${match}`, [
          ...(isPast(since, opened) ? [past] : []),
          ...missed,
          ...(commands.length > 0 || missed.length > 0 || isPast(since, opened) ? [] : [silentOn(match)]),
        ]),
        ...doubted,
        by: 'tap',
        cost: { requests: 2, bytes, ms: clock.now() - began },
      };
    },
    async changed(signal) {
      // Its own time being up is no news, and no fault.
      const deaf = isOver.then(() => (isLost ? lines.ended : news.promise));
      await orAborted(Promise.race([news.promise, deaf]), signal);
    },
    reach: (signal) => connection.reach(signal),
    async close() {
      stop();
      connection.close();
    },
  };
}

async function candidatesOf(kept: readonly Written[], named: boolean): Promise<Candidate[]> {
  const rows: RowInput[] = [];
  const messages: (MessageInput & { isPart: boolean })[] = [];
  const pieced = new Set(kept.filter(isPiece).map(({ key }) => key));
  for (const { command, key, values, fields, at } of kept) {
    const facts = { source: `${command} ${key}`, named, ...timeOf(at) };
    if (fields !== undefined) rows.push({ row: fields, ...facts });
    messages.push(...values.map((bytes) => ({ bytes, ...facts, isPart: pieced.has(key) })));
  }
  const texts = (await messageCandidates(messages)).map((candidate, index) =>
    messages[index]?.isPart === true ? { ...candidate, closed: inPieces } : candidate,
  );
  return [...texts, ...(await rowCandidates(rows))];
}

function sizeOf({ values, fields }: Written): number {
  return [...values, ...Object.values(fields ?? {})].reduce((sum, value) => sum + value.length, 0);
}

function timeOf(seconds: number): { at?: string } {
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? {} : { at: at.toISOString() };
}
