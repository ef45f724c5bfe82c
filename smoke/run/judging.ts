// Puts what a journey has seen before the judge.

import type { LookAt } from '../core/answer.ts';
import { handledBy } from '../core/handled.ts';
import type { KnownSend } from '../core/outcome.ts';
import { checkReleases, type HopReleases, type ReleaseCheck } from '../core/release.ts';
import type { HopFact } from '../core/route.ts';
import { type Judgement, judgeMarker, type Watched } from '../core/verdict.ts';
import { resolve } from '../scenario/template.ts';
import type { Journey } from './journey.ts';
import { maskedText, maskTexts } from './masked-texts.ts';
import type { Ports } from './ports.ts';
import type { SendResult } from './send.ts';

export type Findings = {
  file: string;
  fate: 'stays' | 'cleaned' | 'traced';
  cleanedAt?: string | undefined;
  knownSend?: KnownSend | undefined;
  route: readonly HopFact[];
  looks: readonly LookAt[];
  /** Absent where nothing was sent (`trace`). */
  sent?: SendResult;
  releases: readonly HopReleases[];
  interrupted?: string | undefined;
  /** Destination → when its watch was over, in milliseconds after the clock started; where a route has several. */
  ended?: ReadonlyMap<string, number>;
  /** Monotonic. */
  clockStart: number;
};

export function judgeJourney(journey: Journey, findings: Findings, ports: Ports): Judgement {
  const { file, fate, cleanedAt, knownSend, route, looks, sent, releases, interrupted, ended, clockStart } = findings;
  const { deadline, grace, confirm, settle } = journey.scenario.times;
  return judgeMarker({
    scenario: journey.id,
    marker: journey.marker.text,
    file,
    fate,
    ...(cleanedAt !== undefined && { cleanedAt }),
    ...(knownSend && { knownSend }),
    route,
    looks,
    ...(journey.unkept.length > 0 && { unkept: journey.unkept }),
    ...(sent && { send: sendOf(sent, ports) }),
    times: { deadline, grace, confirm, settle },
    ...(ended && { ended }),
    copies: new Map(journey.scenario.route.map((hop) => [hop.name, hop.copies])),
    releases,
    findings: checkReleases(ruleOf(journey, ports), releases, handledBy(looks)),
    ...(interrupted && { interrupted: maskedText(interrupted, ports.mask) }),
    took: Math.round(ports.clock.now() - clockStart),
    at: ports.clock.wall().toISOString(),
  });
}

function sendOf({ outcome, summary, fault, step }: SendResult, { mask }: Ports): NonNullable<Watched['send']> {
  return { outcome, summary, ...(fault && { fault }), ...(step && { step: maskTexts(step, mask) }) };
}

/** The expected build is masked as the builds are that it is compared with. */
export function ruleOf(journey: Journey, ports: Ports): ReleaseCheck | undefined {
  const rule = journey.scenario.releases;
  if (rule === undefined) return undefined;
  const expected = rule.equals === undefined ? undefined : resolve(rule.equals, journey.scope);
  const { same, onUnknown, onSkew } = rule;
  return {
    ...(same && { same }),
    ...(expected?.ok && { equals: maskedText(String(expected.value), ports.mask) }),
    onUnknown,
    onSkew,
  };
}
