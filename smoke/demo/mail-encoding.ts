// How mail carries what is not plain ASCII: quoted-printable, base64 in lines, encoded words in headers.

const lineLength = 76;

/** RFC 2045, 6.7. Lines are cut wherever they are full, in the middle of a word too. Takes `\n`, gives CRLF. */
export function quotedPrintable(text: string): string {
  return text.split('\n').map(encodedLine).join('\r\n');
}

function encodedLine(line: string): string {
  const units = [...Buffer.from(line, 'utf8')].map((byte, index, all) => {
    const isLast = index === all.length - 1;
    const isPlain = (byte >= 33 && byte <= 126 && byte !== 61) || (byte === 32 && !isLast);
    return isPlain ? String.fromCharCode(byte) : hex(byte);
  });
  const lines: string[] = [];
  let current = '';
  for (const unit of units) {
    if (current.length + unit.length >= lineLength) {
      lines.push(`${current}=`);
      current = '';
    }
    current += unit;
  }
  return [...lines, current].join('\r\n');
}

/** RFC 2045, 6.8. */
export function base64Lines(text: string): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return (encoded.match(/.{1,76}/g) ?? []).join('\r\n');
}

/** RFC 2047: as many words as the text needs, each on a line of its own. ASCII stays as it is. */
export function headerText(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const char of text) {
    const bytes = [...Buffer.from(char, 'utf8')];
    const unit = /^[A-Za-z0-9]$/.test(char) ? char : char === ' ' ? '_' : bytes.map(hex).join('');
    if (word.length + unit.length > 50) {
      words.push(word);
      word = '';
    }
    word += unit;
  }
  return [...words, word].map((one) => `=?utf-8?Q?${one}?=`).join('\r\n ');
}

function hex(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
