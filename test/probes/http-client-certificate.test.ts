// `tls:` of HTTP against real servers: an authority of one's own, and the certificate by which a server knows its client.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { HttpTls } from '../../smoke/probes/http/http-auth-options.ts';
import type { Host } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';
import { authority } from './authority.ts';
import { open } from './http-looks.ts';
import { send } from './http-sends.ts';
import { closed, listen } from './local-server.ts';

type Guarded = { url: string; clients: string[]; host: Partial<Host> };

/** Answers only who shows a certificate of its authority, unless `anybody` may come; notes who came. */
async function guarded(
  t: TestContext,
  { location, anybody = false }: { location?: string; anybody?: boolean } = {},
): Promise<(Guarded & { folder: string; passphrase: string }) | undefined> {
  const made = await authority(t);
  if (made === undefined) return undefined;
  const file = (name: string): Buffer => readFileSync(join(made.folder, name));
  const clients: string[] = [];
  const how = {
    key: file('server.key'),
    cert: file('server.pem'),
    ca: file('ca.pem'),
    requestCert: true,
    rejectUnauthorized: !anybody,
  };
  const server = createServer(how, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    clients.push(String(subject?.CN ?? 'nobody'));
    if (location !== undefined) response.writeHead(302, { location });
    response.end('ok');
  });
  // A handshake that fails is what the client is told of.
  server.on('tlsClientError', () => undefined);
  const url = `https://127.0.0.1:${await listen(server)}/`;
  t.after(() => {
    server.closeAllConnections();
    return closed(server);
  });
  return { ...made, url, clients, host: { baseDir: made.folder } };
}

const client: HttpTls = { ca: './ca.pem', cert: './client.pem', key: './client.key' };

test('a client certificate opens looks and sends, its key behind a passphrase or not', async (t) => {
  const site = await guarded(t);
  if (!site) return;
  const { url, host, passphrase } = site;
  const probe = await open(t, host);
  const reading = await probe.read({ url, tls: client }, lookContext());
  assert.equal(reading.candidates[0]?.text(), 'ok');
  const locked = { ...client, key: './locked.key', passphrase };
  await probe.read({ url, tls: locked }, lookContext());
  const sent = await send({ url, json: {}, tls: client }, {}, host);
  assert.equal(sent.outcome, 'done', sent.summary);
  assert.deepEqual(site.clients, ['client', 'client', 'client']);
});

test('looks with and without a certificate share no connection', async (t) => {
  const site = await guarded(t, { anybody: true });
  if (!site) return;
  const { url, host } = site;
  const probe = await open(t, host);
  for (const tls of [client, { ca: './ca.pem' }, client]) await probe.read({ url, tls }, lookContext());
  assert.deepEqual(site.clients, ['client', 'nobody', 'client']);
});

test('without the certificate the look is blind, and says what may be missing', async (t) => {
  const site = await guarded(t);
  if (!site) return;
  const probe = await open(t, site.host);
  const seen: unknown = await probe
    .read({ url: site.url, tls: { ca: './ca.pem' } }, lookContext())
    .catch((error: unknown) => error);
  assert.match(String(seen), /broke off the TLS connection|reset/);
  assert.deepEqual(site.clients, []);
});

test('a server that the authority does not vouch for is refused, and so is another name', async (t) => {
  const site = await guarded(t);
  if (!site) return;
  const { url, host } = site;
  const stranger = await send({ url, json: {}, tls: { ...client, ca: './other-ca.pem' } }, {}, host);
  assert.equal(stranger.outcome, 'refused');
  assert.match(stranger.fault?.hint ?? '', /tls: \{ ca: \.\/ca\.pem \}/);
  const unnamed = await send({ url, json: {}, tls: { ...client, servername: 'other.example' } }, {}, host);
  assert.equal(unnamed.outcome, 'refused', unnamed.summary);
  assert.deepEqual(site.clients, []);
  const named = await send({ url, json: {}, tls: { ...client, servername: 'api.example' } }, {}, host);
  assert.equal(named.outcome, 'done', named.summary);
});

test('a redirect to another origin is followed without the certificate', async (t) => {
  const elsewhere = await guarded(t, { anybody: true });
  if (!elsewhere) return;
  const site = await guarded(t, { location: elsewhere.url });
  assert.ok(site);
  const bundle =
    readFileSync(join(site.folder, 'ca.pem'), 'utf8') + readFileSync(join(elsewhere.folder, 'ca.pem'), 'utf8');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(join(site.folder, 'both.pem'), bundle);
  const probe = await open(t, site.host);
  const reading = await probe.read({ url: site.url, tls: { ...client, ca: './both.pem' } }, lookContext());
  assert.equal(reading.candidates[0]?.text(), 'ok');
  assert.deepEqual(site.clients, ['client']);
  assert.deepEqual(elsewhere.clients, ['nobody']);
});

for (const [what, tls, says] of [
  [
    'a file that is not there',
    { ...client, ca: './no.pem' },
    /^.*tls\.ca: \.\/no\.pem cannot be read: there is no such file$/,
  ],
  ['a folder', { ...client, cert: '.' }, /tls\.cert: \. cannot be read: it is a folder/],
  ['a file that is no certificate', { ...client, cert: './names' }, /\.\/names.* cannot be used: it is no PEM file/],
  ['a key of another certificate', { ...client, key: './server.key' }, /the key is not that of the certificate/],
  [
    'a wrong passphrase',
    { ...client, key: './locked.key', passphrase: 'wrong' },
    /the passphrase does not open the key/,
  ],
  ['no passphrase where one is needed', { ...client, key: './locked.key' }, /the passphrase does not open the key/],
] as const) {
  test(`${what} under tls refuses the send with words, and nothing is sent`, async (t) => {
    const site = await guarded(t);
    if (!site) return;
    const { url, host } = site;
    const sent = await send({ url, json: {}, tls }, {}, host);
    assert.equal(sent.outcome, 'refused');
    assert.match(sent.summary, says);
    assert.ok(sent.fault?.hint);
    const probe = await open(t, host);
    await assert.rejects(probe.read({ url, tls }, lookContext()), { name: 'Blind', message: sent.summary });
    assert.deepEqual(site.clients, []);
  });
}

test('a key that is locked in a way nobody knows is told apart from a file that is no key', async (t) => {
  const site = await guarded(t);
  if (!site) return;
  const { writeFile } = await import('node:fs/promises');
  const [begin, ...lines] = readFileSync(join(site.folder, 'locked.key'), 'utf8').trim().split('\n');
  const key = Buffer.from(lines.slice(0, -1).join(''), 'base64');
  // The last byte of the name of AES-256 in CBC mode.
  const cipher = Buffer.from('60864801650304012a', 'hex');
  key[key.indexOf(cipher) + cipher.length - 1] = 0x7f;
  await writeFile(join(site.folder, 'strange.key'), [begin, key.toString('base64'), lines.at(-1), ''].join('\n'));
  const tls = { ...client, key: './strange.key', passphrase: site.passphrase };
  const sent = await send({ url: site.url, json: {}, tls }, {}, site.host);
  assert.match(sent.summary, /the passphrase does not open the key, or its encryption is not known here/);
  assert.equal(sent.fault?.hint, 'Check tls.passphrase.');
});

test('a file that is mended while the run goes on is seen', async (t) => {
  const site = await guarded(t);
  if (!site) return;
  const { copyFile } = await import('node:fs/promises');
  const host = testHost(site.host);
  const tls = { ...client, cert: './new.pem' };
  assert.equal((await send({ url: site.url, json: {}, tls }, {}, host)).outcome, 'refused');
  await copyFile(join(site.folder, 'client.pem'), join(site.folder, 'new.pem'));
  assert.equal((await send({ url: site.url, json: {}, tls }, {}, host)).outcome, 'done');
});
