// A system behind a login: a form with a token against forgery, or a token to be sent along. Sessions end when told.

import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { Seen } from '../probes/local-server.ts';
import { openSite, type Site } from './site.ts';

export const password = 'correct-horse-7';

export type Guarded = Site & {
  /** Logins that succeeded, and those that did not. */
  logins: { right: number; wrong: number };
  /** Everything that was handed out: cookies, tokens, tokens of forms. */
  handedOut: string[];
  /** Everybody is logged out. */
  endSessions(): void;
};

export type Guarding = {
  /** How a request is answered that has no session. */
  out?: 'redirect' | 'unauthorized' | 'login page';
  /** Which requests need a session; all but the login where nothing is said. */
  guards?: (request: Seen) => boolean;
  /** Answers a request in place of the site, where it gives true. `alive`: it has a session. */
  instead?: (request: Seen, response: ServerResponse, alive: boolean) => boolean;
};

const form = (csrf: string): string =>
  `<form method="post"><input type="hidden" name="csrf" value="${csrf}"><input name="user"><input name="password" type="password"><button>Log in</button></form>`;

export async function guardedSite(t: TestContext, guarding: Guarding = {}): Promise<Guarded> {
  const alive = new Set<string>();
  const logins = { right: 0, wrong: 0 };
  const handedOut: string[] = [];
  const fresh = (): string => {
    const value = randomBytes(12).toString('base64url');
    handedOut.push(value);
    return value;
  };
  const site = await openSite(t, { instead });
  return Object.assign(site, { logins, handedOut, endSessions: () => alive.clear() });

  function instead(request: Seen, response: ServerResponse): boolean {
    const { method, url, headers } = request;
    const cookies = String(headers['cookie'] ?? '');
    const bearer = String(headers['authorization'] ?? '').replace('Bearer ', '');
    const isIn = (): boolean => alive.has(bearer) || alive.has(/(?:^|; )sid=([\w-]+)/.exec(cookies)?.[1] ?? '');
    if (guarding.instead?.(request, response, isIn())) return true;
    if (url === '/login') {
      if (method === 'GET') loginPage(response);
      else logIn(request, cookies, response);
      return true;
    }
    if (url === '/token') {
      giveToken(request, response);
      return true;
    }
    if (isIn() || guarding.guards?.(request) === false) return false;
    if (guarding.out === 'unauthorized') response.writeHead(401).end();
    else if (guarding.out === 'login page') loginPage(response);
    else response.writeHead(302, { location: '/login' }).end();
    return true;
  }

  function loginPage(response: ServerResponse): void {
    const csrf = fresh();
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': `form=${csrf}; HttpOnly` }).end(form(csrf));
  }

  /** A wrong password is answered with 200 and the form again, as many pages do. */
  function logIn({ body }: Seen, cookies: string, response: ServerResponse): void {
    const fields = new URLSearchParams(body);
    const csrf = fields.get('csrf') ?? '';
    if (!cookies.includes(`form=${csrf}`) || fields.get('password') !== password) {
      logins.wrong += 1;
      loginPage(response);
      return;
    }
    logins.right += 1;
    const sid = fresh();
    alive.add(sid);
    response.writeHead(303, { location: '/bookings?search=smk', 'set-cookie': `sid=${sid}; Path=/; HttpOnly` }).end();
  }

  function giveToken({ body }: Seen, response: ServerResponse): void {
    const isRight = body.includes(password);
    logins[isRight ? 'right' : 'wrong'] += 1;
    if (!isRight) {
      response.writeHead(401).end();
      return;
    }
    const token = fresh();
    alive.add(token);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token }));
  }
}

const logins = {
  form: (url: string) => `
      - http: { url: '${url}/login', keep: { csrf: 'input[name=csrf]@value' } }
      - http: { method: POST, url: '${url}/login', form: { user: me, password: '\${{ secret.PASSWORD }}', csrf: '\${{ session.csrf }}' }, expect: { status: [200, 303] } }`,
  token: (url: string) => `
      - http: { method: POST, url: '${url}/token', json: { password: '\${{ secret.PASSWORD }}' }, keep: { token: $.token } }`,
};

export type Written = {
  name?: string;
  login?: keyof typeof logins;
  /** Which parts use the session. */
  uses?: readonly ('send' | 'partner' | 'find' | 'clean')[];
  idempotent?: boolean;
  deadline?: string;
  grace?: string;
  confirm?: string;
  timeout?: string;
  find?: boolean;
};

/** One hop, the partner, read by the booking's id. Short times. */
export function guardedScenario(url: string, written: Written = {}): string {
  const { name = 'booking', login = 'form', uses = ['partner'], idempotent = false, deadline = '2s' } = written;
  const { grace = '0s', confirm = '0s', timeout = '5s', find = false } = written;
  const session = (part: (typeof uses)[number]): string => (uses.includes(part) ? 'session: extranet, ' : '');
  const token = (part: (typeof uses)[number]): string =>
    login === 'token' && uses.includes(part) ? "headers: { Authorization: 'Bearer ${{ session.token }}' }, " : '';
  return `name: ${name}
deadline: ${deadline}
grace: ${grace}
confirm: ${confirm}
settle: 50ms
timeout: ${timeout}
poll: { first: 20ms, factor: 1.2, max: 60ms }
sessions:
  extranet:
    login:${logins[login](url)}
send:
  { ${session('send')}${idempotent ? 'idempotent: true, ' : ''}http: { method: POST, url: '${url}/bookings', ${token('send')}json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: partner
    look: { ${session('partner')}http: { url: '${url}/partner/\${{ booking }}', ${token('partner')}field: $.note } }
${find ? `find:\n  - { ${session('find')}http: { url: '${url}/bookings?search=\${{ marker }}', ${token('find')}records: '$.bookings[*]', keep: { booking: $.id } } }` : ''}
clean:
  - { ${session('clean')}http: { method: DELETE, url: '${url}/bookings/\${{ booking }}', ${token('clean')}expect: { status: [200, 404] } } }
`;
}
