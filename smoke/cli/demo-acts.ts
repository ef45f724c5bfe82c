// The two acts of the demo: a healthy release, and one that reached one worker of four.

import path from 'node:path';
import { orAborted } from '../demo/or-aborted.ts';
import { environmentOf, type Stack } from '../demo/stack.ts';
import type { DemoOptions } from './demo-options.ts';
import { scenarioFor } from './demo-scenarios.ts';
import type { DemoStop } from './demo-stop.ts';
import { exampleFile, shownExample } from './examples.ts';
import { aliasLine } from './invocation.ts';
import { type Page, pageFor } from './rows.ts';
import { runCommand } from './run.ts';
import { RunnerError, type World } from './world.ts';

export async function playActs(
  stack: Stack,
  dir: string,
  options: DemoOptions,
  world: World,
  stop: DemoStop,
): Promise<number> {
  const scenario = exampleFile(scenarioFor(stack.queue));
  const markers = markersFor(stack.queue);
  const actor = stop.worldOf({ ...world, env: { ...world.env, ...environmentOf(stack) } });
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

  stop.signal.throwIfAborted();
  say('Act one. A healthy release: every worker runs the build of the web app.');
  const healthy = await runCommand([scenario], flags, actor);
  stop.signal.throwIfAborted();
  if (healthy !== 0)
    throw new RunnerError(
      'the healthy release did not pass, so the demo stack does not work here',
      'Its lines above say what was seen.',
    );

  say(
    `Act two. A deploy that reaches one worker of four: three still run an image of a deleted branch.\nOne booking in four goes through, so one marker is not enough: --repeat ${markers.flag} sends ${markers.word}.`,
  );
  await orAborted(stack.deploy({ stale: 3 }), stop.signal);
  const stale = await runCommand([scenario], { ...flags, repeat: markers.flag }, actor);
  stop.signal.throwIfAborted();
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

/** Enough for a good and a stale worker to be met: on a table of jobs they take turns, elsewhere whoever asks first takes. */
function markersFor({ system }: Stack['queue']): { flag: string; word: string } {
  return system === 'sqlite' ? { flag: '4', word: 'four' } : { flag: '8', word: 'eight' };
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
