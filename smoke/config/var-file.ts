// Reads a file of variables (--var-file): a mapping in YAML or JSON, whose values keep their type, or lines as in an .env file.

import { basename } from 'node:path';
import { parseEnv } from 'node:util';
import { readDocument } from '../scenario/document.ts';
import { nameFault } from '../scenario/expression.ts';
import type { Node } from '../scenario/node.ts';
import { plainOf } from '../scenario/plain.ts';
import { createReport, inOrder, type Problem, quoted, type Report } from '../scenario/problems.ts';
import { isReadable } from '../scenario/readable.ts';
import type { At } from '../scenario/tree.ts';

/** `places`: where each variable stands. */
export type VarFile = {
  vars: Readonly<Record<string, unknown>>;
  places: ReadonlyMap<string, At & { length?: number }>;
};

export type LoadedVars = ({ ok: true } & VarFile) | { ok: false; problems: readonly Problem[] };

type Found = { name: string; place: At & { length?: number }; value: unknown };

/** `file` names the file in problems; its ending tells what it holds. */
export function loadVarFile(text: string, file: string): LoadedVars {
  const report = createReport();
  const found = isReadable(text, file, 'file of variables', report)
    ? isEnvFile(file)
      ? fromLines(text, file, report)
      : fromYaml(text, file, report)
    : [];
  for (const { name, place } of found) {
    const fault = nameFault(name);
    if (fault !== undefined)
      report.problem('forbidden-name', `${quoted(name)} cannot name a variable: ${fault}`, place);
  }
  if (report.problems.length > 0) return { ok: false, problems: inOrder(report.problems) };
  return {
    ok: true,
    vars: Object.fromEntries(found.map(({ name, value }) => [name, value])),
    places: new Map(found.map(({ name, place }) => [name, place])),
  };
}

function isEnvFile(file: string): boolean {
  return /(^\.env(\..*)?|\.env)$/.test(basename(file));
}

function fromYaml(text: string, file: string, report: Report): Found[] {
  const root = readDocument(text, file, report, 'file of variables');
  if (root === undefined) return [];
  if (root.kind !== 'map') {
    report.problem(
      'wrong-type',
      'a file of variables is a mapping of names to values',
      root.span,
      'web: http://127.0.0.1:4100',
    );
    return [];
  }
  return [...root.entries.values()].flatMap(({ key, keySpan, node }) => {
    refuseTemplates(node, report);
    if (node.kind !== 'scalar' || node.value !== null) return [{ name: key, place: keySpan, value: plainOf(node) }];
    report.problem('missing-value', `${quoted(key)} has no value`, keySpan);
    return [];
  });
}

function refuseTemplates(node: Node, report: Report): void {
  if (node.kind === 'scalar') {
    if (node.text.includes('${{'))
      report.problem(
        'bad-template',
        'a file of variables takes no `${{ }}`',
        node.span,
        'The config file does: vars, environments.',
      );
    return;
  }
  for (const inner of node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.node))
    refuseTemplates(inner, report);
}

const QUOTES = ['"', "'", '`'];

/** Values may go over several lines in quotes, as Node's own reader has it. */
function fromLines(text: string, file: string, report: Report): Found[] {
  const values = parseEnv(text);
  const found: Found[] = [];
  let open: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place = { file, line: index + 1, column: 1 };
    if (open !== undefined) {
      if (line.includes(open)) open = undefined;
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const pair = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(line);
    const [, name = '', raw = ''] = pair ?? [];
    if (pair === null) {
      report.problem('bad-value', 'this line is not of the form NAME=value', {
        ...place,
        length: Math.max(1, line.length),
      });
      continue;
    }
    const quote = QUOTES.find((one) => raw.startsWith(one));
    if (quote !== undefined && !raw.slice(1).includes(quote) && laterLines(text, index).includes(quote)) open = quote;
    const at = { ...place, column: line.indexOf(name) + 1, length: name.length };
    if (raw.includes('${{')) report.problem('bad-template', 'a file of variables takes no `${{ }}`', at);
    if (Object.hasOwn(values, name)) found.push({ name, place: at, value: values[name] });
  }
  return found;
}

function laterLines(text: string, index: number): string {
  return text
    .split(/\r?\n/)
    .slice(index + 1)
    .join('\n');
}
