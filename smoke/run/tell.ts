// Tells the beginning and the end of a marker's journey as events, and what holds its cleaning up.

import type { HopFact } from '../core/route.ts';
import type { Judgement } from '../core/verdict.ts';
import type { Journey } from './journey.ts';
import { maskedText } from './masked-texts.ts';
import type { Ports } from './ports.ts';
import type { SendResult } from './send.ts';

/** `file`: as the person wrote it. */
export function tellStart(file: string, journey: Journey, route: readonly HopFact[], ports: Ports): void {
  const { name, place, tags, description, times } = journey.scenario;
  const { deadline, grace, confirm, settle } = times;
  ports.emit({
    type: 'scenario.started',
    scenario: journey.id,
    name,
    file,
    line: place.line,
    tags,
    ...(description && { description }),
    marker: journey.marker.text,
    route,
    times: { deadline, grace, confirm, settle },
    host: ports.host,
  });
}

export function tellVerdict(journey: Journey, judgement: Judgement, ports: Ports): void {
  ports.emit({ type: 'verdict', scenario: journey.id, marker: journey.marker.text, ...judgement });
}

/** A record that arrived hides that its send was not answered as the scenario expects, which other runs may trip over. */
export function tellUnsureSend(sent: SendResult, journey: Journey, ports: Ports): void {
  const message = `the outcome of the send was unknown (${maskedText(sent.summary, ports.mask)}), yet the record arrived`;
  const hint = 'Where that answer is right, name it in `expect` of the step: of any other nothing is kept.';
  const told = sent.fault?.kind === 'wrong-answer' ? { message, hint } : { message };
  ports.emit({ type: 'warning', scenario: journey.id, ...told });
}

export function tellPause(journey: Journey, until: Date, ports: Ports): void {
  const message = `the cleaning waits until ${until.toISOString()}: the host asks to be left alone so long`;
  ports.emit({ type: 'warning', scenario: journey.id, message });
}
