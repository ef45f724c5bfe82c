// The Authorization header in its two usual schemes.

/** RFC 7617, in UTF-8. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** RFC 6750. */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}
