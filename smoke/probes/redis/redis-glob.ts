// Patterns as Redis takes them for keys and names: `*`, `?`, `[a-z]`, `[^a]`, `\` before what is meant as it stands.

type Part = 'any' | ((character: string) => boolean);

/** Both the pattern and what is matched hold one character for each byte, as Redis compares bytes. */
export function globOf(pattern: string): (text: string) => boolean {
  const parts = partsOf(Buffer.from(pattern).toString('latin1'));
  return (text) => fits(parts, text);
}

/** One character for each byte. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The last `*` takes one character more each time that what follows it does not fit: no text makes it take longer. */
function fits(parts: readonly Part[], text: string): boolean {
  let [at, part, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    const one = parts[part];
    if (one === 'any') {
      star = part;
      mark = at;
      part += 1;
    } else if (one?.(text[at] ?? '')) {
      at += 1;
      part += 1;
    } else if (star >= 0) {
      part = star + 1;
      mark += 1;
      at = mark;
    } else return false;
  }
  return parts.slice(part).every((one) => one === 'any');
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at] ?? '';
    const close = sign === '[' ? pattern.indexOf(']', at + 1) : -1;
    if (sign === '*') parts.push('any');
    else if (sign === '?') parts.push(() => true);
    else if (close > 0) {
      parts.push(among(pattern.slice(at + 1, close)));
      at = close;
    } else if (sign === '\\' && at + 1 < pattern.length) {
      at += 1;
      parts.push(same(pattern[at] ?? ''));
    } else parts.push(same(sign));
  }
  return parts;
}

function same(wanted: string): Part {
  return (character) => character === wanted;
}

/** `a-z0`, or `^a-z` for all others. */
function among(inside: string): Part {
  const not = inside.startsWith('^');
  const ranges = [...inside.slice(not ? 1 : 0).matchAll(/\\?(.)(?:-\\?(.))?/gs)].map(
    ([, from = '', to = from]) => [from, to].toSorted() as [string, string],
  );
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== not;
}
