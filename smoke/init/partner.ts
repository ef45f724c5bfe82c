// The destination: what its address answered when it was asked once → how its records may be read.

import { jsonPath, pathStep } from './names.ts';
import {
  expression,
  isItems,
  isMapping,
  jsonValue,
  type Mapping,
  mapping,
  type Text,
  text,
  type Value,
} from './value.ts';

export type PartnerAnswer =
  | { kind: 'answered'; status: number; type: string; body: string }
  | { kind: 'silent'; why: string };

export type PartnerLook = {
  url: string;
  records?: string;
  where?: Mapping;
  field?: string;
  /** What the scenario should say of this look. */
  remark: string;
  /** What the report should say of it, where the guess could have been better. */
  note?: string;
};

const references =
  /^(?:external|partner|channel|client|source|origin)?[-_]?(?:ref(?:erence)?|booking|order|record|reservation)?[-_]?(?:ref(?:erence)?|id|number|code)$/i;
const foreign = /ext|ref|partner|channel|source|client/i;
const notes = /(?:note|message|comment|remark|instruction|memo|description|text)s?$/i;

/** `alias`: undefined where the send keeps nothing that could stand in a `where`. */
export function partnerLook(url: string, answer: PartnerAnswer, alias: string | undefined): PartnerLook {
  if (answer.kind === 'silent') return unseen(url, `did not answer (${answer.why})`);
  if (answer.status < 200 || answer.status > 299) return unseen(url, `answered ${answer.status}`);
  const body = /json/i.test(answer.type) ? jsonValue(answer.body) : undefined;
  const list = body === undefined ? undefined : listIn(body);
  if (list === undefined) return { url, remark: `The whole answer is searched for the marker. ${narrow}` };
  const [first] = list.items;
  if (first === undefined)
    return {
      url,
      records: list.path,
      remark: `This list was empty when the file was written, so how its records look is not known, and each is searched for the marker. ${narrow}`,
      note: `the partner’s list was empty, so \`where\` and \`field\` are not guessed. Put a record there as a user would, and ${again}`,
    };
  if (!isMapping(first))
    return { url, records: list.path, remark: `Each record is searched for the marker. ${narrow}` };
  const keys = [...first.keys()];
  const reference = keys.find((key) => references.test(key) && foreign.test(key));
  const field = keys.find((key) => notes.test(key) && typeof first.get(key) === 'string');
  if (reference === undefined || field === undefined || alias === undefined)
    return { url, records: list.path, remark: `Each record is searched for the marker. ${narrow}` };
  return {
    url,
    records: list.path,
    where: new Map<string, Value>([[`$${pathStep(reference)}`, text(expression(alias))]]),
    field: `$${pathStep(field)}`,
    remark: `Guessed from what this address showed: does \`${reference}\` hold the ${alias}'s id, and \`${field}\` the text?`,
  };
}

/** A partner that showed no record. `did`: in the past. */
function unseen(url: string, did: string): PartnerLook {
  return {
    url,
    remark: `It ${did} when this file was written, so the whole answer is searched for the marker. ${narrow}`,
    note: `the partner ${did}, so \`records\`, \`where\` and \`field\` are not guessed. When it answers, ${again}`,
  };
}

const again = 'call init again with --force; or write them yourself';
const narrow =
  'Add `where` (which record is ours) and `field` (where the marker must be), so that a text that is gone is told from a record that is gone.';

/** The first list of records of an answer, not more than two levels down. */
function listIn(body: Value): { path: string; items: readonly Value[] } | undefined {
  const lists: { steps: string[]; items: readonly Value[] }[] = [];
  const walk = (value: Value, steps: string[]): void => {
    if (isItems(value)) lists.push({ steps, items: value });
    else if (isMapping(value) && steps.length < 3) for (const [key, item] of value) walk(item, [...steps, key]);
  };
  walk(body, []);
  const best = lists.find(({ items }) => isMapping(items[0])) ?? lists.find(({ items }) => items.length === 0);
  return best === undefined ? undefined : { path: `${jsonPath(best.steps)}[*]`, items: best.items };
}

export function partnerOptions(url: Text, { records, where, field }: PartnerLook): Mapping {
  return mapping({ url, records, where, field });
}
