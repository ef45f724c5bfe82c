// Ways to make two texts comparable that differ only in what systems lose: white space, case, accents, punctuation.

/** Runs of white space become one space; none at the ends. */
export function squash(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Without white space, and without the characters that nobody sees (soft hyphen, zero-width, byte order mark). */
export function bare(text: string): string {
  return text.replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]/gu, '');
}

/** Without accents, and with typographic signs written as ASCII has them. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\0-\x7f]/gu, (character) => ascii.get(character) ?? character);
}

/** Letters and digits only, in lower case, without accents. */
export function essence(text: string): string {
  return plain(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const ascii: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ß: 'ss',
    ø: 'o',
    Ø: 'O',
    æ: 'ae',
    Æ: 'AE',
    œ: 'oe',
    Œ: 'OE',
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ı: 'i',
    '‘': "'",
    '’': "'",
    '‚': "'",
    '“': '"',
    '”': '"',
    '„': '"',
    '‐': '-',
    '‑': '-',
    '–': '-',
    '—': '-',
  }),
);

/** What becomes of letters beyond ASCII where two systems do not agree on the encoding: each way, and the text it makes. */
export function misread(text: string): readonly { detail: string; text: string }[] {
  const utf8 = Buffer.from(text, 'utf8').toString('latin1');
  if (utf8 === text) return [];
  const twice = Buffer.from(windows1252(utf8), 'utf8').toString('latin1');
  return [
    { detail: 'UTF-8 read as Latin-1', text: utf8 },
    { detail: 'UTF-8 read as Windows-1252', text: windows1252(utf8) },
    { detail: 'UTF-8 read as Latin-1 twice', text: Buffer.from(utf8, 'utf8').toString('latin1') },
    { detail: 'UTF-8 read as Windows-1252 twice', text: windows1252(twice) },
    { detail: 'letters beyond ASCII replaced by ?', text: each(text, () => '?') },
    { detail: 'letters beyond ASCII replaced by ?', text: each(text, (letter) => '?'.repeat(letter.length)) },
    {
      detail: 'letters beyond ASCII replaced by ?',
      text: each(text, (letter) => '?'.repeat(Buffer.byteLength(letter))),
    },
    { detail: 'letters beyond ASCII replaced by U+FFFD', text: each(text, () => '\ufffd') },
    {
      detail: 'letters beyond ASCII replaced by U+FFFD',
      text: each(text, (letter) => '\ufffd'.repeat(Buffer.byteLength(letter))),
    },
    { detail: 'letters beyond ASCII lost', text: each(text, () => '') },
    { detail: 'letters beyond the basic plane replaced by ?', text: text.replace(/[\u{10000}-\u{10ffff}]/gu, '?') },
    { detail: 'letters beyond the basic plane lost', text: text.replace(/[\u{10000}-\u{10ffff}]/gu, '') },
  ].filter((one) => one.text !== text);
}

function each(text: string, replace: (letter: string) => string): string {
  return text.replace(/[^\0-\x7f]/gu, replace);
}

/** U+0080 to U+009F as Windows-1252 shows them; the five it leaves out stay (https://encoding.spec.whatwg.org/index-windows-1252.txt). */
const windows = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function windows1252(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (byte) => windows.charAt(byte.charCodeAt(0) - 0x80));
}

const bytesOfUtf8 = /[\xc2-\xf4][\x80-\xbf]{1,3}/g;

/** Characters that are the bytes of UTF-8, as undone percent escapes give them, become the letters they spell. */
export function readUtf8(text: string): string {
  return text.replace(bytesOfUtf8, (bytes) => {
    const letter = Buffer.from(bytes, 'latin1').toString('utf8');
    return letter.includes('\ufffd') ? bytes : letter;
  });
}
