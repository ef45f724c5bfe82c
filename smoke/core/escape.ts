// Makes texts from outside harmless where they are shown: nothing in them may steer a terminal, reorder a line, hide
// itself, or end an XML element.

/**
 * C0 and C1 controls, DEL; all that Unicode shows as nothing (\p{DI}: zero-width characters, joiners and fillers,
 * bidirectional controls, tags) but what only chooses the look of an emoji; line and paragraph separators; annotation
 * characters. Lone surrogates are caught by the `u` flag's \p{Cs}.
 */
const unseen = /(?![\ufe00-\ufe0f])[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\ufffe\uffff\p{DI}\p{Cs}]/gu;

/** One line without anything invisible: `\x1b`, `\n`, `\u202e`, `\u{e0041}` stand where such a character stood. */
export function visible(text: string): string {
  return text.replace(unseen, spelled);
}

/** As `visible`, but line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(unseen, (char) => (char === '\n' || char === '\t' ? char : spelled(char)));
}

/** Text between XML tags. What XML 1.0 (section 2.2) forbids is spelled out, so nothing is lost. */
export function xmlText(text: string): string {
  return visibleLines(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An XML attribute's value, for double quotes. */
export function xmlAttribute(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** JSON in which no character is invisible either: the same data, safe to print. */
export function visibleJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  // Line ends are the only controls that JSON.stringify itself writes, between tokens.
  return json.replace(unseen, (char) => (char === '\n' ? char : jsonSpelled(char)));
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function spelled(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  const digits = point.toString(16);
  return (
    short[char] ??
    (point < 0x100
      ? `\\x${digits.padStart(2, '0')}`
      : point < 0x10000
        ? `\\u${digits.padStart(4, '0')}`
        : `\\u{${digits}}`)
  );
}

function jsonSpelled(char: string): string {
  let json = '';
  for (let at = 0; at < char.length; at++) json += `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return json;
}
