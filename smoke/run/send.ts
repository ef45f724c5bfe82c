// Sends the marked record: the steps in order, each needed by the next.

import type { Fault } from '../core/look.ts';
import type { SentStep } from '../core/outcome.ts';
import { systemAsked } from './asked-system.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';
import type { Stepper } from './steps.ts';

export type SendResult = {
  outcome: 'done' | 'refused' | 'unknown';
  summary: string;
  fault?: Fault;
  /** The step at which the send ended, where it was not done. */
  step?: SentStep;
  /** An answer said that it made a new record. */
  isNew?: boolean;
  /** True where an earlier step may have left something behind. */
  created: boolean;
};

/**
 * Runs the send steps. `onLeaving` is called before anything of a step leaves, and `onLastStep` as the last one starts,
 * which is when the clock of the deadline does; neither where the send ends before that.
 * A refused step ends the send, since the steps after it rely on it; an unknown one too, but the trace goes on.
 */
export async function send(
  journey: Journey,
  stepper: Stepper,
  ports: Ports,
  signal: AbortSignal,
  onLeaving: () => void,
  onLastStep: () => void,
): Promise<SendResult> {
  const { send: steps } = journey.scenario;
  let created = false;
  let markerLeft = false;
  let isNew = false;
  let summary = '';
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    let left = false;
    const result = await stepper.run(step, 'send', journey, signal, {
      leaving: () => {
        left = true;
        onLeaving();
      },
      started: last ? onLastStep : undefined,
    });
    summary = result.summary;
    if (result.outcome === 'done') {
      created = true;
      isNew ||= result.created === true;
      markerLeft ||= journey.sent.length > 0;
      continue;
    }
    if (!last) {
      ports.emit({ type: 'warning', scenario: journey.id, message: `the steps after ${step.title} were not sent` });
    }
    // A step that could not be tried is nobody's refusal: a marker that left in an earlier one may arrive all the same.
    const skipped = markerLeft ? 'unknown' : 'refused';
    const outcome = result.outcome === 'skipped' ? skipped : result.outcome;
    return {
      outcome,
      summary,
      // What never left was refused by no system.
      step: { title: step.title, number: index + 1, of: steps.length, ...(left ? systemAsked(step, journey) : {}) },
      created: created || outcome === 'unknown',
      ...(result.fault && { fault: result.fault }),
    };
  }
  return { outcome: 'done', summary, created, isNew };
}
