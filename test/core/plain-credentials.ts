// The plain way to find credentials by where they stand, for comparing: each name is looked at on its own, however long
// that takes.

export type Range = { start: number; end: number };

const headerName = /(?:proxy-)?authorization|(?:set-)?cookie/gi;
const alreadyMasked = /^\*\*\*(?:[\w.-]+\*\*\*)?$/;

export function plainCredentialRanges(text: string): Range[] {
  const ranges: Range[] = [];
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const end = endOfUserInfo(text, at + 3);
    if (end !== undefined) ranges.push({ start: at + 3, end });
  }
  for (const match of text.matchAll(headerName)) {
    const range = headerValue(text, match.index, match.index + match[0].length);
    if (range !== undefined) ranges.push(range);
  }
  return ranges.filter(({ start, end }) => end > start && !alreadyMasked.test(text.slice(start, end)));
}

function endOfUserInfo(text: string, start: number): number | undefined {
  let end: number | undefined;
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '@') end = at;
    else if (char <= ' ' || '/?#"\'<>\\`'.includes(char)) break;
  }
  return end;
}

/** `Authorization: x`, `"cookie":"x"`, `cookie=x`, `\"authorization\": \"x\"`, `'Cookie: x'`, `"set-cookie":["x"]`. */
function headerValue(text: string, start: number, nameEnd: number): Range | undefined {
  let at = skip(text, skip(text, skip(text, nameEnd, '\\', 8), '"\'', 1), ' \t', 8);
  if (text[at] !== ':' && text[at] !== '=') return undefined;
  at = skip(text, at + 1, ' \t>', 8);
  if (text[at] === '[') return { start: at + 1, end: firstOf(text, at, ']\r\n') };
  const slashes = skip(text, at, '\\', 8) - at;
  const quote = text[at + slashes];
  if (quote === '"' || quote === "'") {
    const from = at + slashes + 1;
    return { start: from, end: closingQuote(text, from, quote, slashes) };
  }
  const around = text[start - 1];
  if (around === '"' || around === "'") return { start: at, end: closingQuote(text, at, around, 0) };
  return { start: at, end: firstOf(text, at, '\r\n') };
}

function skip(text: string, start: number, chars: string, most: number): number {
  let at = start;
  while (at < start + most && at < text.length && chars.includes(text[at] ?? '')) at++;
  return at;
}

function firstOf(text: string, start: number, chars: string): number {
  let at = start;
  while (at < text.length && !chars.includes(text[at] ?? '')) at++;
  return at;
}

/** The quote that closes a value opened behind `slashes` backslashes; a quote behind more of them is part of it. */
function closingQuote(text: string, start: number, quote: string, slashes: number): number {
  let run = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') {
      run++;
      continue;
    }
    if (text[at] === quote && (slashes === 0 ? run % 2 === 0 : run <= slashes)) return at - Math.min(run, slashes);
    run = 0;
  }
  return text.length;
}
