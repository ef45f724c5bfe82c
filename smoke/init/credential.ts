// Which parts of a request are credentials, by their name or by how they look. A value too many that becomes a secret
// costs one line to set; one too few stands in a file that is shared.

/** Words that end a name, in any spelling: `password`, `accessToken`, `X-Auth`, `user[api_key]`, `apikey2`. */
const credentialName =
  /(?:password|passwd|passphrase|secret|token|api-?key|private-?key|subscription-?key|credential|authorization)s?$|(?:^|-)(?:pass|passcode|passkey|pwd|pw|jwt|auth|refresh|(?:access|account|auth|app|client|consumer|encryption|host|license|master|service|session|shared|signing|ssh|storage)-?key|session(?:-?id)?|sid|sig|signature|hmac|t?otp|cvv|cvc|pin|card-?number|iban|bearer|cookie)$/i;

/** What issuers give their tokens to be known by: JSON Web Tokens, PEM and the prefixes of large services. */
const shapes = [
  String.raw`eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*`,
  String.raw`(?:sk|pk|rk)_(?:live|test)_\w{8,}`,
  String.raw`sk-[\w-]{16,}`,
  String.raw`whsec_[\w+/=]{16,}`,
  String.raw`gh[pousr]_\w{16,}`,
  String.raw`github_pat_\w{16,}`,
  String.raw`glpat-[\w-]{16,}`,
  String.raw`xox[a-z]-[\w-]{8,}`,
  String.raw`xapp-[\w-]{8,}`,
  String.raw`A[KS]IA[A-Z\d]{12,}`,
  String.raw`AIza[\w-]{16,}`,
  String.raw`ya29\.[\w-]{16,}`,
  String.raw`GOCSPX-[\w-]{16,}`,
  String.raw`SG\.[\w-]{8,}\.[\w-]{8,}`,
  String.raw`npm_\w{16,}`,
  String.raw`hf_\w{16,}`,
  String.raw`shp(?:at|ss|ca|pa)_\w{16,}`,
  String.raw`do[opr]_v1_\w{16,}`,
  String.raw`-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)`,
].join('|');
const credentialShape = new RegExp(`^(?:${shapes})$`);
const credentialInside = new RegExp(`(?<![\\w-])(?:${shapes})(?![\\w-])`, 'g');

const csrfName = /(?:^|[-_.])(?:csrf|xsrf)|authenticity[-_]?token|requestverificationtoken|^_token$/i;

/** What every client sends with values that may look random and open nothing. */
const standardHeader =
  /^(?:content-.*|accept.*|origin|referer|date|range|link|prefer|from|via|soapaction|digest|x-requested-with)$/i;
const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** `password`, `accessToken`, `api_key`, `X-Auth-Token`. */
export function namesCredential(name: string): boolean {
  return credentialName.test(plainName(name));
}

/** A value nobody would type, that its issuer marked as a credential. */
export function looksLikeCredential(value: string): boolean {
  return credentialShape.test(value.trim());
}

/** Those that stand in a longer text. */
export function credentialsInside(text: string): string[] {
  return [...text.matchAll(credentialInside)].map(([whole]) => whole.trimEnd());
}

/** A value of a request, by its name, its look and where it stands. */
export function isCredential(name: string, value: string, where: 'header' | 'query' | 'body'): boolean {
  if (looksLikeCredential(value)) return true;
  if (where === 'header' && standardHeader.test(name)) return false;
  if (/^(?:refresh|auth)$/i.test(name) && isSwitch(value)) return false;
  if (namesCredential(name) || namesCsrf(name)) return true;
  if (where === 'body') return (/^key$/i.test(name) && /^\S{16,}$/.test(value)) || looksRandom(value, 24);
  if (/key$/i.test(plainName(name)) && !isSwitch(value)) return true;
  return looksRandom(value, 16) || (where === 'header' && uuid.test(value) && !/id$/i.test(name));
}

/** A token against forged requests: new for each page or session, so that a copied one is worth nothing. */
export function namesCsrf(name: string): boolean {
  return csrfName.test(name);
}

/** A piece without a break that mixes letters with digits, or small with capital ones many times: no word, no UUID. */
export function looksRandom(value: string, shortest: number): boolean {
  if (!/^[\w+/=.~-]+$/.test(value)) return false;
  return value.split(/[-_.~]/).some((piece) => {
    if (piece.length < shortest || /^\d+$/.test(piece)) return false;
    return /\d/.test(piece) ? /[A-Za-z]/.test(piece) : (piece.match(/[a-z][A-Z]/g) ?? []).length >= 4;
  });
}

function isSwitch(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|\d{0,4})$/i.test(value);
}

/** Words with hyphens between them, without a number at the end. */
function plainName(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z\d]+/g, '-')
    .replaceAll(/^-+|-*\d*-*$/g, '');
}
