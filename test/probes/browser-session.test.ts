import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCookies } from '../../smoke/probes/http/cookies.ts';
import type { Cookies } from '../../smoke/probes/plugin.ts';
import { eventually } from '../demo/on-stack.ts';
import { browsing, owner, pages, skip } from './browser-visits.ts';
import { serve } from './local-server.ts';

const { look } = browsing();

async function jar(cookie: string, url: string): Promise<Cookies> {
  const cookies = createCookies({ learned: () => undefined });
  cookies.store(cookie, url);
  await cookies.ready?.();
  return cookies;
}

test('the cookies of a session and those of the marker that uses it never meet', { skip }, async (t) => {
  const server = await serve(t, pages({ '/': '<p>here</p>' }));
  const who = owner();
  const own = await jar('who=marker; Path=/', server.url);
  own.store('more=marker; Path=/', server.url);
  const session = await jar('who=session; Path=/', server.url);
  const asked = async (cookies: Cookies): Promise<string> => {
    await look([{ goto: server.url }], { owner: who, cookies });
    return String(server.seen.at(-1)?.headers['cookie']);
  };
  assert.equal(await asked(own), 'who=marker; more=marker');
  assert.equal(await asked(session), 'who=session');
  assert.equal(await asked(own), 'who=marker; more=marker');
  assert.equal(session.header(server.url), 'who=session');
});

test('what another marker changed in a session meanwhile is not turned back', { skip }, async (t) => {
  let answer: (() => void) | undefined;
  const server = await serve(
    t,
    pages({
      '/slow': (_request, response) => {
        answer = () => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>slow</p>');
      },
      '/renewed': (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'sid=second; Path=/' }).end(),
    }),
  );
  const session = await jar('sid=first; Path=/', server.url);
  const slow = look([{ goto: `${server.url}/slow` }], { owner: owner(), cookies: session });
  const answerNow = await eventually('the slow page is asked for', () => answer);
  await look([{ goto: `${server.url}/renewed` }], { owner: owner(), cookies: session });
  assert.equal(session.header(server.url), 'sid=second');
  answerNow();
  await slow;
  assert.equal(session.header(server.url), 'sid=second');
});
