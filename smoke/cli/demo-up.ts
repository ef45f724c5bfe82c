// The demo that stays up: what to paste, what to run against it, and how to break it.

import { shellQuoted } from '../core/wording.ts';
import { extranetLogin } from '../demo/extranet.ts';
import { environmentOf, type Stack } from '../demo/stack.ts';
import type { DemoWish } from './demo-options.ts';
import { adviceFor } from './demo-scenarios.ts';
import type { DemoStop } from './demo-stop.ts';
import { aliasLine } from './invocation.ts';
import type { World } from './world.ts';

export async function keepUp(
  stack: Stack,
  { faults, pushTo }: DemoWish,
  world: World,
  stop: DemoStop,
): Promise<number> {
  for (const fault of faults) await stack.fault({ ...fault, ...(fault.name === 'stale-workers' && { count: 3 }) });
  const advice = adviceFor(stack, pushTo, world);
  const settings = Object.entries({ ...environmentOf(stack), ...advice.settings }).map(
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
    ...advice.lines,
    '',
    'Faults can be switched while it runs:',
    `  curl -X POST ${stack.urls.control}/faults -H 'x-control-token: ${stack.controlToken}' -d '{"name":"stripped","at":"worker"}'`,
    `  curl -X DELETE ${stack.urls.control}/faults/ID -H 'x-control-token: ${stack.controlToken}'`,
    '',
    'Ctrl-C stops it.',
    '',
  ];
  if (!stop.signal.aborted) world.stdout.write(lines.join('\n'));
  await new Promise<void>((resolve) => {
    // An open socket or a child would keep the process alive; this waits without any.
    const keepAlive = setInterval(() => undefined, 60_000);
    const end = (): void => {
      clearInterval(keepAlive);
      resolve();
    };
    if (stop.signal.aborted) end();
    else stop.signal.addEventListener('abort', end, { once: true });
  });
  return stop.code();
}
