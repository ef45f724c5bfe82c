// Which names a tree uses, and where: for checking before a run, and for knowing what a look waits for.

import { type Expression, type FileCall, isList, isTemplate, type NameRef, type Tree } from './tree.ts';

/** What a tree needs before it can be resolved. */
export type Names = {
  marker: boolean;
  aliases: ReadonlySet<string>;
  vars: ReadonlySet<string>;
  env: ReadonlySet<string>;
  secrets: ReadonlySet<string>;
  /** What logins keep: `session.token`. */
  sessions: ReadonlySet<string>;
};

/** `or`: the other names of its `a ?? b`; `optional`: that chain ends in something that always has a value. */
export type Use = { readonly ref: NameRef; readonly optional: boolean; readonly or: readonly NameRef[] };

/** Every name in the tree itself, in order. Variables are not followed. */
export function usesIn(tree: Tree): Use[] {
  const uses: Use[] = [];
  eachExpression(tree, (expression) => usesOf(expression, false, [], uses));
  return uses;
}

/** Names in the tree, those behind `vars.x` included when `vars` is given. */
export function namesIn(tree: Tree, vars?: Readonly<Record<string, Tree>>): Names {
  const names = {
    marker: false,
    aliases: new Set<string>(),
    vars: new Set<string>(),
    env: new Set<string>(),
    secrets: new Set<string>(),
    sessions: new Set<string>(),
  };
  const waiting: Tree[] = [tree];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { ref } of usesIn(next)) {
      if (ref.space === 'marker') names.marker = true;
      else if (ref.space === 'alias') names.aliases.add(ref.name);
      else if (ref.space === 'env') names.env.add(ref.name);
      else if (ref.space === 'secret') names.secrets.add(ref.name);
      else if (ref.space === 'session') names.sessions.add(ref.name);
      else if (ref.space === 'vars' && !names.vars.has(ref.name)) {
        names.vars.add(ref.name);
        const behind = vars && Object.hasOwn(vars, ref.name) ? vars[ref.name] : undefined;
        if (behind !== undefined) waiting.push(behind);
      }
    }
  }
  return names;
}

/** Every `file('…')` in the tree. */
export function fileCallsIn(tree: Tree): FileCall[] {
  const calls: FileCall[] = [];
  const walk = (expression: Expression): void => {
    if (expression.kind === 'file') calls.push(expression);
    else if (expression.kind === 'call') expression.args.forEach(walk);
    else if (expression.kind === 'first') expression.of.forEach(walk);
  };
  eachExpression(tree, walk);
  return calls;
}

function eachExpression(tree: Tree, visit: (expression: Expression) => void): void {
  if (typeof tree !== 'object' || tree === null) return;
  if (isTemplate(tree)) {
    for (const part of tree.parts) if (typeof part !== 'string') visit(part);
  } else if (isList(tree)) {
    for (const item of tree) eachExpression(item, visit);
  } else {
    for (const value of Object.values(tree)) eachExpression(value, visit);
  }
}

function usesOf(expression: Expression, optional: boolean, or: readonly NameRef[], uses: Use[]): void {
  switch (expression.kind) {
    case 'name':
      uses.push({ ref: expression, optional, or: or.filter((other) => other !== expression) });
      return;
    case 'call':
      for (const arg of expression.args) usesOf(arg, optional, or, uses);
      return;
    case 'first': {
      const others = [...or, ...expression.of.filter((option) => option.kind === 'name')];
      const always = optional || expression.of.some(alwaysResolves);
      for (const option of expression.of) usesOf(option, always, others, uses);
      return;
    }
    default:
      return;
  }
}

function alwaysResolves(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'file':
      return true;
    case 'name':
      return expression.space === 'marker' || expression.space === 'run';
    case 'call':
      return expression.args.every(alwaysResolves);
    default:
      return expression.of.some(alwaysResolves);
  }
}
