// What happened to the marker in one field's value, or in one text in which anything may stand.

import { allowed } from './allowed.ts';
import type { Inflate } from './compressed.ts';
import { bonesIn } from './contents.ts';
import { type Difference, difference } from './difference.ts';
import { type Finding, findIn } from './find.ts';
import { squash } from './folding.ts';
import type { Allowed, Alteration, Marker, Sought } from './look.ts';
import { otherMarker } from './marker.ts';
import { markerDamage } from './marker-damage.ts';
import { sentTexts } from './sent-texts.ts';
import { type Encoding, layersOf, planFor, type Unfolded, unfold } from './unfold.ts';

export type Assessment =
  /** As it was sent, or changed only as the scenario allows. `via`: through these encodings, the outermost first; `context`: a piece of what they hold. */
  | { kind: 'intact'; via?: readonly string[]; context?: string }
  | { kind: 'altered'; how: Alteration; detail: string }
  /** Not here. `other`: a marker of another run is. */
  | { kind: 'none'; other?: string }
  | { kind: 'gave-up'; why: string };

export type AssessOptions = {
  /** The selector of the field that the text is from: it tells which of several sent texts belongs there. */
  field?: string;
  /** The exact text expected. */
  equals?: string;
  allow: readonly Allowed[];
  /** Anything may stand in the text: the marker decides, and being carried in an encoding is no change. */
  free: boolean;
  inflate: Inflate;
  /** The same text unfolded by the marker's plan, where many markers are judged on it. */
  unfolded?: Unfolded;
};

/** Judges one text. With several texts sent, the one that explains it best counts. Empty values are the caller's affair. */
export function assess(value: string, sought: Sought, options: AssessOptions): Assessment {
  return options.free && options.equals === undefined
    ? assessFree(value, sought.marker, options)
    : assessField(value, sought, options);
}

function assessFree(value: string, marker: Marker, options: AssessOptions): Assessment {
  if (value.includes(marker.text)) return { kind: 'intact' };
  const unfolded = options.unfolded ?? unfold(value, planFor(marker.text), options.inflate);
  const finding = findIn(unfolded, marker.text);
  if (finding.kind === 'found') return { kind: 'intact', via: finding.via, context: finding.context };
  return settle(damageIn(unfolded, marker, true), value, marker, options, finding);
}

function assessField(value: string, sought: Sought, options: AssessOptions): Assessment {
  const { marker } = sought;
  const { equals } = options;
  const measure = { whole: equals !== undefined };
  const targets = equals === undefined ? sentTexts(sought, options.field) : [equals];
  const differences: Difference[] = [];
  for (const target of targets) {
    const found = difference(value, target, measure);
    if (found === 'same') return { kind: 'intact' };
    if (found !== undefined) differences.push(found);
    if (allowed(value, target, measure, options.allow)) return { kind: 'intact' };
    if (equals === undefined && inJson(value, target)) return { kind: 'intact', via: ['json'] };
  }
  const plainly = differences[0];
  if (plainly !== undefined) return settle(plainly, value, marker, options);
  if (value.includes(marker.text)) return settle(beside(equals), value, marker, options);
  const unfolded = options.unfolded ?? unfold(value, planFor(marker.text), options.inflate);
  const finding = findIn(unfolded, marker.text);
  const fact = finding.kind === 'found' ? encoded(finding.via) : damageIn(unfolded, marker, false);
  if (fact === undefined && equals !== undefined && !equals.includes(marker.text)) {
    return settle({ how: 'other', detail: 'the text is not the one expected' }, value, marker, options, finding);
  }
  return settle(fact, value, marker, options, finding);
}

function beside(equals: string | undefined): Difference {
  const detail =
    equals === undefined
      ? 'the marker is here, the rest of the sent text is not as sent'
      : 'the marker is here, but the text is not the one expected';
  return { how: 'other', detail };
}

function settle(
  fact: Difference | undefined,
  value: string,
  marker: Marker,
  options: AssessOptions,
  finding?: Finding,
): Assessment {
  if (fact !== undefined) {
    return options.allow.some((one) => one === fact.how) ? { kind: 'intact' } : { kind: 'altered', ...fact };
  }
  if (finding?.kind === 'gave-up') return finding;
  const other = otherMarker(value, marker);
  return other === undefined ? { kind: 'none' } : { kind: 'none', other };
}

const escapeNames: Readonly<Partial<Record<Encoding, Alteration>>> = {
  json: 'json-escaped',
  url: 'url-escaped',
  html: 'html-escaped',
};

function encoded(via: readonly Encoding[]): Difference {
  const how = escapeNames[via[0] ?? 'base64'] ?? 're-encoded';
  return { how, detail: `the marker is here in ${via.join(', in it ')}` };
}

/** A field that holds a JSON document carries the sent text where one of the document's strings does. */
function inJson(value: string, target: string): boolean {
  const text = value.trim();
  if (!text.startsWith('{') && !text.startsWith('[')) return false;
  const wanted = squash(target);
  let found = false;
  try {
    JSON.parse(text, (_key, part: unknown) => {
      found ||= typeof part === 'string' && squash(part).includes(wanted);
      return null;
    });
  } catch {
    return false; // Not a document, so its escapes are what happened to the text.
  }
  return found;
}

/** Damage to the marker in the text or in any text written inside it; the first found is the outermost. */
export function damageIn(unfolded: Unfolded, marker: Marker, free: boolean): Difference | undefined {
  for (const layer of layersOf(unfolded)) {
    // Decoded noise may hold a short part of a marker by chance.
    const damage = markerDamage(layer.text, bonesIn(layer), marker, free || layer.depth > 0);
    if (damage !== undefined) return damage;
  }
  return undefined;
}
