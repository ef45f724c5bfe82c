// run --step: asks before each step of the send goes, after each round of looks, and before the clean steps.

import { stringify } from 'yaml';
import type { Settings } from '../config/settings.ts';
import type { LookAt } from '../core/answer.ts';
import { emptyHanded } from '../core/wording.ts';
import { maskedStart } from '../probes/masked-start.ts';
import { Stopped } from '../run/finish.ts';
import { plainCopy } from '../run/plain-copy.ts';
import type { Seen, Witness } from '../run/witness.ts';
import type { Hop } from '../scenario/model.ts';
import { realClock } from './clock.ts';
import { lookReport } from './look-report.ts';
import { printLook } from './look-text.ts';
import { type PausableClock, pausable } from './pausable-clock.ts';
import { pageFor } from './rows.ts';
import { type Input, UsageError, type World } from './world.ts';

/** What the signal Ctrl-C does, by an answer. */
const byAnswer = (): Stopped => new Stopped('SIGINT', 'stopped by you');

export type Stepping = { witness: Witness; clock: PausableClock };

const valueShown = 2_000;

/** The terminal on which questions can be asked. */
function terminalOf({ stdin, stdout }: World): Input {
  if (stdin?.tty === true && stdout.tty) return stdin;
  throw new UsageError(
    '--step asks questions, and needs a terminal for them; nothing was sent',
    'Leave it out in a pipe or a pipeline; smoketrail look shows one hop at a time there.',
  );
}

export function startStepping(
  world: World,
  settings: Settings,
  mask: (text: string) => string,
  stop: AbortController,
): Stepping {
  const input = terminalOf(world);
  const clock = pausable(realClock);
  const page = pageFor(world, settings.color);
  const seen = new Map<string, { hop: Hop; seen: Seen }>();
  const short = (text: string): string => maskedStart(text, valueShown, mask);

  /** The answer in lower case; empty for Enter, and for a terminal that closed or a signal that came. */
  async function ask(question: string): Promise<string> {
    return clock.pausedWhile(async () => {
      // What reporters still have to say stands above the question.
      await realClock.wait(0);
      world.stdout.write(`${question} `);
      const line = await input.line(stop.signal);
      if (line === undefined) {
        world.stdout.write('\n');
        if (!stop.signal.aborted) stop.abort(byAnswer());
      }
      return line?.trim().toLowerCase() ?? '';
    });
  }

  /** Asks until one of these is the answer: what nobody meant must neither send nor delete. Empty is Enter. */
  async function choose<A extends string>(question: string, answers: readonly A[]): Promise<A> {
    for (;;) {
      const given = await ask(question);
      const answer = answers.find((one) => one === given);
      if (answer !== undefined) return answer;
      if (stop.signal.aborted) return answers[0] as A;
      page.line(`${short(JSON.stringify(given))} is no answer here`);
    }
  }

  function showLook(name: string): void {
    const one = seen.get(name);
    if (one === undefined) {
      page.line(`${name} has not been looked at`);
      return;
    }
    const { hop } = one;
    const { file } = hop.place;
    const untried = { keys: [], unknown: [] };
    const facts = { hop, file, sent: true, untried, seen: one.seen, full: false, warnings: [], mask };
    printLook(lookReport(facts), page, false);
  }

  return {
    clock,
    witness: {
      looked: (hop, one) => void seen.set(hop.name, { hop, seen: one }),
      async beforeSend(step, options) {
        page.line(`› ${step.title}`);
        for (const [name, value] of Object.entries(options as object)) {
          const told = plainCopy(value, { text: short, key: (key) => key });
          for (const [index, line] of linesOf(told).entries()) page.labelled(index === 0 ? name : '', line);
        }
        if ((await choose('Enter sends it, q stops:', ['', 'q'])) === 'q') stop.abort(byAnswer());
      },
      async afterRound(looks) {
        for (;;) {
          page.table(looks.map((at, index) => [String(index + 1), at.hop, saidOf(at)]));
          const answer = await ask('r looks again, a number shows that look, c goes on to the verdict, q stops:');
          if (stop.signal.aborted || answer === 'c') return 'on';
          if (answer === 'r' || answer === '') return 'again';
          if (answer === 'q') stop.abort(byAnswer());
          if (stop.signal.aborted) return 'on';
          const chosen = looks[Number(answer) - 1];
          if (chosen !== undefined) showLook(chosen.hop);
          else page.line(`${short(JSON.stringify(answer))} is neither r, c or q nor the number of a look`);
        }
      },
      async beforeClean(headline) {
        if (stop.signal.aborted) return 'clean';
        page.line(short(headline));
        return (await choose('Enter cleans up, k keeps the record:', ['', 'k'])) === 'k' ? 'keep' : 'clean';
      },
    },
  };
}

/** A list of actions one a line, as the scenario has them; any other value in one. */
function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const isActions = Array.isArray(value) && value.some((one) => typeof one === 'object' && one !== null);
  return isActions ? value.map(actionText) : [JSON.stringify(value)];
}

/** `fill: { label: Note, value: Late }`. */
function actionText(action: unknown): string {
  const [key, ...others] = Object.keys(Object(action));
  if (key === undefined || others.length > 0 || Array.isArray(action)) return inFlow(action);
  return `${key}: ${inFlow(Object(action)[key])}`;
}

function inFlow(value: unknown): string {
  const oneLine = { lineWidth: 0, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY };
  const texts = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } as const;
  return stringify(value, { collectionStyle: 'flow', ...oneLine, ...texts }).trimEnd();
}

function saidOf({ look }: LookAt): string {
  if (look.kind === 'intact' || look.kind === 'reference') return `✓ ${look.kind}, ${look.evidence.source}`;
  if (look.kind === 'stripped' || look.kind === 'altered')
    return `✗ ${look.kind}, ${look.evidence.source}: ${look.detail ?? ''}`;
  return look.kind === 'blind' ? `? blind: ${look.fault.message}` : `· ${look.kind}: ${emptyHanded(look)}`;
}
