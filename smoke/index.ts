// The public API: what third parties need to write a reporter, a probe, a step or a reader of recorded runs.

export { visible, visibleJson, visibleLines } from './core/escape.ts';
export type { Body, Phase, RunEvent, Stamp } from './core/events.ts';
export type {
  Allowed,
  Alteration,
  Candidate,
  Cost,
  Evidence,
  Fault,
  FaultKind,
  Look,
  LookKind,
  Marker,
  Picked,
  Reading,
  Selection,
  SentText,
  Sought,
  Split,
  WorseCopy,
} from './core/look.ts';
export { createRecord, fold, type RunRecord, type ScenarioRecord } from './core/record.ts';
export type { HopReleases, Instance, ReleaseFindings, Skew } from './core/release.ts';
export type { HopFact } from './core/route.ts';
export type { Answer, Suspect, Trail } from './core/trail.ts';
export type { VerdictName } from './core/verdict.ts';
export {
  type As,
  Blind,
  type BlindMore,
  type BrowserSettings,
  type Clock,
  type Cookies,
  type FireContext,
  type Host,
  type Owner,
  type Plugin,
  type Probe,
  type RawAnswer,
  type ReadContext,
  type Sent,
  type StoredCookie,
  type Trigger,
} from './probes/plugin.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './probes/standard-schema.ts';
export type { Output, Reporter, ReporterFactory, ReporterOptions } from './reporter.ts';
export { type DocumentInput, documentCandidate } from './select/document.ts';
export { type LineInput, lineCandidate } from './select/line.ts';
export { type Cell, type RowInput, rowCandidate, rowCandidates } from './select/row.ts';
