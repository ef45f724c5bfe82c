// A locator of Playwright's code as a locator of the scenario language.

import type { Arg, Part } from './playwright-read.ts';
import { type Mapping, mapping, type Value } from './value.ts';

/** Undefined where the scenario language has no words for it. */
export function locatorOf(parts: readonly Part[]): Mapping | undefined {
  let frames: string[] = [];
  const found: Map<string, Value>[] = [];
  for (const { name, args } of parts) {
    const last = found.at(-1);
    const kind = kindOf(name, args);
    if (kind !== undefined) found.push(new Map(kind));
    else if (name === 'frameLocator' && typeof args[0] === 'string' && last === undefined) frames.push(args[0]);
    else if (name === 'contentFrame' && typeof last?.get('css') === 'string') {
      frames = [...frames, String(last.get('css'))];
      found.pop();
    } else if (last === undefined) return undefined;
    else if (name === 'first') last.set('nth', 1);
    else if (name === 'last') last.set('nth', -1);
    else if (name === 'nth' && typeof args[0] === 'number') last.set('nth', args[0] < 0 ? args[0] : args[0] + 1);
    else if (name === 'filter' && hasText(args[0]) !== undefined) last.set('has-text', hasText(args[0]) ?? '');
    else return undefined;
  }
  const [outer, inner, ...more] = found;
  if (outer === undefined || more.length > 0) return undefined;
  const own = inner ?? outer;
  if (inner !== undefined) own.set('in', outer);
  if (frames.length > 0) own.set('frame', frames.length === 1 ? (frames[0] ?? '') : frames);
  return own;
}

function hasText(arg: Arg): string | undefined {
  const text = optionOf(arg, 'hasText');
  return typeof text === 'string' ? text : undefined;
}

export function optionOf(arg: Arg | undefined, key: string): Arg {
  return typeof arg === 'object' && arg !== null && Object.hasOwn(arg, key)
    ? (arg as { [key: string]: Arg })[key]
    : undefined;
}

function kindOf(name: string, [first, second]: readonly Arg[]): Mapping | undefined {
  if (typeof first !== 'string') return undefined;
  const exact = optionOf(second, 'exact') === true ? true : undefined;
  switch (name) {
    case 'getByRole': {
      const own = optionOf(second, 'name');
      // A pattern, or an option like `checked`, would be lost.
      const known =
        typeof second === 'object' && second !== null
          ? Object.keys(second).every((key) => key === 'name' || key === 'exact')
          : true;
      if (!known || (own !== undefined && typeof own !== 'string')) return undefined;
      return mapping({ role: first, name: own, exact });
    }
    case 'getByLabel':
      return mapping({ label: first, exact });
    case 'getByText':
      return mapping({ text: first, exact });
    case 'getByPlaceholder':
      return mapping({ placeholder: first, exact });
    case 'getByAltText':
      return mapping({ alt: first, exact });
    case 'getByTestId':
      return mapping({ testid: first });
    case 'getByTitle':
      return mapping({ css: `[title="${first.replaceAll(/["\\]/g, '\\$&')}"]` });
    case 'locator':
      return /^(?:xpath=|\/\/|\.\.|text=|role=|internal:|_)|>>/.test(first)
        ? undefined
        : mapping({ css: first.replace(/^css=/, '') });
    default:
      return undefined;
  }
}

/** What a person calls the element: for the choice of the free text and the names of secrets. */
export function calledOf(locator: Mapping): string {
  const name = ['name', 'label', 'placeholder', 'testid', 'css', 'alt', 'text']
    .map((key) => locator.get(key))
    .find((one) => typeof one === 'string');
  return typeof name === 'string' ? name : '';
}
