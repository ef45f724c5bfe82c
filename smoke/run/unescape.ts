// Undoes one layer of escapes in a text and remembers where each character came from, so that what is found in
// the plain text can be masked in the escaped one, however it was spelled (%2f or %2F, \u0022 or \", &#38; or &amp;).

/** `from[i]` is where the character `text[i]` starts in the original; one entry more marks the end. */
export type View = { text: string; from: Uint32Array };

type Decoded = { text: string; length: number };

/** The text with one layer of URL, JSON or HTML escapes undone; only layers that change it are given. */
export function unescapedViews(text: string): View[] {
  const views: View[] = [];
  if (text.includes('%')) push(views, decode(text, '%', percentRun));
  if (text.includes('\\')) {
    push(views, decode(text, '\\', backslash));
    // A backslash that happens to stand before an escaped text would shift the reading of what follows it.
    push(views, decode(text, '\\', unicodeBackslash));
  }
  if (text.includes('&')) push(views, decode(text, '&', entity));
  return views;
}

function push(views: View[], view: View | undefined): void {
  if (view !== undefined) views.push(view);
}

function decode(text: string, sign: string, read: (text: string, at: number) => Decoded[]): View | undefined {
  const pieces: string[] = [];
  const from = new Uint32Array(text.length + 1);
  let length = 0;
  let done = 0;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, Math.max(done, at + 1))) {
    const decoded = read(text, at);
    if (decoded.length === 0) continue;
    pieces.push(text.slice(done, at));
    while (done < at) from[length++] = done++;
    for (const part of decoded) {
      pieces.push(part.text);
      for (let unit = 0; unit < part.text.length; unit++) from[length++] = done;
      done += part.length;
    }
  }
  if (pieces.length === 0) return undefined;
  pieces.push(text.slice(done));
  while (done <= text.length) from[length++] = done++;
  return { text: pieces.join(''), from: from.subarray(0, length) };
}

/** A run of `%XX`, read as UTF-8 where it is UTF-8 and as Latin-1 byte by byte where it is not. */
function percentRun(text: string, start: number): Decoded[] {
  const bytes: number[] = [];
  for (let at = start; text[at] === '%'; at += 3) {
    const byte = hexAt(text, at + 1, 2);
    if (byte === undefined) break;
    bytes.push(byte);
  }
  const decoded: Decoded[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [point, size] = utf8At(bytes, at);
    decoded.push({ text: String.fromCodePoint(point), length: size * 3 });
    at += size;
  }
  return decoded;
}

function utf8At(bytes: readonly number[], at: number): [point: number, size: number] {
  const lead = bytes[at] ?? 0;
  const size = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
  let point = size === 1 ? lead : lead & (0xff >> (size + 1));
  for (let next = 1; next < size; next++) {
    const byte = bytes[at + next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return [lead, 1];
    point = (point << 6) | (byte & 0x3f);
  }
  return point > 0x10ffff ? [lead, 1] : [point, size];
}

const shortEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
};

function unicodeBackslash(text: string, at: number): Decoded[] {
  return text[at + 1] === 'u' ? numericBackslash(text, at, 4) : [];
}

function numericBackslash(text: string, at: number, digits: number): Decoded[] {
  const unit = hexAt(text, at + 2, digits);
  return unit === undefined ? [] : [{ text: String.fromCharCode(unit), length: digits + 2 }];
}

function backslash(text: string, at: number): Decoded[] {
  const sign = text[at + 1] ?? '';
  if (sign === 'u' || sign === 'x') return numericBackslash(text, at, sign === 'u' ? 4 : 2);
  const plain = Object.hasOwn(shortEscapes, sign) ? shortEscapes[sign] : undefined;
  return plain === undefined ? [] : [{ text: plain, length: 2 }];
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  num: '#',
  dollar: '$',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  ast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  equals: '=',
  quest: '?',
  commat: '@',
  lsqb: '[',
  bsol: '\\',
  rsqb: ']',
  Hat: '^',
  lowbar: '_',
  grave: '`',
  lcub: '{',
  verbar: '|',
  rcub: '}',
};

const longestEntity = 14;

function entity(text: string, at: number): Decoded[] {
  const size = text.slice(at, at + longestEntity).indexOf(';');
  if (size === -1) return [];
  const name = text.slice(at + 1, at + size);
  const plain = name.startsWith('#')
    ? pointOf(name.slice(1))
    : Object.hasOwn(entities, name)
      ? entities[name]
      : undefined;
  return plain === undefined ? [] : [{ text: plain, length: size + 1 }];
}

function pointOf(digits: string): string | undefined {
  const point = /^x[0-9a-f]{1,8}$/i.test(digits)
    ? Number.parseInt(digits.slice(1), 16)
    : /^[0-9]{1,9}$/.test(digits)
      ? Number.parseInt(digits, 10)
      : -1;
  return point < 0 || point > 0x10ffff ? undefined : String.fromCodePoint(point);
}

function hexAt(text: string, at: number, digits: number): number | undefined {
  const hex = text.slice(at, at + digits);
  return hex.length === digits && /^[0-9a-f]+$/i.test(hex) ? Number.parseInt(hex, 16) : undefined;
}
