// The id of the new record in what a recording expected to see: the number is another one each time, so it is read, not expected.

import { literally } from './names.ts';
import type { Action } from './playwright-actions.ts';
import { isMapping, type Mapping, mapping, type Value } from './value.ts';

export type Kept = { actions: readonly Action[]; keep?: Value; notes: readonly string[] };

/** Only what is expected after the marker was typed can be about the new record. */
export function keptFrom(actions: readonly Action[], typedAt: number, alias: string): Kept {
  const notes: string[] = [];
  let keep: Value | undefined;
  const all = actions.flatMap((action, index): Action[] => {
    const { kind, value } = action;
    if (kind !== 'expect' || index <= typedAt || !isMapping(value)) return [action];
    const [key, shown] =
      ['has-text', 'url']
        .map((one): [string, Value | undefined] => [one, value.get(one)])
        .find(([, one]) => typeof one === 'string') ?? [];
    const id = typeof shown === 'string' ? idIn(shown) : undefined;
    if (typeof shown !== 'string' || key === undefined || id === undefined) return [action];
    if (keep === undefined && key === 'url') {
      keep = mapping({ from: 'url:', match: around(new URL(shown, 'http://x').pathname, id) });
      return [];
    }
    const locator = new Map([...value].filter(([one]) => one !== 'has-text'));
    if (keep === undefined) {
      keep = shown === id ? alias : mapping({ from: alias, match: around(shown, id) });
      return [{ kind: 'read', value: new Map<string, Value>([...locator, ['as', alias]]) }];
    }
    notes.push(`an expectation of ${JSON.stringify(shown)} is about the recorded record: only the element is expected`);
    return key === 'url' ? [] : [{ kind: 'expect', value: locator as Mapping }];
  });
  if (keep === undefined)
    notes.push(
      'the recording does not show the new record’s id: fill in keep, with a read of it or from the address (url:)',
    );
  return { actions: all, ...(keep !== undefined && { keep }), notes };
}

/** `8841`, `R-551`, a UUID: a word with a number of two digits or more in it. */
function idIn(shown: string): string | undefined {
  return shown.match(/[A-Za-z\d][\w-]*/g)?.find((word) => /\d{2}/.test(word) && !/^\d{4}-\d{2}-\d{2}$/.test(word));
}

function around(shown: string, id: string): string {
  const at = shown.indexOf(id);
  const [before, after] = [shown.slice(0, at), shown.slice(at + id.length)];
  return `${literally(before)}([\\w-]+)${literally(after)}`;
}
