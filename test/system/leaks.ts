// Finds a secret in a text in whatever usual form it stands there, on its own terms: nothing of the runner's masking is
// used here.

/** The forms of the secret that stand in the text, in words; empty where there is none. */
export function leaksOf(text: string, secret: string): string[] {
  return [...formsOf(secret)].filter(([, form]) => text.includes(form)).map(([name, form]) => `${name}: ${form}`);
}

/** As somebody else's code might write the secret into an answer or a log. */
export function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ q: secret }).toString(),
    JSON.stringify({ q: secret }),
    JSON.stringify(JSON.stringify({ q: secret })),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    Buffer.concat([Buffer.from('x:'), bytes, Buffer.from(':yz')]).toString('base64'),
    Buffer.concat([Buffer.from('u:'), Buffer.from('v'), bytes]).toString('base64'),
    htmlEscaped(secret),
  ];
}

function* formsOf(secret: string): Generator<[string, string]> {
  yield ['as it is', secret];
  yield ['URL-encoded', encodeURIComponent(secret)];
  yield ['form-encoded', new URLSearchParams({ q: secret }).toString().slice(2)];
  yield ['in JSON', JSON.stringify(secret).slice(1, -1)];
  yield ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)];
  yield ['in HTML', htmlEscaped(secret)];
  yield ['in XML', htmlEscaped(secret).replaceAll("'", '&apos;')];
  const bytes = Buffer.from(secret);
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    // What neighbouring bytes decide is left out on both sides: 6 bits a character.
    const core = (encoding: 'base64' | 'base64url'): string =>
      padded.toString(encoding).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
    yield [`base64 at byte ${offset}`, core('base64')];
    yield [`base64url at byte ${offset}`, core('base64url')];
  }
}

function htmlEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
