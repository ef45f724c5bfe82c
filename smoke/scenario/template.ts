// Resolves `${{ … }}` in parsed scalars: a value can never break the file or add keys.

import { escapeForUrl, escapeForXml } from './escape.ts';
import { callValue } from './functions.ts';
import { type Scope, TemplateError, Unresolved } from './scope.ts';
import { type Expression, isList, isTemplate, type NameRef, nameText, type Template, type Tree } from './tree.ts';

export { type Names, namesIn } from './references.ts';
export { type Scope, TemplateError, Unresolved } from './scope.ts';
export { isList, isTemplate, type Template, type Tree } from './tree.ts';

export type Resolved = { ok: true; value: unknown } | { ok: false; missing: readonly string[] };

/**
 * The tree with every template replaced by its value, or the names that have none yet (`booking`, `env.X`).
 * Empty environment variables and secrets count as having none. Throws TemplateError where a value makes no sense.
 */
export function resolve(tree: Tree, scope: Scope): Resolved {
  const missing = new Set<string>();
  const value = resolveTree(tree, scope, missing);
  return missing.size === 0 ? { ok: true, value } : { ok: false, missing: [...missing] };
}

/**
 * Variables resolved on demand in the scope they are used in. `given` (from --var or an environment) stands before the file's.
 * A variable whose names are not known yet comes back as Unresolved.
 */
export function varsScope(
  vars: Readonly<Record<string, Tree>>,
  given: Readonly<Record<string, unknown>>,
  scope: Omit<Scope, 'vars'>,
): Scope['vars'] {
  const open = new Set<string>();
  const lookUp = (name: string): unknown => {
    if (Object.hasOwn(given, name)) return given[name];
    const tree = Object.hasOwn(vars, name) ? vars[name] : undefined;
    if (tree === undefined || tree === null) return undefined;
    if (open.has(name)) throw new TemplateError(`vars.${name} is made of itself`);
    open.add(name);
    try {
      // Read from `scope` at each use: its marker and aliases may have been filled in since.
      const resolved = resolve(tree, Object.assign(Object.create(scope) as Omit<Scope, 'vars'>, { vars: lookUp }));
      return resolved.ok ? resolved.value : new Unresolved(resolved.missing);
    } finally {
      open.delete(name);
    }
  };
  return lookUp;
}

function resolveTree(tree: Tree, scope: Scope, missing: Set<string>): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (isTemplate(tree)) return resolveTemplate(tree, scope, missing);
  if (isList(tree)) return tree.map((item) => resolveTree(item, scope, missing));
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, resolveTree(item, scope, missing)]));
}

function resolveTemplate(template: Template, scope: Scope, missing: Set<string>): unknown {
  const { parts } = template;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== 'string') return evaluate(only, scope, missing);
  let text = '';
  parts.forEach((part, index) => {
    if (typeof part === 'string') {
      text += part;
      return;
    }
    const value = asText(evaluate(part, scope, missing));
    const after = parts[index + 1];
    // The base of a URL stays as it is, or `${{ vars.web }}/api` could name no host.
    if (template.escape === 'url' && index > 0)
      text += escapeForUrl(value, text, typeof after === 'string' ? after : '');
    else if (template.escape === 'xml') text += escapeForXml(value);
    else text += value;
  });
  return text;
}

function evaluate(expression: Expression, scope: Scope, missing: Set<string>): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return named(expression, scope, missing);
    case 'file':
      if (expression.content === undefined) throw new TemplateError(`file('${expression.path}') was not read`);
      return expression.content;
    case 'first':
      return firstOf(expression.of, scope, missing);
    case 'call': {
      const before = missing.size;
      const args = expression.args.map((arg) => evaluate(arg, scope, missing));
      if (missing.size > before || args.includes(undefined)) return undefined;
      return callValue(expression.fn, expression.text, args, scope);
    }
  }
}

function firstOf(options: readonly Expression[], scope: Scope, missing: Set<string>): unknown {
  const without = new Set<string>();
  for (const option of options) {
    const lacks = new Set<string>();
    const value = evaluate(option, scope, lacks);
    if (lacks.size === 0 && value !== undefined) return value;
    for (const name of lacks) without.add(name);
  }
  for (const name of without) missing.add(name);
  return undefined;
}

function named(ref: NameRef, scope: Scope, missing: Set<string>): unknown {
  const value = lookUp(ref, scope);
  if (value instanceof Unresolved) {
    for (const name of value.missing) missing.add(name);
    return undefined;
  }
  if (value === undefined || value === null) {
    missing.add(nameText(ref));
    return undefined;
  }
  return value;
}

function lookUp({ space, name }: NameRef, scope: Scope): unknown {
  switch (space) {
    case 'marker':
      return scope.marker;
    case 'alias':
      // An empty alias would turn `/bookings/${{ booking }}` into all bookings.
      return scope.aliases.get(name) || undefined;
    case 'vars':
      return scope.vars(name);
    case 'env':
      return (Object.hasOwn(scope.env, name) ? scope.env[name] : undefined) || undefined;
    case 'secret':
      return scope.secret(name) || undefined;
    case 'run':
      return name === 'id' ? scope.run.id : scope.run.startedAt;
  }
}

function asText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'object')
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
  return String(value);
}
