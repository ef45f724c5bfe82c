// The output of playwright codegen, read with a parser and never run: what is awaited on a page, call by call.

import type { Node } from 'acorn';
import { textOf } from '../core/text-of.ts';
import { Refusal } from './refusal.ts';

/** A value that stands in the code as such; undefined for anything that only running it could tell. */
export type Arg =
  | undefined
  | null
  | string
  | number
  | boolean
  | { pattern: string }
  | readonly Arg[]
  | { readonly [key: string]: Arg };

/** `getByLabel('Note')` */
export type Part = { name: string; args: readonly Arg[] /** `expect(…)`: the chain inside. */; inner?: Chain };

/** `page.getByLabel('Note').fill('x')`: root `page`, then its calls. */
export type Chain = { root: string; parts: readonly Part[]; line: number; code: string };

/** `const page1 = await page1Promise` names what another chain gave. */
export type Line = { chain: Chain; awaited: boolean; named?: string };

type Shape = Node & { readonly [key: string]: unknown };

/** Every call chain of the file that stands as a statement or initializes a name, in order. Throws a Refusal where it is no code. */
export async function readCode(source: string, name: string): Promise<Line[]> {
  const tree = await parsed(source, name);
  const lines: Line[] = [];
  const visit = (node: Shape, named: string | undefined): void => {
    if (node.type === 'ImportDeclaration') return;
    const isAwait = node.type === 'AwaitExpression';
    const call = isAwait ? (node['argument'] as Shape) : node;
    if (isAwait || node.type === 'CallExpression') {
      const chain = chainOf(call, source);
      if (chain !== undefined) lines.push({ chain, awaited: isAwait, ...(named !== undefined && { named }) });
      // `test('…', async ({ page }) => { … })` holds what is wanted.
      if (call.type === 'CallExpression' && !isAwait)
        for (const arg of call['arguments'] as Shape[]) if (/Function/.test(arg.type)) visit(arg, undefined);
      return;
    }
    const id = node.type === 'VariableDeclarator' ? (node['id'] as Shape) : undefined;
    for (const child of childrenOf(node)) visit(child, id?.type === 'Identifier' ? String(id['name']) : undefined);
  };
  visit(tree, undefined);
  return lines;
}

async function parsed(source: string, name: string): Promise<Shape> {
  const { parse } = await import('acorn');
  const options = {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
    allowAwaitOutsideFunction: true,
  } as const;
  try {
    return parse(source, options) as unknown as Shape;
  } catch (first) {
    // TypeScript, perhaps.
    const { stripTypeScriptTypes } = await import('node:module');
    try {
      return parse(stripTypeScriptTypes(source), options) as unknown as Shape;
    } catch {
      throw new Refusal(
        `${name} is neither JavaScript nor TypeScript: ${textOf(first)}`,
        'The output of npx playwright codegen, as it is, will do.',
        first,
      );
    }
  }
}

function childrenOf(node: Shape): Shape[] {
  return Object.values(node)
    .flat()
    .filter(
      (value): value is Shape =>
        typeof value === 'object' && value !== null && typeof (value as Shape).type === 'string',
    );
}

function chainOf(node: Shape, source: string): Chain | undefined {
  const parts: Part[] = [];
  let at = node;
  for (;;) {
    if (at.type === 'CallExpression') {
      const callee = at['callee'] as Shape;
      const args = at['arguments'] as Shape[];
      if (callee.type === 'Identifier') {
        const inner = args[0] === undefined ? undefined : chainOf(args[0], source);
        parts.unshift({ name: String(callee['name']), args: args.map(argOf), ...(inner && { inner }) });
        return done('', parts, node, source);
      }
      if (callee.type !== 'MemberExpression') return undefined;
      parts.unshift({ name: nameOf(callee), args: args.map(argOf) });
      at = callee['object'] as Shape;
    } else if (at.type === 'MemberExpression') {
      parts.unshift({ name: nameOf(at), args: [] });
      at = at['object'] as Shape;
    } else return at.type === 'Identifier' ? done(String(at['name']), parts, node, source) : undefined;
  }
}

function done(root: string, parts: readonly Part[], node: Shape, source: string): Chain {
  return {
    root,
    parts,
    line: node.loc?.start.line ?? 0,
    code: source.slice(node.start, Math.min(node.end, node.start + 100)),
  };
}

function nameOf(member: Shape): string {
  const property = member['property'] as Shape;
  return property.type === 'Identifier' ? String(property['name']) : '';
}

function argOf(node: Shape): Arg {
  if (node.type === 'Literal') {
    const { value, regex } = node as { value?: unknown; regex?: { pattern: string } };
    if (regex !== undefined) return { pattern: regex.pattern };
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
      ? value
      : undefined;
  }
  if (node.type === 'TemplateLiteral') {
    const [only, ...more] = node['quasis'] as Shape[];
    return more.length === 0 ? ((only?.['value'] as { cooked?: string } | undefined)?.cooked ?? undefined) : undefined;
  }
  if (node.type === 'ArrayExpression')
    return (node['elements'] as (Shape | null)[]).map((one) => (one === null ? undefined : argOf(one)));
  if (node.type !== 'ObjectExpression') {
    const inner =
      node.type === 'UnaryExpression' && node['operator'] === '-' ? argOf(node['argument'] as Shape) : undefined;
    return typeof inner === 'number' ? -inner : undefined;
  }
  return Object.fromEntries(
    (node['properties'] as Shape[]).flatMap((one) => {
      const key = one['key'] as Shape | undefined;
      if (one.type !== 'Property' || key === undefined) return [];
      return [[String(key['name'] ?? key['value']), argOf(one['value'] as Shape)] as const];
    }),
  );
}
