// Judges one picked record: what its field, or the whole of it, says of the marker.

import { type Assessment, type AssessOptions, assess } from './assess.ts';
import type { Inflate } from './compressed.ts';
import { contentsOf, select, unfoldedOf } from './contents.ts';
import { truncated } from './difference.ts';
import { evidenceOf, type Shown } from './evidence.ts';
import { squash } from './folding.ts';
import type { Alteration, Candidate, Evidence, Fault, Selection, Sought } from './look.ts';
import { otherMarker } from './marker.ts';
import { textsElsewhere } from './sent-texts.ts';

/** `mask` hides secrets in an excerpt before it is cut; without it, excerpts must be masked later. */
export type Tools = { inflate: Inflate; mask?: (text: string) => string };

export type Copy =
  | { kind: 'intact' | 'reference'; evidence: Evidence; via?: readonly string[] }
  | { kind: 'altered'; how: Alteration; detail: string; evidence: Evidence }
  | ({ kind: 'stripped'; evidence: Evidence } & Lack)
  /** `echo`: it holds the marker, and may only repeat the question. */
  | { kind: 'blind'; fault: Fault; echo?: true };

/** See `Look`. */
type Lack = { detail: string; other?: string; holds?: 'other text' };

type Judging = { candidate: Candidate; selection: Selection; sought: Sought; tools: Tools };

export function judgeRecord(candidate: Candidate, selection: Selection, sought: Sought, tools: Tools): Copy {
  const judging = { candidate, selection, sought, tools };
  const copy = selection.field === undefined ? wholeRecord(judging) : fieldOf(judging, selection.field);
  if (!selection.reference || copy.kind === 'intact') return copy;
  return { kind: 'reference', evidence: evidence(judging, { text: contentsOf(candidate).text }) };
}

function fieldOf(judging: Judging, field: string): Copy {
  const { candidate, selection, sought, tools } = judging;
  const picked = select(candidate, field);
  if (!picked.fits) {
    const message = `\`field\` selector ${field} does not fit ${candidate.source}: ${picked.why}`;
    return { kind: 'blind', fault: { kind: 'selector', message } };
  }
  const values = picked.values.filter((value) => value.trim() !== '');
  const options = { ...limits(selection), field, free: false, inflate: tools.inflate };
  const results = values.map((value) => ({ value, result: assess(value, sought, options) }));
  const best = bestOf(results.map((one) => one.result));
  const together = best?.kind === 'intact' ? undefined : joined(values, sought, options);
  if (together !== undefined) return copyOf(judging, { kind: 'intact' }, { text: together, field });
  const value = results.find((one) => one.result === best)?.value ?? '';
  if (best !== undefined && best.kind !== 'none') return copyOf(judging, best, { text: value, field });
  return elsewhere(judging, field, picked.values) ?? stripped(judging, field, picked.values, best);
}

/** A text may be kept in pieces, a line or a paragraph each: together they are as sent where white space alone parts them. */
function joined(values: readonly string[], sought: Sought, options: AssessOptions): string | undefined {
  if (values.length < 2) return undefined;
  const all = [' ', '\n'].map((between) => values.join(between));
  return all.find((text) => assess(text, sought, options).kind === 'intact');
}

/** The field lacks the marker; if the record has it in another place, it was moved. What was sent in another field belongs there, and so does a name with the marker in it that picks the record. */
function elsewhere(judging: Judging, field: string, values: readonly string[]): Copy | undefined {
  const { candidate, selection, sought, tools } = judging;
  const { text, leaves } = contentsOf(candidate);
  const names = [...Object.values(selection.where ?? {}), ...sought.aliases.values()];
  const others = textsElsewhere(sought, field);
  const holding = leaves.filter((one) => one.text.includes(sought.marker.text) && !values.includes(one.text));
  const leaf = holding.find((one) => !names.includes(one.text.trim()) && !others.has(squash(one.text)));
  const inPlace = names.some((name) => name.includes(sought.marker.text)) || holding.length > 0;
  if (leaf === undefined && inPlace) return undefined;
  const found: Assessment = leaf === undefined ? assessWhole(judging) : { kind: 'intact' };
  if (found.kind === 'gave-up') return copyOf(judging, found, { text, field });
  if (found.kind === 'none') return undefined;
  const shown = { text: leaf?.text ?? text, field };
  if (leaf !== undefined && selection.allow.includes('moved')) {
    return copyOf(
      judging,
      assess(leaf.text, sought, { ...limits(selection), field, free: false, inflate: tools.inflate }),
      shown,
    );
  }
  const how = found.kind === 'altered' ? `, ${found.detail}` : '';
  const via = found.kind === 'intact' && found.via !== undefined ? `, in ${found.via.join(', in it ')}` : '';
  const detail = `${fieldState(values)}; the marker is at ${leaf?.path ?? 'another place of the record'}${via}${how}`;
  return { kind: 'altered', how: 'moved', detail, evidence: evidence(judging, shown) };
}

function stripped(judging: Judging, field: string, values: readonly string[], result?: Assessment): Copy {
  const { candidate, sought } = judging;
  const { text } = contentsOf(candidate);
  const other = (result?.kind === 'none' ? result.other : undefined) ?? otherMarker(text, sought.marker);
  const value = values.find((one) => one.trim() !== '');
  const shown = { text: value ?? text, field };
  const said: Lack = { ...withOther(fieldState(values), other), ...(value !== undefined && { holds: 'other text' }) };
  return { kind: 'stripped', ...said, evidence: evidence(judging, shown) };
}

function fieldState(values: readonly string[]): string {
  if (values.length === 0) return 'the field is missing';
  return values.every((value) => value.trim() === '') ? 'the field is empty' : 'the field holds other text';
}

function wholeRecord(judging: Judging): Copy {
  const { candidate, selection, sought, tools } = judging;
  const { text, leaves } = contentsOf(candidate);
  if (selection.equals !== undefined) {
    const result = assess(text, sought, { ...limits(selection), free: false, inflate: tools.inflate });
    if (result.kind !== 'none') return copyOf(judging, result, { text });
  }
  const result = assessWhole(judging);
  if (result.kind !== 'none') return copyOf(judging, result, { text });
  for (const leaf of leaves) {
    const cut = sought.sent.map((one) => (one.document ? undefined : truncated(squash(leaf.text), squash(one.text))));
    const first = cut.find((one) => one !== undefined);
    if (first === undefined) continue;
    const found = assess(leaf.text, sought, { ...limits(selection), free: false, inflate: tools.inflate });
    const named = found.kind === 'altered' ? { ...found, detail: `${found.detail} (at ${leaf.path})` } : found;
    return copyOf(judging, named, { text: leaf.text });
  }
  const said = withOther('the record is here without the marker', otherMarker(text, sought.marker));
  // Without `field`, nothing tells an empty one from somebody else's text.
  return { kind: 'stripped', ...said, holds: 'other text', evidence: evidence(judging, { text }) };
}

/** The marker anywhere in the record: its text, and what is decoded in its leaves. */
function assessWhole({ candidate, selection, sought, tools }: Judging): Assessment {
  const { leaves } = contentsOf(candidate);
  if (leaves.some((leaf) => leaf.text.includes(sought.marker.text))) return { kind: 'intact' };
  const options = { allow: selection.allow, free: true, inflate: tools.inflate };
  const results = unfoldedOf(candidate, sought.marker, tools.inflate).map((unfolded) =>
    assess(unfolded.layers[0]?.text ?? '', sought, { ...options, unfolded }),
  );
  return bestOf(results) ?? { kind: 'none' };
}

/** Intact before altered before a search that gave up before nothing; of altered ones the first. */
function bestOf(results: readonly Assessment[]): Assessment | undefined {
  const order = ['intact', 'altered', 'gave-up', 'none'] as const;
  return order.map((kind) => results.find((one) => one.kind === kind)).find((one) => one !== undefined);
}

function copyOf(judging: Judging, result: Assessment, shown: Shown): Copy {
  switch (result.kind) {
    case 'intact': {
      const { via, context } = result;
      const seen = evidence(judging, context === undefined ? shown : { ...shown, text: context });
      return via === undefined ? { kind: 'intact', evidence: seen } : { kind: 'intact', via, evidence: seen };
    }
    case 'altered':
      return { ...result, evidence: evidence(judging, shown) };
    case 'gave-up':
      return {
        kind: 'blind',
        fault: { kind: 'gave-up', message: `The search for the marker gave up: ${result.why}.` },
      };
    case 'none':
      return {
        kind: 'stripped',
        ...withOther('the marker is not here', result.other),
        evidence: evidence(judging, shown),
      };
  }
}

function withOther(detail: string, other: string | undefined): Lack {
  return other === undefined ? { detail } : { detail: `${detail}; another run's marker is here: ${other}`, other };
}

function limits(selection: Selection): { allow: Selection['allow']; equals?: string } {
  return selection.equals === undefined
    ? { allow: selection.allow }
    : { allow: selection.allow, equals: selection.equals };
}

function evidence({ candidate, selection, sought, tools }: Judging, shown: Shown): Evidence {
  return evidenceOf(candidate, selection, sought, shown, tools.mask ?? ((text) => text));
}
