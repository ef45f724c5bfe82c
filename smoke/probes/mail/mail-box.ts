// Cuts an mbox file into its mails.

const newline = 10;

/** Whether a file is an mbox: each of its mails begins with a line `From …`, which no header is. */
export function isMbox(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString('latin1') === 'From ';
}

/** The mails in their order. `cut`: the bytes begin in the middle of the file, and so of a mail, which is left out. */
export function mailsIn(bytes: Buffer, cut: boolean): Buffer[] {
  const starts: number[] = [];
  for (let at = cut ? bytes.indexOf('\nFrom ') + 1 : 0; at >= 0 && at < bytes.length; ) {
    if (at > 0 || !cut) starts.push(at);
    const next = nextStart(bytes, at);
    if (next === undefined) break;
    at = next;
  }
  return starts.map((start, index) => {
    const body = bytes.indexOf(newline, start) + 1;
    return unquoted(bytes.subarray(body === 0 ? bytes.length : body, starts[index + 1] ?? bytes.length));
  });
}

/** A mail begins behind an empty line. */
function nextStart(bytes: Buffer, after: number): number | undefined {
  for (let at = bytes.indexOf('\nFrom ', after); at >= 0; at = bytes.indexOf('\nFrom ', at + 1)) {
    const before = bytes[at - 1] === 13 ? at - 2 : at - 1;
    if (bytes[before] === newline) return at + 1;
  }
  return undefined;
}

/** A line of a mail that begins like a new one was written with `>` before it. */
function unquoted(mail: Buffer): Buffer {
  if (!mail.includes('>From ')) return mail;
  return Buffer.from(mail.toString('latin1').replace(/^>(>*From )/gm, '$1'), 'latin1');
}
