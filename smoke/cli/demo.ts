// smoketrail demo: the reference booking stack. Two acts on their own, or --up to play with it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shellQuoted } from '../core/wording.ts';
import { extranetLogin } from '../demo/extranet.ts';
import { type DemoHop, type FaultName, faultKinds, isFaultName } from '../demo/fault.ts';
import { MissingPart } from '../demo/needed.ts';
import { type QueueChoice, systemNames, wrongUrl } from '../demo/queue-place.ts';
import { environmentOf, knownPorts, type Stack, startStack } from '../demo/stack.ts';
import type { StackOptions } from '../demo/stack-options.ts';
import { suggestion } from '../scenario/problems.ts';
import { exampleFile, shownExample } from './examples.ts';
import { aliasLine } from './invocation.ts';
import { type Page, pageFor } from './rows.ts';
import { runCommand } from './run.ts';
import { RunnerError, UsageError, type World } from './world.ts';

type Options = { up?: boolean; fault?: string[]; queue?: string; queueUrl?: string; pushTo?: string; color?: boolean };

export async function demoCommand(given: Record<string, unknown>, world: World): Promise<number> {
  const options = given as Options;
  const faults = options.fault ?? [];
  if (faults.includes('list')) return listFaults(world);
  const asked = faults.map(faultNamed);
  if (faults.length > 0 && !options.up)
    throw new UsageError('--fault goes with --up', 'smoketrail demo --up --fault stale-workers');
  const queue = queueChosen(options);
  const pushTo = pushedTo(options);
  const dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-demo-'));
  const stop = new AbortController();
  const forget = world.onSignal((signal) => stop.abort(new Error(signal)));
  let stack: Stack | undefined;
  try {
    world.stdout.write(`Starting the booking stack: web, queue${broker(queue)}, four workers, partner.\n`);
    const ports = options.up ? { ports: knownPorts } : {};
    // Slow enough for a person to find the job waiting in the queue, as on a busy day.
    stack = await startUnless(stop.signal, { dir, queue, jobPollMs: 400, ...ports, ...(pushTo && { pushTo }) });
    for (const note of stack.notes) world.stdout.write(`  ${note}\n`);
    return options.up
      ? await keepUp(stack, asked, world, stop.signal)
      : await playActs(stack, dir, options, world, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return stop.signal.reason.message === 'SIGTERM' ? 143 : 130;
    if (error instanceof MissingPart) throw new RunnerError(error.message, error.hint);
    throw error;
  } finally {
    await stack?.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    // Until here another Ctrl-C must not leave processes and files behind.
    forget();
  }
}

function pushedTo({ pushTo, up }: Options): string | undefined {
  if (pushTo === undefined) return undefined;
  if (!up) throw new UsageError('--push-to goes with --up', 'smoketrail demo --up --push-to http://127.0.0.1:4190');
  const { protocol, pathname } = URL.parse(pushTo) ?? {};
  if (protocol !== 'http:' || pathname !== '/')
    throw new UsageError(
      `--push-to ${JSON.stringify(pushTo)} is no http:// address without a path`,
      'http://127.0.0.1:4190 is where the scenario booking-capture listens.',
    );
  return new URL(pushTo).origin;
}

function queueChosen({ queue = 'sqlite', queueUrl }: Options): QueueChoice {
  const system = systemNames.find((name) => name === queue);
  if (system === undefined)
    throw new UsageError(
      `the demo has no queue ${JSON.stringify(queue)}`,
      suggestion(queue, [...systemNames]) ?? `There are: ${systemNames.join(', ')}.`,
    );
  if (queueUrl === undefined) return { system };
  const wrong = wrongUrl(system, queueUrl);
  if (wrong !== undefined) throw new UsageError('--queue-url does not fit --queue', wrong);
  return { system, url: queueUrl };
}

/** What the queue runs on, for the first line: a server takes its time to start. */
function broker({ system, url }: QueueChoice): string {
  if (system === 'sqlite') return '';
  return ` (${system}, ${url === undefined ? 'with a server of its own' : 'on the server that was named'})`;
}

/** The example that looks at the queue by its own plug-in. */
function scenarioFor({ system }: Stack['queue']): string {
  return system === 'sqlite' ? 'booking-note.yaml' : `booking-${system}.yaml`;
}

/** Enough for a good and a stale worker to be met: on a table of jobs they take turns, elsewhere whoever asks first takes. */
function markersFor({ system }: Stack['queue']): { flag: string; word: string } {
  return system === 'sqlite' ? { flag: '4', word: 'four' } : { flag: '8', word: 'eight' };
}

/** A signal stops the stack while it starts; later on what runs against it is cleaned up first. */
async function startUnless(stopped: AbortSignal, options: StackOptions): Promise<Stack> {
  const starting = new AbortController();
  const give = (): void => starting.abort(stopped.reason);
  stopped.addEventListener('abort', give);
  try {
    return await startStack(options, starting.signal);
  } finally {
    stopped.removeEventListener('abort', give);
  }
}

async function playActs(stack: Stack, dir: string, options: Options, world: World, stop: AbortSignal): Promise<number> {
  const scenario = exampleFile(scenarioFor(stack.queue));
  const markers = markersFor(stack.queue);
  const actor: World = { ...world, env: { ...world.env, ...environmentOf(stack) } };
  const flags = {
    config: false as const,
    ledger: path.join(dir, 'ledger'),
    ...(options.color === false && { color: false }),
  };
  const page = pageFor(world, false);
  const say = (text: string): void => {
    world.stdout.write('\n');
    for (const line of text.split('\n')) page.line(line);
    world.stdout.write('\n');
  };

  say('Act one. A healthy release: every worker runs the build of the web app.');
  const healthy = await runCommand([scenario], flags, actor);
  stop.throwIfAborted();
  if (healthy !== 0)
    throw new RunnerError(
      'the healthy release did not pass, so the demo stack does not work here',
      'Its lines above say what was seen.',
    );

  say(
    `Act two. A deploy that reaches one worker of four: three still run an image of a deleted branch.\nOne booking in four goes through, so one marker is not enough: --repeat ${markers.flag} sends ${markers.word}.`,
  );
  await stack.deploy({ stale: 3 });
  const stale = await runCommand([scenario], { ...flags, repeat: markers.flag }, actor);
  stop.throwIfAborted();
  if (stale !== 1)
    throw new RunnerError(
      'the stale workers were not noticed',
      'Run smoketrail demo again; if it happens twice, it is a defect.',
    );

  say(
    'That was the failure smoketrail was made for: the dashboards were green, and the trace named the workers and their build.\nThis stack is gone now: what stands under Next above is for one that runs, as that of --up.',
  );
  printNextSteps(page, world, stack.queue);
  return 0;
}

function printNextSteps(page: Page, world: World, queue: Stack['queue']): void {
  const example = shownExample(scenarioFor(queue), world.cwd);
  const up = queue.system === 'sqlite' ? 'smoketrail demo --up' : `smoketrail demo --up --queue ${queue.system}`;
  const steps = [
    ...(aliasLine === '' ? [] : [[aliasLine, 'once in each terminal, so that these commands work']]),
    [up, 'keep the stack running, and break it: --fault list names the faults'],
    [`smoketrail run ${example}`, 'in a second terminal, once the lines that --up prints were pasted there'],
    [`smoketrail check ${example}`, 'what is wrong with a scenario, and what it needs to run'],
  ];
  page.line('Try next:');
  for (const [command = '', what = ''] of steps) {
    world.stdout.write(`  ${command}\n`);
    page.line(what, 6);
  }
  world.stdout.write('\n');
}

async function keepUp(stack: Stack, faults: readonly Asked[], world: World, stop: AbortSignal): Promise<number> {
  for (const fault of faults) await stack.fault({ ...fault, ...(fault.name === 'stale-workers' && { count: 3 }) });
  const settings = Object.entries(environmentOf(stack)).map(
    ([name, value]) => `  export ${name}=${shellQuoted(value)}`,
  );
  const lines = [
    '',
    `The stack is up${faults.length > 0 ? ` with ${faults.map(({ name, at }) => (at === undefined ? name : `${name} at ${at}`)).join(', ')}` : ''}.`,
    `  a booking page          ${stack.urls.web}/`,
    `  the partner's extranet  ${stack.urls.partner}/extranet`,
    `                          log in as ${extranetLogin.user} / ${extranetLogin.password}`,
    '',
    'In another terminal, and in each further one, paste these lines first:',
    ...(aliasLine === '' ? [] : [`  ${aliasLine}`]),
    ...settings,
    '',
    'Then:',
    `  smoketrail run ${shellQuoted(shownExample(scenarioFor(stack.queue), world.cwd))}`,
    '',
    'Faults can be switched while it runs:',
    `  curl -X POST ${stack.urls.control}/faults -H 'x-control-token: ${stack.controlToken}' -d '{"name":"stripped","at":"worker"}'`,
    `  curl -X DELETE ${stack.urls.control}/faults/ID -H 'x-control-token: ${stack.controlToken}'`,
    '',
    'Ctrl-C stops it.',
    '',
  ];
  world.stdout.write(lines.join('\n'));
  await new Promise<void>((resolve) => {
    // An open socket or a child would keep the process alive; this waits without any.
    const keepAlive = setInterval(() => undefined, 60_000);
    const end = (): void => {
      clearInterval(keepAlive);
      resolve();
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
  world.stdout.write('\nStopping the stack.\n');
  return stop.reason.message === 'SIGTERM' ? 143 : 130;
}

type Asked = { name: FaultName; at?: DemoHop };

/** `stripped`, or `stripped@queue` where the first hop it has a meaning at is not the one that is meant. */
function faultNamed(text: string): Asked {
  const [name = '', at] = text.split('@', 2);
  if (!isFaultName(name)) {
    const names = Object.keys(faultKinds);
    const hint = suggestion(name, names) ?? 'smoketrail demo --fault list names them.';
    throw new UsageError(`there is no fault ${JSON.stringify(name)}`, hint);
  }
  const hop = faultKinds[name].at.find((one) => one === at);
  if (at !== undefined && hop === undefined)
    throw new UsageError(
      `${name} has no meaning at ${JSON.stringify(at)}`,
      `Only at ${faultKinds[name].at.join(', ')}.`,
    );
  return { name, ...(hop !== undefined && { at: hop }) };
}

function listFaults(world: World): number {
  for (const [name, kind] of Object.entries(faultKinds))
    world.stdout.write(`${name.padEnd(16)} at ${kind.at.join(', ')}\n`);
  return 0;
}
