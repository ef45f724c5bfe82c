// Masks and bounds the texts of a look or a step before the core makes sentences of them: it cuts what it is given.

import { plainCopy } from './plain-copy.ts';
import type { Mask } from './redact.ts';

/** Characters of one text, once it is masked. */
const longestText = 1_000;

/** Words of the contract and the names of hops: compared, never shown on their own. */
const names: ReadonlySet<string> = new Set(['kind', 'how', 'outcome', 'hop', 'via', 'missing']);

/** A copy with every text in it masked and cut. Values that are compared later must all have come this way. */
export function maskTexts<T extends object>(value: T, mask: Mask['mask']): T {
  const text = (plain: string, key: string): string => (names.has(key) ? plain : maskedText(plain, mask));
  return plainCopy(value, { text, key: (key) => key }) as T;
}

export function maskedText(plain: string, mask: Mask['mask']): string {
  const masked = mask(plain);
  return masked.length <= longestText ? masked : `${masked.slice(0, longestText - 1).toWellFormed()}…`;
}
