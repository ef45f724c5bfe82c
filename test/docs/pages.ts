// The pages people read, cut into what can be tested: fenced blocks, tables, code spans, links.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export type Block = {
  /** `README.md:41` */
  place: string;
  /** What stands behind the fence: `yaml fragment=hop`. */
  info: string;
  text: string;
};

export type Page = { name: string; text: string; blocks: readonly Block[] };

/** A page that stands beside the code it is about counts as soon as it is there. */
const names = globSync(['*.md', 'smoke/**/*.md', 'reporters/**/*.md', 'scenarios/**/*.md'], { cwd: root })
  .map((name) => name.replaceAll('\\', '/'))
  .sort();

export const pages: readonly Page[] = names.map((name) => {
  const text = readFileSync(join(root, name), 'utf8');
  return { name, text, blocks: blocksOf(name, text) };
});

export function page(name: string): Page {
  const found = pages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is no page of the documentation`);
  return found;
}

/** Every block with this info string, in the order of the pages. */
export function blocks(info: string): Block[] {
  return pages.flatMap((one) => one.blocks).filter((block) => block.info === info);
}

/** What stands under a heading, down to the next one of its level or above. */
export function section({ name, text }: Page, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`${name} has no heading ${JSON.stringify(heading)}`);
  const rest = text.slice(start + heading.length + 2);
  const level = heading.indexOf(' ');
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The rows of the table whose head begins with that cell; cells are trimmed. */
export function table(text: string, head: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (start < 0) throw new Error(`there is no table that begins with ${JSON.stringify(head)}`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

/** The texts between backticks, outside fenced blocks. */
export function spans(text: string): string[] {
  const prose = text.replace(/^```.*\n[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((found) => found[1] ?? '');
}

function blocksOf(name: string, text: string): Block[] {
  const found: Block[] = [];
  const lines = text.split('\n');
  let open: { info: string; line: number } | undefined;
  lines.forEach((line, index) => {
    if (!line.startsWith('```')) return;
    if (open === undefined) open = { info: line.slice(3).trim(), line: index + 1 };
    else {
      const inside = lines.slice(open.line, index);
      found.push({ place: `${name}:${open.line}`, info: open.info, text: `${inside.join('\n')}\n` });
      open = undefined;
    }
  });
  if (open !== undefined) throw new Error(`${name}:${open.line}: this block is never closed`);
  return found;
}
