// What `smoketrail demo` is asked for, read from its flags before anything is started.

import { type DemoHop, type FaultName, faultKinds, isFaultName } from '../demo/fault.ts';
import { checkFault, plainFaults } from '../demo/fault-spec.ts';
import { type QueueChoice, systemNames, systemOf, wrongUrl } from '../demo/queue-place.ts';
import { suggestion } from '../scenario/problems.ts';
import { UsageError } from './world.ts';

export type DemoOptions = {
  up?: boolean;
  fault?: string[];
  queue?: string;
  queueUrl?: string;
  pushTo?: string;
  color?: boolean;
};

export type DemoWish = { faults: readonly Asked[]; queue: QueueChoice; pushTo?: string };

export function demoWish(options: DemoOptions): DemoWish {
  const faults = (options.fault ?? []).map(faultNamed);
  if (faults.length > 0 && !options.up)
    throw new UsageError('--fault goes with --up', 'smoketrail demo --up --fault stale-workers');
  const [queue, pushTo] = [queueChosen(options), pushedTo(options)];
  return { faults, queue, ...(pushTo !== undefined && { pushTo }) };
}

function pushedTo({ pushTo, up }: DemoOptions): string | undefined {
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

function queueChosen({ queue, queueUrl }: DemoOptions): QueueChoice {
  if (queue === undefined && queueUrl !== undefined) throw queueLacking(queueUrl);
  const system = systemNames.find((name) => name === (queue ?? 'sqlite'));
  if (system === undefined)
    throw new UsageError(
      `the demo has no queue ${JSON.stringify(queue)}`,
      suggestion(queue ?? '', [...systemNames]) ?? `There are: ${systemNames.join(', ')}.`,
    );
  if (queueUrl === undefined) return { system };
  const wrong = wrongUrl(system, queueUrl);
  if (wrong !== undefined) throw new UsageError('--queue-url does not fit --queue', wrong);
  return { system, url: queueUrl };
}

/** The address alone tells which system is meant. It may hold a password, so it is not repeated. */
function queueLacking(url: string): UsageError {
  const system = systemOf(url);
  if (system !== undefined) return new UsageError('--queue-url goes with --queue', `Add --queue ${system}.`);
  return new UsageError(
    '--queue-url is no address of a server that the demo can have its queue on',
    'It begins with redis://, postgres:// or amqp://, and --queue names the system.',
  );
}

export type Asked = { name: FaultName; at?: DemoHop };

/** `stripped`, or `stripped@queue` where the first hop it has a meaning at is not the one that is meant. */
function faultNamed(text: string): Asked {
  const [name = '', at] = text.split('@', 2);
  if (!isFaultName(name)) {
    const hint = suggestion(name, [...plainFaults]) ?? 'smoketrail demo --fault list names them.';
    throw new UsageError(`there is no fault ${JSON.stringify(name)}`, hint);
  }
  const { wrong } = checkFault({ name }, '');
  if (wrong !== undefined)
    throw new UsageError(
      `--fault takes a name alone, and ${wrong}`,
      'What `smoketrail demo --up` prints shows how a fault is switched on with more than its name.',
    );
  const hop = faultKinds[name].at.find((one) => one === at);
  if (at !== undefined && hop === undefined)
    throw new UsageError(
      `${name} has no meaning at ${JSON.stringify(at)}`,
      `Only at ${faultKinds[name].at.join(', ')}.`,
    );
  return { name, ...(hop !== undefined && { at: hop }) };
}
