// Parses XML and HTML into a tree, bounded in depth and size. No entity but XML's own five is ever expanded.

import type { Options } from 'css-select';
import type { AnyNode, Document, DomHandler, Element } from 'domhandler';
import type * as DomUtils from 'domutils';
import { Blind } from '../probes/plugin.ts';
import { ownEntity, withoutDoctype } from './xml-doctype.ts';

/** A parsed document with the text that its nodes' indices count in. */
export type Markup = { document: Document; text: string; xml: boolean; query: MarkupQuery };

export type MarkupQuery = (selector: string, root: Element | Document) => readonly Element[];

const DEPTH_CAP = 500;
/** Elements, attributes and texts. */
const PART_CAP = 300_000;

/** @throws Blind `wrong-answer` for XML that is not well-formed (a cut answer too), `gave-up` at the caps. */
export async function parseMarkup(source: string, format: 'xml' | 'html'): Promise<Markup> {
  const xml = format === 'xml';
  const given = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const [{ DomHandler, Parser, DomUtils }, css] = await Promise.all([
    import('htmlparser2'),
    import('css-select'),
    xml ? demandWellFormed(given) : undefined,
  ]);
  const text = xml ? withoutOwnEntities(given) : given;
  const handler = new DomHandler(undefined, { withStartIndices: true, withEndIndices: true, xmlMode: xml });
  new Parser(bounded(handler), { xmlMode: xml }).end(text);
  return { document: handler.root, text, xml, query: querying(css, DomUtils, xml) };
}

async function demandWellFormed(text: string): Promise<void> {
  const { XMLValidator } = await import('fast-xml-parser');
  const outcome = XMLValidator.validate(text);
  if (outcome === true) return;
  const { msg, line, col } = outcome.err;
  throw new Blind('wrong-answer', `not well-formed XML: ${msg.slice(0, 20_000)} (line ${line}, column ${col ?? 1})`, {
    hint: 'The answer may have been cut off; if it has another format, say so with `as: html`, `json` or `text`.',
  });
}

/** Expanding an entity is how a few bytes become gigabytes, or a file of this machine; so what it stands for is not known. */
function withoutOwnEntities(text: string): string {
  const bare = withoutDoctype(text);
  const entity = bare === undefined ? undefined : ownEntity(bare);
  if (entity === undefined) return bare ?? text;
  throw new Blind('wrong-answer', `the XML uses &${entity}; of its document type, and such entities are not expanded`);
}

/** Deep trees end later walks with a full stack, large ones the memory. */
function bounded(handler: DomHandler): DomHandler {
  const open = handler.onopentag.bind(handler);
  const close = handler.onclosetag.bind(handler);
  const text = handler.ontext.bind(handler);
  let depth = 0;
  let parts = 0;
  const count = (): void => {
    if (++parts > PART_CAP)
      throw new Blind('gave-up', `the markup has more than ${PART_CAP} elements, attributes and texts`);
  };
  handler.onopentag = (name, attributes) => {
    if (++depth > DEPTH_CAP) throw new Blind('gave-up', `the markup is nested more than ${DEPTH_CAP} levels deep`);
    count();
    open(name, attributes);
  };
  handler.ontext = (data) => {
    count();
    text(data);
  };
  handler.onclosetag = () => {
    depth--;
    close();
  };
  // The tree takes attributes with their tag, when all of them are read already.
  return Object.assign(handler, { onattribute: count });
}

type Adapter = NonNullable<Options<AnyNode, Element>['adapter']>;

const ELEMENTS: ReadonlySet<string> = new Set(['tag', 'script', 'style']);

const compiled = new Map<string, (element: Element) => boolean>();

function querying(css: typeof import('css-select'), dom: typeof DomUtils, xml: boolean): MarkupQuery {
  const plain: Adapter = { ...dom, isTag: (node): node is Element => ELEMENTS.has(node.type) };
  const adapter: Adapter = xml ? { ...plain, ...withoutPrefixes } : plain;
  const options: Options<AnyNode, Element> = { xmlMode: xml, adapter };
  return (written, root) => {
    const selector = written.includes('"') || written.includes("'") ? written : withoutNamespaces(written);
    // `:scope` and a leading combinator mean this root only.
    const relative = /:scope|^\s*[>+~]|,\s*[>+~]|:has\(/.test(selector);
    if (relative) return css.selectAll(selector, root, options);
    const key = `${xml ? 'xml' : 'html'} ${selector}`;
    const matches = compiled.get(key) ?? (css.compile(selector, options) as (element: Element) => boolean);
    if (compiled.size >= 1000) compiled.clear();
    compiled.set(key, matches);
    const inside = css.selectAll<AnyNode, Element>(matches, root, options);
    // A record may be named by itself: `Reservation@ID` in a record that is a Reservation.
    return inside.length === 0 && root.type === 'tag' && matches(root) ? [root] : inside;
  };
}

/** `ota|Note` means `Note` wherever it is from. */
function withoutNamespaces(selector: string): string {
  return selector.replace(/(^|[\s>+~,(])(?:[\w-]+|\*)?\|(?=[\w*])/g, '$1');
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The value of an attribute, its namespace prefix ignored where the full name does not match. */
export function attributeOf(element: Element, name: string): string | undefined {
  if (Object.hasOwn(element.attribs, name)) return element.attribs[name];
  const wanted = localName(name);
  const found = Object.entries(element.attribs).find(([key]) => localName(key) === wanted && !/^xmlns(:|$)/.test(key));
  return found?.[1];
}

const withoutPrefixes = {
  getName: (element: Element): string => localName(element.name),
  getAttributeValue: attributeOf,
  hasAttrib: (element: Element, name: string): boolean => attributeOf(element, name) !== undefined,
};
