// Recognises that an answer is a login page instead of what was asked for: an expired session must not read as lost.

const words: ReadonlySet<string> = new Set(['signin', 'logon', 'signon', 'sso', 'authorize', 'authenticate']);
const pairs: ReadonlySet<string> = new Set(['log in', 'log on', 'sign in', 'sign on', 'session new', 'sessions new']);

/** `/users/sign_in`, `/account/userLogin.aspx`, `/sso/start`: judged by the path, not by the query. */
export function leadsToLogin(url: URL): boolean {
  const parts = url.pathname
    .slice(0, 1_024)
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return parts.some(
    (part, index) =>
      words.has(part) || part.startsWith('login') || part.endsWith('login') || pairs.has(`${part} ${parts[index + 1]}`),
  );
}

/** A page with a field for a password: it may be a login page, or only have a login form in its margin. */
export function asksForPassword(html: string): boolean {
  return /<input\b[^<>]{0,1000}?\btype\s*=\s*["']?password\b/i.test(html);
}
