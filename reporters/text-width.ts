// How many columns a text takes on a terminal, and cutting, padding and wrapping by that. Texts hold no controls here.

/** Scripts and symbols that terminals show two columns wide (Unicode's East Asian Width W and F, roughly). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** Combining marks; variation selectors are among them. */
const noWidth = /[\p{Mn}\p{Me}]/u;

export function widthOf(text: string): number {
  // Most texts are plain, and this is asked on every frame.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += widthOfChar(char);
  return width;
}

function widthOfChar(char: string): number {
  if (char < '\u0300') return 1;
  return noWidth.test(char) ? 0 : wide.test(char) ? 2 : 1;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** At most `width` columns, the last of them an ellipsis where something was cut. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${splitAt(text, width - 1)[0]}…`;
}

/** Lines of at most `width` columns, broken between words where possible. Never empty. */
export function wrap(text: string, width: number): string[] {
  const most = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= most) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    line = word;
    while (widthOf(line) > most) {
      const [head, tail] = splitAt(line, most);
      lines.push(head);
      line = tail;
    }
  }
  return [...lines, line];
}

/** Always takes one character at least, so that a wide one in a column of one cannot hold up the caller. */
function splitAt(text: string, width: number): [head: string, tail: string] {
  let used = 0;
  let at = 0;
  for (const char of text) {
    const next = used + widthOfChar(char);
    if (next > width && at > 0) break;
    used = next;
    at += char.length;
  }
  return [text.slice(0, at), text.slice(at)];
}
