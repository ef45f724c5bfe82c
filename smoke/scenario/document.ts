// Reads one YAML document into nodes that know where they stand. Nothing is validated.

import { Composer, CST, type Document, isScalar, LineCounter, type ParsedNode, Parser } from 'yaml';
import type { Node, Span } from './node.ts';
import type { Report } from './problems.ts';
import { DEEPEST, nodesOf } from './yaml-nodes.ts';
import { syntaxProblem } from './yaml-traps.ts';

/** The document's root, or undefined where it cannot be read: then the report says why. `what` the file is, in words. */
export function readDocument(text: string, file: string, report: Report, what = 'scenario'): Node | undefined {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const place = (from: number, to = from + 1): Span => {
    const { line, col } = lines.linePos(Math.min(from, text.length));
    const newline = text.indexOf('\n', from);
    return {
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      length: Math.max(1, Math.min(to, newline < 0 ? text.length : newline) - from),
    };
  };
  const tooDeep = tooDeepIn(tokens);
  if (tooDeep !== undefined) {
    report.problem('yaml', `more than ${DEEPEST} levels of nesting`, place(tooDeep));
    return undefined;
  }
  const [parsed, second] = composed(tokens, lines);
  if (parsed === undefined) return empty(place(0), report, what);
  const fault = parsed.errors.toSorted((a, b) => a.pos[0] - b.pos[0])[0];
  if (fault !== undefined) {
    const { code, message, hint, from, to } = syntaxProblem(fault, text);
    report.problem(code, message, place(from, to), hint);
    return undefined;
  }
  if (second !== undefined) {
    report.problem(
      'yaml',
      `a file holds one ${what.replace(/^file of /, 'set of ')}`,
      place(second.range[0]),
      'Move what follows `---` to a file of its own.',
    );
    return undefined;
  }
  for (const warning of parsed.warnings) {
    report.problem(
      'yaml',
      warning.code === 'TAG_RESOLVE_FAILED' ? 'tags (`!…`) are not used here' : warning.message,
      place(...warning.pos),
    );
  }
  if (parsed.directives?.yaml.explicit && parsed.directives.yaml.version !== '1.2') {
    report.problem('yaml', `a ${what} is YAML 1.2`, place(text.indexOf('%YAML')), 'Remove the %YAML line.');
  }
  const root = parsed.contents;
  if (root === null || (isScalar(root) && root.value === null)) return empty(place(0), report, what);
  const before = report.problems.length;
  const converted = nodesOf(root as ParsedNode, text, place, report);
  // What an alias should have brought, or what was too deep, would be missing everywhere.
  const partial = report.problems.slice(before).some(({ code }) => code === 'alias' || code === 'yaml');
  return partial ? undefined : converted;
}

function empty(span: Span, report: Report, what: string): undefined {
  const hint = what === 'scenario' ? 'A scenario needs at least `name`, `send` and `route`.' : undefined;
  report.problem('empty', 'the file is empty', span, hint);
}

/** Where it is nested deeper than allowed. What composes the tokens recurses, and thousands of levels run out of stack. */
function tooDeepIn(tokens: readonly CST.Token[]): number | undefined {
  let found: number | undefined;
  for (const token of tokens) {
    if (token.type !== 'document' || found !== undefined) continue;
    CST.visit(token, ({ key, value }, path) => {
      if (path.length <= DEEPEST) return undefined;
      found = (value ?? key)?.offset ?? token.offset;
      return CST.visit.BREAK;
    });
  }
  return found;
}

/** Duplicate keys are found later, in linear time; the library compares each key with each. */
function composed(tokens: readonly CST.Token[], lineCounter: LineCounter): Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    stringKeys: true,
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false,
    intAsBigInt: true,
    lineCounter,
  });
  return [...composer.compose(tokens)];
}
