// Checks that selectors can be read at all. Whether they fit an answer, only an answer shows.

import type { Context } from './build-context.ts';
import { quoted, type Report, visible } from './problems.ts';

/** JSONPath by its library, regular expressions by the runtime, CSS where `as` says that it is CSS: else it may be a column's name. */
export async function checkSelectors(selectors: Context['selectors'], report: Report): Promise<void> {
  for (const { text, place, as } of selectors) {
    const fault = await selectorFault(text, as);
    if (fault !== undefined) report.problem('bad-selector', `${quoted(text)} ${fault}`, place);
  }
}

async function selectorFault(text: string, as: string | undefined): Promise<string | undefined> {
  if (text.length > 1000) return 'is longer than 1000 characters';
  if (text.startsWith('$')) {
    const { compile } = await import('json-p3');
    return faultOf('is no JSONPath', () => compile(text));
  }
  const pattern = /^\/([\s\S]+)\/([a-z]*)$/.exec(text);
  if (pattern) return faultOf('is no regular expression', () => new RegExp(pattern[1] ?? '', pattern[2]));
  if (/^(header|cookie):\s*$/.test(text)) return 'needs a name behind the colon';
  if (as !== 'xml' && as !== 'html') return undefined;
  if (/^(header|cookie|url):/.test(text)) return undefined;
  const { compile } = await import('css-select');
  return faultOf('is no CSS selector', () => compile(text.replace(/@[\w:-]+$/, '') || '*'));
}

function faultOf(what: string, parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return `${what}: ${error instanceof Error ? visible(error.message).slice(0, 200) : 'it cannot be parsed'}`;
  }
}
