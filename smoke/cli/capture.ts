// smoketrail capture: a listener between a worker and its partner that answers between runs as well, and that every run
// on this machine can follow.

import { visible } from '../core/escape.ts';
import { textOf } from '../core/text-of.ts';
import { addressIn, type CaptureOptions, captureOptions, defaults } from '../probes/capture/capture-options.ts';
import { sourceOf } from '../probes/capture/capture-outcome.ts';
import { type CaptureServer, openServer, patience } from '../probes/capture/capture-server.ts';
import { readAuthority } from '../probes/server-target.ts';
import { createMask } from '../run/redact.ts';
import { realClock } from './clock.ts';
import { RunnerError, UsageError, type World } from './world.ts';

type Flags = Readonly<Record<string, unknown>>;

export async function captureCommand(flags: Flags, world: World): Promise<number> {
  const options = await optionsOf(flags, world);
  const server = await open(options, flags['insecure'] === true, world);
  const stop = new AbortController();
  const hurry = new AbortController();
  const forget = world.onSignal((signal) => (stop.signal.aborted ? hurry.abort() : stop.abort(new Error(signal))));
  try {
    greet(server, options, world);
    if (flags['verbose'] === true) await tellEach(server, world, stop.signal);
    else await aborted(stop.signal);
    const { count } = server.store;
    world.stdout.write(`Stopping. ${count} request${count === 1 ? '' : 's'} came through.\n`);
  } finally {
    const over = new AbortController();
    realClock.wait(patience, over.signal).then(
      () => hurry.abort(),
      () => undefined,
    );
    await server.close(hurry.signal);
    over.abort();
    forget();
  }
  return stop.signal.reason.message === 'SIGTERM' ? 143 : 130;
}

/** The flag behind each option, for what is wrong with it. */
const flagOf: Readonly<Record<string, string>> = { 'on-failure': '--fail', listen: '--host or --port' };

async function optionsOf(flags: Flags, { env }: World): Promise<CaptureOptions & { listen: string }> {
  const { host = '127.0.0.1', forward, allow, ca, fail, limit, total } = flags as Record<string, string | undefined>;
  const port = (flags['port'] ?? env['SMOKETRAIL_CAPTURE_PORT']) as string | undefined;
  if (port === undefined || port === '') throw new UsageError('on which port? --port is missing', example);
  if (forward === undefined && allow === undefined)
    throw new UsageError('forward to where? --forward is missing', example);
  const listen = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const given = {
    forward,
    allow,
    ca,
    'on-failure': fail,
    limit: bytes(limit, '--limit'),
    total: bytes(total, '--total'),
  };
  const said = Object.entries({ listen, ...given }).filter(([, value]) => value !== undefined);
  const checked = await captureOptions['~standard'].validate(Object.fromEntries(said));
  const [issue] = checked.issues ?? [];
  if (checked.issues === undefined) return { ...checked.value, listen };
  const name = String(issue?.path?.[0] instanceof Object ? issue.path[0].key : issue?.path?.[0]);
  throw new UsageError(`${flagOf[name] ?? `--${name}`}: ${issue?.message ?? 'not understood'}`, example);
}

function bytes(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new UsageError(`${flag}: ${JSON.stringify(visible(text))} is no number of bytes`, example);
}

async function open(
  options: CaptureOptions & { listen: string },
  insecure: boolean,
  world: World,
): Promise<CaptureServer> {
  const { listen, forward, allow, ca, limit = defaults.limit, total = defaults.total } = options;
  const address = addressIn(listen);
  if (address === undefined) throw new UsageError(`${visible(listen)} is no address to listen on`, example);
  const closed = options['on-failure'] === 'closed';
  const authority = ca === undefined ? undefined : await authorityIn(ca, world);
  try {
    const trust = { insecure, ...(authority !== undefined && { ca: authority }) };
    return await openServer({ ...address, forward, allow, trust, closed, limit, total }, realClock);
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const message = isTaken ? `${listen} is taken` : `it cannot listen on ${listen}: ${textOf(cause)}`;
    const hint = 'Where a capture runs there already, it serves every run; else choose another --port.';
    throw new RunnerError(message, isTaken ? hint : undefined, cause);
  }
}

async function authorityIn(file: string, { cwd }: World): ReturnType<typeof readAuthority> {
  try {
    return await readAuthority(file, { baseDir: cwd });
  } catch (cause) {
    throw new UsageError(`--${textOf(cause)}`, example);
  }
}

function greet(
  server: CaptureServer,
  { listen, forward, allow = [] }: CaptureOptions & { listen: string },
  world: World,
): void {
  const to = forward ?? `as an HTTP proxy to ${allow.join(', ')} alone`;
  world.stdout.write(`Listening on http://${listen}, forwarding ${forward === undefined ? '' : 'to '}${visible(to)}\n`);
  world.stdout.write('The partner URL of the worker must point here. Ctrl-C ends it.\n');
  if (!/^(?:127\.|localhost:|\[::1\])/.test(listen))
    world.stderr.write('smoketrail: other machines reach it as well, and through it the partner\n');
  if (server.alone !== undefined) world.stderr.write(`smoketrail: no run can follow it: ${visible(server.alone)}\n`);
}

/** One line for each request that is over. */
async function tellEach({ store }: CaptureServer, world: World, stop: AbortSignal): Promise<void> {
  const mask = createMask();
  let told = 0;
  while (!stop.aborted) {
    await store.changed(told, stop).catch(() => undefined);
    for (const { change, passed } of store.after(told).changes) {
      told = Math.max(told, change);
      if (passed.ms === undefined) continue;
      for (const secret of passed.secrets) mask.add(secret, 'captured');
      const line = `${passed.at.slice(11, 19)} ${sourceOf(passed, mask.mask, realClock.wall())} (${passed.ms} ms)`;
      world.stdout.write(`${line}\n`);
    }
    told = Math.max(told, store.newest);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const example = 'smoketrail capture --port 4190 --forward https://partner.example/api';
