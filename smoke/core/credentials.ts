// Finds credentials by where they stand, without knowing them: in a URL before the @, behind an Authorization or
// Cookie header's name. Whoever calls masks the ranges.

export type Range = { start: number; end: number };

const headerName = /(?:proxy-)?authorization|(?:set-)?cookie/gi;
const alreadyMasked = /^\*\*\*(?:[\w.-]+\*\*\*)?$/;

/** True for an object key whose value is a credential. */
export function isCredentialKey(key: string): boolean {
  return /^(?:(?:proxy-)?authorization|(?:set-)?cookie)$/i.test(key);
}

/** Of the URLs alone: what stands before the @. */
export function userInfoRanges(text: string): Range[] {
  const ranges: Range[] = [];
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const end = endOfUserInfo(text, at + 3);
    if (end !== undefined) ranges.push({ start: at + 3, end });
  }
  return ranges;
}

export function credentialRanges(text: string): Range[] {
  const ranges = userInfoRanges(text);
  const ends = endsIn(text);
  let last: Range | undefined;
  for (const match of text.matchAll(headerName)) {
    const range = headerValue(text, match.index, match.index + match[0].length, ends);
    // Most names behind the first one on a line stand in its value: they add nothing.
    if (range === undefined || (last !== undefined && range.start >= last.start && range.end <= last.end)) continue;
    if (isMasked(text, range)) continue;
    ranges.push(range);
    last = range;
  }
  return ranges.filter((range) => range.end > range.start && !isMasked(text, range));
}

function isMasked(text: string, { start, end }: Range): boolean {
  return text.startsWith('***', start) && alreadyMasked.test(text.slice(start, end));
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
function headerValue(text: string, start: number, nameEnd: number, ends: Ends): Range | undefined {
  let at = skip(text, skip(text, skip(text, nameEnd, '\\', 8), '"\'', 1), ' \t', 8);
  if (text[at] !== ':' && text[at] !== '=') return undefined;
  at = skip(text, at + 1, ' \t>', 8);
  if (text[at] === '[') return { start: at + 1, end: ends.first(at, ']\r\n') };
  const slashes = skip(text, at, '\\', 8) - at;
  const quote = text[at + slashes];
  if (quote === '"' || quote === "'") {
    const from = at + slashes + 1;
    return { start: from, end: ends.quote(from, quote, slashes) };
  }
  const around = text[start - 1];
  if (around === '"' || around === "'") return { start: at, end: ends.quote(at, around, 0) };
  return { start: at, end: ends.first(at, '\r\n') };
}

type Ends = {
  first(start: number, chars: string): number;
  quote(start: number, quote: string, slashes: number): number;
};

/**
 * Where values end. Names are asked for from left to right and many may have one end, so each kind of end remembers the
 * last it found: the text is read once for each kind and not once for each name.
 */
function endsIn(text: string): Ends {
  const found = new Map<string, { from: number; hit: number }>();
  const remembered = (kind: string, start: number, search: () => number): number => {
    const known = found.get(kind);
    if (known !== undefined && known.from <= start && start <= known.hit) return known.hit;
    const hit = search();
    found.set(kind, { from: start, hit });
    return hit;
  };
  return {
    first: (start, chars) => remembered(chars, start, () => firstOf(text, start, chars)),
    quote: (start, quote, slashes) => {
      const at = remembered(`${quote}${slashes}`, start, () => closingQuote(text, start, quote, slashes));
      return at - Math.min(backslashesBefore(text, at, start), slashes);
    },
  };
}

/** At most as many as an opening quote can have. */
function backslashesBefore(text: string, end: number, start: number): number {
  let count = 0;
  while (count < 8 && end - count > start && text[end - 1 - count] === '\\') count++;
  return end < text.length ? count : 0;
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

/** Where the quote stands that closes a value opened behind `slashes` backslashes; a quote behind more of them is part of it. */
function closingQuote(text: string, start: number, quote: string, slashes: number): number {
  let run = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') {
      run++;
      continue;
    }
    if (text[at] === quote && (slashes === 0 ? run % 2 === 0 : run <= slashes)) return at;
    run = 0;
  }
  return text.length;
}
