// A partner that sends its callers elsewhere: no credential goes along, and what is no HTTP address is not opened.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LocalServer, serve } from '../probes/local-server.ts';
import { face } from './faced.ts';
import { partner } from './partners.ts';

/** Every kind of credential that a look may carry. */
const secretive = (url: string): string =>
  `{ http: { url: '${url.replace('//', '//user:pass-word@')}/partner/\${{ marker }}', headers: { X-Api-Key: key-of-ours, X-Tenant: tenant-of-ours, Cookie: own=cookie-of-ours }, field: $.note } }`;
const words = /dXNlcjpwYXNzLXdvcmQ|pass-word|key-of-ours|tenant-of-ours|cookie-of-ours|session-of-ours/;

function headersAt({ seen }: LocalServer): string {
  return JSON.stringify(seen.map(({ headers }) => headers));
}

test('credentials, cookies and headers of the scenario stay behind on another host, in looks and in steps', async (t) => {
  // The same machine under another name: cookies know names, not ports.
  const other = await serve(t, (_request, response) => response.end('{"id":8841,"note":"from elsewhere"}'));
  const elsewhere = `${other.url.replace('127.0.0.1', 'localhost')}/taken`;
  const { site, outputs } = await face(t, {
    ...partner((response) => {
      response.setHeader('set-cookie', 'sid=session-of-ours');
      response.writeHead(302, { location: elsewhere }).end();
    }),
    look: secretive,
  });
  assert.ok(other.seen.length > 0, 'the redirect was followed');
  assert.doesNotMatch(headersAt(other), words);
  const asked = site.seen.filter(({ url }) => url.startsWith('/partner'));
  assert.match(JSON.stringify(asked[0]?.headers), /key-of-ours/);
  assert.match(JSON.stringify(asked.at(-1)?.headers), /session-of-ours/, 'where the cookie is from it goes back to');
  for (const text of Object.values(outputs)) assert.doesNotMatch(text, /pass-word|session-of-ours/);
});

const nowhere: Readonly<Record<string, string>> = {
  'a file': 'file:///etc/passwd',
  FTP: 'ftp://127.0.0.1/x',
  data: 'data:application/json,{"id":8841,"note":"x"}',
  'a script': 'javascript:alert(1)',
  'a host that is none': 'http://[::bad/',
};

describe('a redirect to what is no HTTP address is blind', { concurrency: 2 }, () => {
  for (const [name, location] of Object.entries(nowhere)) {
    test(name, async (t) => {
      const { code, look } = await face(
        t,
        partner((response) => response.writeHead(302, { location }).end()),
      );
      assert.ok(look.kind === 'blind', JSON.stringify(look));
      assert.match(look.fault.message, /answered 302: it redirects to something that is not an HTTP address/);
      assert.equal(code, 4);
    });
  }
});

test('a loop ends and is blind', async (t) => {
  const { code, look } = await face(
    t,
    partner((response, { request }) => response.writeHead(302, { location: request.url }).end()),
  );
  assert.match(look.kind === 'blind' ? look.fault.message : '', /redirected more than 5 times/);
  assert.equal(code, 4);
});
