// Which headers hold credentials, and which parts of their values nobody may read.

/** `Authorization`, `Cookie`, `X-Api-Key`, `X-Auth-Token`, `Private-Token`, `X-Access-Token`, `X-Csrf-Token` and the like. */
const secretHeader =
  /^(?:(?:proxy-|x-)?authorization|cookie|token|(?:x-)?(?:[a-z\d]{1,20}-){0,3}(?:api-?key|auth-?key|access-?key|(?:api|auth|access|session|security|private|csrf|xsrf|vault|gitlab)-?token|auth|secret))$/i;

export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name);
}

/** The whole value; behind a scheme word the rest, and of Basic the password; of cookies each value. */
export function secretPartsOf(name: string, value: string): string[] {
  const whole = value.trim();
  const parts = [whole];
  if (/^cookie$/i.test(name)) {
    for (const pair of whole.split(';', 100)) parts.push(pair.slice(pair.indexOf('=') + 1).trim());
    return parts;
  }
  const space = whole.search(/\s/);
  if (space < 1) return parts;
  const rest = whole.slice(space).trim();
  parts.push(rest);
  if (whole.slice(0, space).toLowerCase() === 'basic') {
    const plain = Buffer.from(rest, 'base64').toString('utf8');
    parts.push(plain, plain.slice(plain.indexOf(':') + 1));
  }
  return parts;
}
