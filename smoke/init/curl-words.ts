// The words of a copied command line, read as a POSIX shell with bash's $'…' reads them. Nothing of it is ever run.

import { Refusal } from './refusal.ts';

export type Words = {
  words: readonly string[];
  /** What stood behind the command: a pipe, a redirection, a second command. */
  rest: boolean;
};

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Throws a Refusal for an open quote, and where a shell would run another program. */
export function shellWords(line: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const add = (part: string): void => {
    word = (word ?? '') + part;
  };
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  while (at < line.length) {
    const char = line[at] ?? '';
    const two = line.slice(at, at + 2);
    refuseProgram(line, at);
    if (two === '\\\n' || line.startsWith('\\\r\n', at)) at += two === '\\\n' ? 2 : 3;
    else if (char === '\\') {
      add(line[at + 1] ?? '');
      at += 2;
    } else if (char === "'") {
      const close = closing(line, at, "'");
      add(line.slice(at + 1, close));
      at = close + 1;
    } else if (two === "$'") {
      const quoted = ansiQuoted(line, at + 2);
      add(quoted.text);
      at = quoted.end;
    } else if (char === '"' || two === '$"') {
      const quoted = doubleQuoted(line, at + (char === '"' ? 1 : 2));
      add(quoted.text);
      at = quoted.end;
    } else if (/\s/.test(char)) {
      end();
      // A line break ends the command.
      if (char === '\n' && words.length > 0) return { words, rest: line.slice(at).trim() !== '' };
      at += 1;
    } else if (char === '#' && word === undefined) at = endOfLine(line, at);
    else if (/[|;&<>()]/.test(char)) {
      // The digit of `2>&1` is no word of the command.
      if (/[<>]/.test(char) && /^\d$/.test(word ?? '')) word = undefined;
      end();
      return { words, rest: true };
    } else {
      add(char);
      at += 1;
    }
  }
  end();
  return { words, rest: false };
}

function refuseProgram(line: string, at: number): void {
  if (line[at] !== '`' && !line.startsWith('$(', at)) return;
  throw new Refusal(
    'the command line runs another program ($(…) or `…`), which is never done here',
    'Put what that program prints in its place.',
  );
}

function closing(line: string, open: number, quote: string): number {
  const close = line.indexOf(quote, open + 1);
  if (close < 0) throw new Refusal(`a quote of the command line is never closed: ${line.slice(open, open + 40)}`);
  return close;
}

function endOfLine(line: string, at: number): number {
  const end = line.indexOf('\n', at);
  return end < 0 ? line.length : end;
}

function doubleQuoted(line: string, start: number): { text: string; end: number } {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line[at] ?? '';
    if (char === '"') return { text, end: at + 1 };
    refuseProgram(line, at);
    if (char === '\\' && /["\\$`\n]/.test(line[at + 1] ?? '')) {
      at += 1;
      text += line[at] === '\n' ? '' : (line[at] ?? '');
    } else text += char;
  }
  return { text, end: closing(line, start - 1, '\0') };
}

/** https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html: `\u` gives a character, `\x` and octal a byte. */
function ansiQuoted(line: string, start: number): { text: string; end: number } {
  const pieces: Uint8Array[] = [];
  for (let at = start; at < line.length; ) {
    const char = String.fromCodePoint(line.codePointAt(at) ?? 0);
    if (char === "'") return { text: Buffer.concat(pieces).toString('utf8'), end: at + 1 };
    const found =
      char === '\\' ? escapeAt(line.slice(at + 1, at + 14)) : { bytes: Buffer.from(char), length: char.length };
    pieces.push(found.bytes);
    at += found.length + (char === '\\' ? 1 : 0);
  }
  return { text: '', end: closing(line, start - 1, '\0') };
}

function escapeAt(rest: string): { bytes: Uint8Array; length: number } {
  const [unicode] = /^(?:u[\da-fA-F]{1,4}|U[\da-fA-F]{1,8})/.exec(rest) ?? [];
  if (unicode !== undefined) {
    const point = Number.parseInt(unicode.slice(1), 16);
    // A pair of \u that make up one character.
    const [, low] = /^\\u([dD][c-fC-F][\da-fA-F]{2})/.exec(rest.slice(unicode.length)) ?? [];
    if (point >= 0xd800 && point < 0xdc00 && low !== undefined)
      return { bytes: Buffer.from(String.fromCharCode(point, Number.parseInt(low, 16))), length: unicode.length + 6 };
    return { bytes: Buffer.from(point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)), length: unicode.length };
  }
  const [byte] = /^(?:x[\da-fA-F]{1,2}|[0-7]{1,3})/.exec(rest) ?? [];
  if (byte !== undefined) {
    const value = byte.startsWith('x') ? Number.parseInt(byte.slice(1), 16) : Number.parseInt(byte, 8);
    return { bytes: Uint8Array.of(value & 0xff), length: byte.length };
  }
  const letter = rest[0] ?? '';
  return { bytes: Buffer.from(escapes[letter] ?? letter), length: Math.max(1, letter.length) };
}
