// A locator of a scenario as one of Playwright's, and in the reader's words.

import type { FrameLocator, Locator, Page } from 'playwright';
import { maskedLine } from '../masked-start.ts';
import { type Locating, locatorKinds } from './browser-action.ts';

type Root = Page | FrameLocator | Locator;
type Role = Parameters<Page['getByRole']>[0];

/** `what` names exactly one kind. */
export function locatorIn(page: Page, what: Locating): Locator {
  const frames = [what.frame ?? what.in?.frame ?? []].flat();
  const root = frames.reduce<Page | FrameLocator>((inner, css) => inner.frameLocator(css), page);
  const within: Root = what.in === undefined ? root : narrowed(found(root, what.in), what.in);
  return narrowed(found(within, what), what);
}

function found(root: Root, what: Locating): Locator {
  const how = what.exact === undefined ? {} : { exact: what.exact };
  const { role, name, label, text, testid, css, placeholder, alt } = what;
  if (role !== undefined)
    return root.getByRole(role as Role, { ...how, ...(name !== undefined && { name: String(name) }) });
  if (label !== undefined) return root.getByLabel(String(label), how);
  if (text !== undefined) return root.getByText(String(text), how);
  if (testid !== undefined) return root.getByTestId(String(testid));
  if (placeholder !== undefined) return root.getByPlaceholder(String(placeholder), how);
  if (alt !== undefined) return root.getByAltText(String(alt), how);
  return root.locator(`css=${css ?? '*'}`);
}

function narrowed(all: Locator, { 'has-text': hasText, nth }: Locating): Locator {
  const holding = hasText === undefined ? all : all.filter({ hasText: String(hasText) });
  if (nth === undefined) return holding;
  return holding.nth(nth > 0 ? nth - 1 : nth);
}

export function isLocating(what: Partial<Locating>): boolean {
  return locatorKinds.some((kind) => what[kind] !== undefined);
}

/** `role button "Book"`, `testid booking-note`, masked. */
export function wordsOf(what: Partial<Locating>, mask: (text: string) => string): string {
  const kind = locatorKinds.find((one) => what[one] !== undefined) ?? 'css';
  const own =
    kind === 'role' && what.name !== undefined ? `role ${what.role} "${what.name}"` : `${kind} ${what[kind] ?? '*'}`;
  const holding = what['has-text'] === undefined ? '' : ` with "${what['has-text']}"`;
  const which = what.nth === undefined ? '' : ` number ${what.nth}`;
  const within = what.in === undefined ? '' : ` in ${wordsOf(what.in, (text) => text)}`;
  return maskedLine(`${own}${holding}${which}${within}`, 160, mask);
}
