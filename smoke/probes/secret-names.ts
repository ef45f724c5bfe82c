// Which options, headers and variables hold credentials, as their names tell.

import { isSecretHeader } from './http/secret-headers.ts';

const secretName =
  /(?:^|-)(?:pass|pw|pwd|bearer|authorization|credentials?|cookie|(?:api|access|auth|secret|private|signing|account)-?key)$|(?:token|secret|passphrase|passw(?:or)?d)$/;

/** `token`, `password`, `client-secret`, `apiKey`, `PGPASSWORD`, `X-Api-Key` and the like. A `key` alone is mostly a name. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/[_.]/g, '-')
    .toLowerCase();
  return secretName.test(words) || isSecretHeader(name);
}
