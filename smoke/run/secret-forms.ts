// The texts in which a secret can be met: itself, its base64, and the usual escaped spellings. Unusual and nested
// spellings are found by undoing escapes (unescape.ts); these are searched as they are, since what stands before
// them can make a reader of escapes miss where they begin.

export type SecretForm = {
  text: string;
  /** A character without which this form cannot be there: cheaper to look for first. */
  sign: '' | '%' | '\\' | '&';
  /** Base64 neighbours that hold a few bits of the secret too: how many characters before and after to mask as well. */
  before: 0 | 1;
  after: 0 | 1;
};

export function formsOf(secret: string): SecretForm[] {
  const forms = new Map<string, SecretForm>();
  const add = (form: SecretForm): unknown => forms.has(form.text) || forms.set(form.text, form);
  const addText = (text: string, sign: SecretForm['sign']): unknown => add({ text, sign, before: 0, after: 0 });
  addText(secret, '');
  // application/x-www-form-urlencoded writes a space as a plus sign.
  addText(secret.replaceAll(' ', '+'), '');
  for (const bytes of byteForms(secret)) for (const form of base64Forms(bytes)) add(form);
  for (const text of urlForms(secret)) addText(text, '%');
  for (const text of jsonForms(secret)) addText(text, '\\');
  for (const text of htmlForms(secret)) addText(text, '&');
  return [...forms.values()];
}

function byteForms(secret: string): Buffer[] {
  const forms = [Buffer.from(secret, 'utf8'), Buffer.from(jsonInner(secret), 'utf8')];
  // `btoa` and old Basic credentials are made of Latin-1.
  if (/[\u0080-\u00ff]/.test(secret) && /^[\u0000-\u00ff]*$/.test(secret)) forms.push(Buffer.from(secret, 'latin1'));
  return forms;
}

/**
 * The characters that the secret alone decides, when it starts at byte 0, 1 or 2 of a group of three
 * (RFC 4648 section 4), in the standard and the URL-safe alphabet. Padding and neighbours are masked around them.
 */
function* base64Forms(bytes: Buffer): Generator<SecretForm> {
  for (const offset of [0, 1, 2]) {
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(first, end);
    const edges = {
      sign: '',
      before: offset === 0 ? 0 : 1,
      after: (offset + bytes.length) % 3 === 0 ? 0 : 1,
    } as const;
    yield { text: encoded, ...edges };
    yield { text: encoded.replaceAll('+', '-').replaceAll('/', '_'), ...edges };
  }
}

function urlForms(secret: string): string[] {
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replace(/[!'()*]/g, (char) => `%${hex(char.charCodeAt(0), 2)}`);
  const form = new URLSearchParams({ q: secret }).toString().slice(2);
  const every = [...Buffer.from(secret)].map((byte) => `%${hex(byte, 2)}`).join('');
  return bothCases([component, strict, form, every], /%../g);
}

function jsonForms(secret: string): string[] {
  const inner = jsonInner(secret);
  const ascii = inner.replace(/[^ -~]/g, unicodeEscape);
  const every = [...Array(secret.length).keys()].map((at) => unicodeEscape(secret.charAt(at))).join('');
  const slashed = [inner, ascii].map((text) => text.replaceAll('/', '\\/'));
  return bothCases([inner, ascii, ...slashed, every], /\\u..../g);
}

function htmlForms(secret: string): string[] {
  const plain = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = plain.replaceAll('"', '&quot;');
  const points = [...secret].map((char) => char.codePointAt(0) ?? 0);
  return [
    plain,
    quoted,
    quoted.replaceAll("'", '&#39;'),
    quoted.replaceAll("'", '&#x27;'),
    quoted.replaceAll("'", '&apos;'),
    points.map((point) => `&#${point};`).join(''),
    ...bothCases([points.map((point) => `&#x${point.toString(16)};`).join('')], /[0-9a-f]+;/g),
  ];
}

function bothCases(texts: readonly string[], escapes: RegExp): string[] {
  const lower = texts.map((text) => text.replace(escapes, (part) => part.toLowerCase()));
  // The `u` of a JSON escape stays small.
  const upper = texts.map((text) =>
    text.replace(escapes, (part) => part.replace(/[a-f]/g, (digit) => digit.toUpperCase())),
  );
  return [...lower, ...upper];
}

function jsonInner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unicodeEscape(unit: string): string {
  return `\\u${hex(unit.charCodeAt(0), 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
