// Which parts of a request are credentials, by their name or by how they look.

const credentialName =
  /^(?:.*[-_. ])?(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|jwt|api-?_?key|access-?_?key|auth-?_?key|authorization|credentials?|session(?:[-_]?id)?|sid|sig(?:nature)?|otp|cvv|cvc|pin|card[-_]?number|iban|bearer|cookie)$/i;

/** What issuers give their tokens to be known by: JSON Web Tokens and the prefixes of large services. */
const credentialShape =
  /^(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(?:sk|pk|rk)_(?:live|test)_\w{8,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{8,}|AKIA[A-Z\d]{12,}|ya29\.[\w-]{16,})$/;

const csrfName = /(?:^|[-_.])(?:csrf|xsrf)|authenticity[-_]?token|requestverificationtoken|^_token$/i;

/** `password`, `accessToken`, `api_key`, `X-Auth-Token`. */
export function namesCredential(name: string): boolean {
  return credentialName.test(name.replaceAll(/([a-z\d])([A-Z])/g, '$1-$2'));
}

/** A value nobody would type, that its issuer marked as a credential. */
export function looksLikeCredential(value: string): boolean {
  return credentialShape.test(value.trim());
}

/** A token against forged requests: new for each page or session, so that a copied one is worth nothing. */
export function namesCsrf(name: string): boolean {
  return csrfName.test(name);
}
