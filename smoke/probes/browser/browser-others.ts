// What a page has in place of an element that is not on it: names of the same kind, for a person who mistyped one.

import { maskedLine } from '../masked-start.ts';
import { type Locating, locatorKinds } from './browser-action.ts';
import { locatorIn } from './browser-locator.ts';
import type { Visit } from './browser-visit.ts';

const mostNames = 5;
/** Characters of a name. */
const shown = 40;

/** What has a name of the kind. */
const having: Readonly<Partial<Record<(typeof locatorKinds)[number], string>>> = {
  label: 'label, [aria-label]',
  testid: '[data-testid]',
  placeholder: '[placeholder]',
  alt: '[alt]',
};
const attributes = {
  role: 'aria-label',
  label: 'aria-label',
  testid: 'data-testid',
  placeholder: 'placeholder',
  alt: 'alt',
};

/** `; it has the label "Guest", "Note"`: empty where the page has none of the kind. */
export async function othersOf(where: Partial<Locating>, { page, host }: Visit): Promise<string> {
  const kind = locatorKinds.find((one) => where[one] !== undefined);
  if (kind === undefined || !(kind in attributes)) return '';
  const { role, frame, in: within } = where;
  const what = kind === 'role' ? { role } : { css: having[kind] };
  const all = locatorIn(page, { ...what, frame, in: within });
  const attribute = attributes[kind as keyof typeof attributes];
  const found = await all
    .evaluateAll(
      (elements, name) =>
        elements.slice(0, 50).map((one) => {
          const text = one.getAttribute(name) ?? (name === 'aria-label' ? one.textContent : null);
          return (text ?? '').slice(0, 2_000);
        }),
      attribute,
    )
    .catch((): string[] => []);
  const names = found.map((name) => maskedLine(name, shown, host.mask)).filter((name) => name !== '');
  const some = [...new Set(names)].slice(0, mostNames).map((name) => `"${name}"`);
  return some.length === 0 ? '' : `; it has the ${kind === 'role' ? `role ${role}` : kind} ${some.join(', ')}`;
}
