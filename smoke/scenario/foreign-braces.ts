// Finds names of ours between the braces of other template languages: `${ env.X }` and `{{ marker }}` would be sent as they are.

/** `sure`: no shell and no other template would write it so. */
export type ForeignBraces = { index: number; written: string; meant: string; sure: boolean };

const NAMES = String.raw`marker|(?:env|secret|vars)\.[A-Za-z_][\w-]*|run\.(?:id|startedAt)`;
const BRACES = new RegExp(String.raw`\$\{\s*(${NAMES})\s*\}(?!\})|(?<![$\{])\{\{\s*(${NAMES})\s*\}\}(?!\})`, 'g');

/** In the texts around the templates only: what stands in `${{ '…' }}` is meant as it is. */
export function foreignBraces(text: string): ForeignBraces[] {
  // What is ours keeps its length, so that the rest keeps its place.
  const others = text.replace(/\$\{\{.*?\}\}/gs, (own) => ' '.repeat(own.length));
  return [...others.matchAll(BRACES)].map(({ index, 0: written, 1: single, 2: double }) => {
    const name = single ?? double ?? '';
    return { index, written, meant: `\${{ ${name} }}`, sure: single?.includes('.') === true };
  });
}
