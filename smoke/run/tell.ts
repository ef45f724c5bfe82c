// Tells the beginning and the end of a marker's journey as events, and what holds its cleaning up.

import type { HopFact } from '../core/route.ts';
import type { Judgement } from '../core/verdict.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';

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

export function tellPause(journey: Journey, until: Date, ports: Ports): void {
  const message = `the cleaning waits until ${until.toISOString()}: the host asks to be left alone so long`;
  ports.emit({ type: 'warning', scenario: journey.id, message });
}
