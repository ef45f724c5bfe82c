// Reports what a validator found in a node: at the right place, with "did you mean", one problem for one mistake.

import { type Finding, findingsOf } from './issues.ts';
import type { Node, Span } from './node.ts';
import { locate, plainOf } from './plain.ts';
import { quoted, type Report, suggestion } from './problems.ts';
import type { Shape } from './shape-parts.ts';

export type Subject = {
  node: Node;
  /** Where a problem of the whole stands; default: the node's own place. */
  place?: Span;
  /** What the keys belong to, for the words of a problem: `http`. */
  name?: string;
  /** The keys that may stand at a path; asked only when one is unknown. */
  keysAt(path: readonly string[]): Promise<readonly string[]>;
  /** Keys of the language that this version does not read, at a path. */
  notYet?(path: readonly string[]): readonly string[];
  /** False where a template may stand for the value, which is then checked once it is known. */
  counts?(finding: Finding): boolean;
  /** True where no template may stand. */
  literal?: boolean;
};

const MOST_FINDINGS = 200;

/** Validates a node against one of the language's own shapes. */
export async function checkShape(shape: Shape, subject: Subject, report: Report): Promise<void> {
  const result = await shape['~standard'].validate(plainOf(subject.node));
  if (result.issues) await reportFindings(findingsOf(result.issues), subject, report);
}

export async function reportFindings(findings: readonly Finding[], subject: Subject, report: Report): Promise<void> {
  const counted = findings.filter((finding) => subject.counts?.(finding) ?? true).slice(0, MOST_FINDINGS);
  const misspelt = new Set<string>();
  for (const finding of counted) {
    if (finding.kind !== 'unknown-key') continue;
    const meant = await reportUnknownKey(finding, subject, report);
    if (meant !== undefined) misspelt.add([...finding.path.slice(0, -1), meant].join('\0'));
  }
  for (const finding of counted) {
    // A misspelt key is also a missing one: one mistake, one problem.
    if (finding.kind !== 'unknown-key' && !misspelt.has(finding.path.join('\0'))) reportOther(finding, subject, report);
  }
}

async function reportUnknownKey(
  { path }: Finding,
  { node, name, keysAt, notYet }: Subject,
  report: Report,
): Promise<string | undefined> {
  const key = path.at(-1) ?? '';
  const parent = path.slice(0, -1);
  const { key: span, parent: holder } = locate(node, path);
  const place = span ?? holder.span;
  if (notYet?.(parent).includes(key)) {
    report.problem('not-supported', `${quoted(key)} is not supported yet`, place);
    return undefined;
  }
  const within = [...(name === undefined ? [] : [name]), ...parent].filter((step) => !/^\d+$/.test(step)).at(-1);
  const known = await keysAt(parent);
  const hint = suggestion(key, known);
  report.problem(
    'unknown-key',
    `unknown key ${quoted(key)}${within === undefined ? '' : ` in ${quoted(within)}`}`,
    place,
    hint,
  );
  return known.find((word) => hint === `Did you mean \`${word}\`?`);
}

function reportOther(
  { path, kind, message }: Finding,
  { node, name, literal, place: whole }: Subject,
  report: Report,
): void {
  const { node: found, parent } = locate(node, path);
  const placeOf = (part: Node): Span => (part === node && whole ? whole : part.span);
  const key = path.findLast((step) => !/^\d+$/.test(step)) ?? name;
  const label = key === undefined ? 'the file' : quoted(key);
  const place = placeOf(found ?? parent);
  if (kind === 'missing-key') {
    report.problem('missing-key', `${label} is missing`, placeOf(parent));
  } else if (literal && found?.kind === 'scalar' && found.text.includes('${{')) {
    report.problem(
      'bad-template',
      `${label} takes no \`\${{ }}\``,
      place,
      message.startsWith('must be') ? `It ${message}.` : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    );
  } else {
    const code = /^a duration /.test(message) ? 'bad-duration' : kind;
    report.problem(code, message.startsWith('must be') ? `${label} ${message}` : `${label}: ${message}`, place);
  }
}
