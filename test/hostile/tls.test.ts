// A partner whose certificate or protocol cannot be trusted: nothing is asked of it and nothing is sent to it.

import assert from 'node:assert/strict';
import { createServer, type ServerOptions } from 'node:https';
import { describe, type TestContext, test } from 'node:test';
import { type CertificateFacts, certificate } from '../probes/certificate.ts';
import { closed, listen } from '../probes/local-server.ts';
import { openSite, scenarioAt } from '../system/site.ts';

const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
const cases: Readonly<Record<string, [CertificateFacts, ServerOptions, RegExp]>> = {
  'a certificate that has expired': [{ expired: true }, {}, /CERT_HAS_EXPIRED/],
  'a certificate for another host': [{ address: '127.0.0.9' }, {}, /ERR_TLS_CERT_ALTNAME_INVALID/],
  'a protocol that is too old': [{}, old, /EPROTO.*of version 1\.2 or later/],
};

/** Whether the authority is trusted or not, which is what NODE_EXTRA_CA_CERTS is for. */
async function serveTls(
  t: TestContext,
  facts: CertificateFacts,
  options: ServerOptions,
): Promise<{ url: string; authority: string; requests(): number } | undefined> {
  const pair = await certificate(t, facts);
  if (pair === undefined) return undefined;
  let requests = 0;
  const server = createServer({ ...options, key: pair.key, cert: pair.cert }, (_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json');
    response.end('{"id":8841,"note":""}');
  });
  const url = `https://127.0.0.1:${await listen(server)}`;
  t.after(() => {
    server.closeAllConnections();
    return closed(server);
  });
  return { url, authority: pair.file, requests: () => requests };
}

describe('TLS that cannot be trusted', { concurrency: 2 }, () => {
  for (const [name, [facts, options, code]] of Object.entries(cases)) {
    test(`${name} makes a look blind, and a send refused for certain`, async (t) => {
      const partner = await serveTls(t, facts, options);
      if (partner === undefined) return;
      const env = { NODE_EXTRA_CA_CERTS: partner.authority };
      const site = await openSite(t);
      const look = `{ http: { url: '${partner.url}/partner/\${{ marker }}', field: $.note } }`;
      site.file('look.yaml', scenarioAt(site.url, { partner: look, deadline: '300ms' }));
      const looked = await site.run(['run', 'look.yaml'], { env });
      assert.equal(looked.code, 4, looked.stdout + looked.stderr);
      assert.match(looked.stdout, /the TLS connection could not be made/);
      assert.match(looked.stdout, code);

      site.file('send.yaml', scenarioAt(site.url).replace(`'${site.url}/bookings', `, `'${partner.url}/bookings', `));
      const sent = await site.run(['run', 'send.yaml'], { env });
      assert.equal(sent.code, 1, sent.stdout + sent.stderr);
      assert.match(sent.stdout, /refused: POST https:.*the TLS connection could not be made/);
      assert.equal(partner.requests(), 0);
    });
  }
});
