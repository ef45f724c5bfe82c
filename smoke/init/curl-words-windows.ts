// The words of a command line that a browser copied for the Windows command prompt: `^` escapes, `"` quotes.

/** `curl ^"http://…^"` and `-H "x: y" ^` at a line's end. */
export function isForWindows(line: string): boolean {
  return /^\s*curl(?:\.exe)?\s+(?:[^\n]*\s)?\^"/i.test(line) || /\s\^\r?\n/.test(line);
}

/** First the command prompt's escapes, then the quotes as a Windows program reads them. */
export function windowsWords(line: string): string[] {
  const plain = line.replaceAll(/\^(?:\r?\n)/g, '').replaceAll(/\^([\s\S])/g, '$1');
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < plain.length; at++) {
    const char = plain[at] ?? '';
    const [, slashes = ''] = /^(\\+)"/.exec(plain.slice(at, at + 64)) ?? [];
    if (slashes !== '') {
      // Half of the backslashes before a quote stand for themselves; an odd one makes the quote one of the text.
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes.length / 2)) + (slashes.length % 2 === 1 ? '"' : '');
      at += slashes.length - (slashes.length % 2 === 1 ? 0 : 1);
    } else if (char === '"' && quoted && plain[at + 1] === '"') {
      word = `${word ?? ''}"`;
      at += 1;
    } else if (char === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (/\s/.test(char) && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}
