// XML or HTML as the body of a candidate: CSS finds elements in it, `sel@attr` attributes.

import type { ChildNode, Document, Element } from 'domhandler';
import type { Beside } from '../core/look.ts';
import type { As } from '../probes/plugin.ts';
import { type Body, type Found, type Leaf, type Part, textBody } from './candidate.ts';
import { attributeOf, localName, type Markup, parseMarkup } from './markup.ts';

/** `unseen`: CSS of elements that selectors find, and whose texts count for nothing else. @throws Blind, as `parseMarkup` does. */
export async function markupBody(text: string, format: Extract<As, 'xml' | 'html'>, unseen?: string): Promise<Body> {
  const parsed = await parseMarkup(text, format);
  const markup = unseen === undefined ? parsed : { ...parsed, unseen: new Set(parsed.query(unseen, parsed.document)) };
  const body = elementBody(markup, markup.document, text);
  if (!markup.xml) return body;
  return {
    ...body,
    misfit: () => errorIn(markup),
    around: (kind, selector) => (kind === 'name' ? besideRecords(markup, selector) : []),
  };
}

/**
 * What a reader sees of an HTML text: no tags, no scripts, and by itself what elements hide (style sheets are not read).
 * `hides`: which others are left out, asked of each in the order of the text.
 * @throws Blind at the caps of `parseMarkup`.
 */
export async function readableText(
  html: string,
  hides?: (name: string, attributes: Readonly<Record<string, string>>) => boolean,
): Promise<{ shown: string; hidden: string }> {
  const { document } = await parseMarkup(html, 'html');
  const hidden: string[] = [];
  const hide = (element: Element): boolean => {
    if (!isHidden(element) && hides?.(element.name, element.attribs) !== true) return false;
    hidden.push(textOf(element, false));
    return true;
  };
  const shown = document.children.map((child) => textOf(child, false, hide)).join('');
  return { shown, hidden: hidden.join('\n') };
}

function isHidden(element: Element): boolean {
  const style = stylesOf(element);
  const is = (name: string, value: RegExp): boolean => value.test(style.get(name) ?? '');
  return (
    Object.hasOwn(element.attribs, 'hidden') ||
    is('display', /^none\b/) ||
    is('visibility', /^(?:hidden|collapse)\b/) ||
    is('opacity', nothing) ||
    (is('overflow', /^hidden\b/) && (is('height', nothing) || is('max-height', nothing))) ||
    // A frame around texts that say their own size often has none, against gaps.
    (is('font-size', nothing) && !sizesText(element))
  );
}

const nothing = /^(?:0+|0*\.0+)(?:[a-z]+|%)?(?:\s*!important)?$/;

/** What the element's own `style` says, in lower case; the last word on a property counts. */
function stylesOf({ attribs }: Element): ReadonlyMap<string, string> {
  const pairs = (attribs['style'] ?? '').split(';').map((one) => one.toLowerCase().split(':'));
  return new Map(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
}

function sizesText({ children }: Element): boolean {
  return children.some((one) => isElement(one) && (stylesOf(one).has('font-size') || sizesText(one)));
}

type Page = Markup & { unseen?: ReadonlySet<Element> };

/** `text` without the elements that do not count; it begins where `root` does. */
function seenText(markup: Page, root: Element | Document, text: string): string {
  const from = root.startIndex ?? 0;
  let seen = '';
  let at = 0;
  for (const element of markup.unseen ?? []) {
    const start = (element.startIndex ?? 0) - from;
    // Only what stands within the root, and nothing twice.
    if (start < at || start >= text.length) continue;
    seen += text.slice(at, start);
    at = endOf(markup, element) - from;
  }
  return seen + text.slice(at);
}

/** What an error document says: a SOAP fault, or the errors that stand in place of the records. */
function errorIn({ document, text }: Markup): string | undefined {
  const named = (parent: Element | Document, ...names: readonly string[]): readonly Element[] =>
    parent.children.filter(isElement).filter(({ name }) => names.includes(localName(name)));
  const root = document.children.find(isElement);
  if (root === undefined) return undefined;
  const bodies = localName(root.name) === 'Envelope' ? named(root, 'Body') : [];
  const payloads = [root, ...bodies.flatMap((body) => body.children.filter(isElement))];
  const faults = payloads.filter(({ name }) => ['Fault', 'Error', 'Errors'].includes(localName(name)));
  const errors = payloads.flatMap((payload) => named(payload, 'Error', 'Errors'));
  const error = [...faults, ...errors].find((one) => one.children.some(isElement) || said(one) !== '');
  if (error === undefined) return undefined;
  const shown = said(error) || text.slice(error.startIndex ?? 0, (error.endIndex ?? 0) + 1);
  // Far beyond what is shown: whoever shows it masks it first and cuts it second.
  return `the answer is an error: ${shown.slice(0, 20_000)}`;
}

/** The attributes of the root and of what holds the records, and the plain elements in these. */
function* besideRecords(markup: Markup, selector: string): Iterable<Beside> {
  const found = elementsOf(markup, markup.document, selector);
  const records = new Set(typeof found === 'string' ? [] : found);
  const root = markup.document.children.find(isElement);
  const holders = new Set([root, ...[...records].map(({ parent }) => parent)]);
  for (const holder of holders) {
    if (holder?.type !== 'tag' || records.has(holder)) continue;
    const beside = (name: string, text: string): Beside => ({ path: [localName(name)], text, list: true });
    for (const [name, text] of Object.entries(holder.attribs)) yield beside(name, text);
    const plain = (one: Element): boolean => !records.has(one) && !one.children.some(isElement);
    for (const one of holder.children.filter(isElement).filter(plain)) yield beside(one.name, textOf(one, true));
  }
}

/** The text and, where errors are told by attributes alone, those of the element itself. */
function said(element: Element): string {
  const text = textOf(element, true).replace(/\s+/g, ' ').trim();
  return text || Object.values(element.attribs).join(' ').trim();
}

function elementBody(markup: Page, root: Element | Document, text: string): Body {
  return {
    text: () => seenText(markup, root, text),
    leaves: () => markupLeaves(root, '', markup.unseen),
    find(kind, selector) {
      if (kind === 'name') return findElements(markup, root, selector);
      const format = markup.xml ? 'XML' : 'HTML';
      return {
        fits: false,
        why: `"${selector}" is JSONPath, but this is ${format}: use a CSS selector, as in BookingNote`,
      };
    },
  };
}

function findElements(markup: Page, root: Element | Document, selector: string): Found {
  const split = /^(.*)@([\w:.-]+)$/s.exec(selector);
  const css = (split?.[1] ?? selector).trim();
  const attribute = split?.[2];
  const elements = elementsOf(markup, root, css);
  if (typeof elements === 'string') {
    const hint = css.includes(':') ? '; leave a namespace prefix out' : '';
    return { fits: false, why: `"${selector}" is not a CSS selector: ${elements}${hint}` };
  }
  if (attribute === undefined) return { fits: true, parts: elements.map((element) => part(markup, element)) };
  const name = markup.xml ? attribute : attribute.toLowerCase();
  const values = elements.flatMap((element) => attributeOf(element, name)?.trim() ?? []);
  return { fits: true, parts: values.map((value) => ({ value, body: () => textBody(value) })) };
}

/** The elements, or what is wrong with the selector. `@id` alone is the record's own attribute. */
function elementsOf(markup: Markup, root: Element | Document, css: string): readonly Element[] | string {
  if (css === '') return isElement(root) ? [root] : root.children.filter(isElement);
  try {
    return markup.query(css, root);
  } catch (error) {
    return (error as Error).message;
  }
}

function part(markup: Page, element: Element): Part {
  return {
    value: textOf(element, true).trim() || (markup.xml ? '' : inputOf(element)),
    body: () => {
      return elementBody(markup, element, markup.text.slice(element.startIndex ?? 0, endOf(markup, element)));
    },
  };
}

/** What a reader sees in a field of a form. */
function inputOf({ name, attribs }: Element): string {
  return ['input', 'textarea', 'select'].includes(name) ? (attribs['value'] ?? '').trim() : '';
}

/** Where a node's source ends. HTML may leave an end tag out; then the parser's index runs into the next tag. */
function endOf(markup: Markup, node: ChildNode): number {
  const end = (node.endIndex ?? markup.text.length - 1) + 1;
  const last = isElement(node) ? node.children.at(-1) : undefined;
  if (last === undefined || !isElement(node)) return end;
  const closing = markup.text.lastIndexOf('<', end - 1);
  const closed = markup.text.startsWith(`</${node.name}`, closing);
  const closedInAnyCase = markup.text.slice(closing, closing + node.name.length + 2).toLowerCase() === `</${node.name}`;
  return closed || closedInAnyCase ? end : endOf(markup, last);
}

/**
 * The text a reader sees: entities decoded, a break as a new line, scripts only where they were selected. `hide`: which
 * elements are left out.
 */
function textOf(node: ChildNode, selected: boolean, hide?: (element: Element) => boolean): string {
  switch (node.type) {
    case 'text':
      return node.data;
    case 'script':
    case 'style':
      return selected ? node.children.map((child) => textOf(child, false)).join('') : '';
    case 'tag':
      if (node.name === 'br') return '\n';
      if (hide?.(node) === true) return '';
      return node.children.map((child) => textOf(child, false, hide)).join('');
    case 'cdata':
      return node.children.map((child) => textOf(child, false)).join('');
    default:
      return '';
  }
}

function* markupLeaves(node: Element | Document, path: string, unseen?: ReadonlySet<Element>): Iterable<Leaf> {
  let own = '';
  for (const child of node.children) {
    if (child.type === 'text') own += child.data;
    else if (child.type === 'cdata') own += child.children.map((inner) => textOf(inner, false)).join('');
  }
  if (own.trim() !== '') yield { path: path === '' ? 'text' : path, text: own.trim() };
  if (isElement(node)) {
    for (const [name, value] of Object.entries(node.attribs)) yield { path: `${path}@${name}`, text: value };
  }
  for (const child of node.children) {
    if (isElement(child) && unseen?.has(child) !== true)
      yield* markupLeaves(child, path === '' ? child.name : `${path} > ${child.name}`, unseen);
  }
}

function isElement(node: ChildNode | Document): node is Element {
  return node.type === 'tag' || node.type === 'script' || node.type === 'style';
}
