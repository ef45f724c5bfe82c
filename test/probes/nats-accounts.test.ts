// Who may look at NATS and publish there, and how: passwords, tokens, keys, certificates, and rights that are missing or taken away.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';
import type { FaultKind } from '../../smoke/core/look.ts';
import { nats } from '../../smoke/probes/nats/nats.ts';
import type { NatsOptions } from '../../smoke/probes/nats/nats-options.ts';
import { Blind, type Host, type Probe, type Sent } from '../../smoke/probes/plugin.ts';
import { nobody, noCookies, testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type NatsServer, natsServer } from '../servers/nats.ts';
import { authority } from './authority.ts';

const subject = 'orders.created';

describe('accounts of nats', { skip: without('nats') }, () => {
  const opened = async (options: NatsOptions, host: Partial<Host> = {}): Promise<Probe<NatsOptions>> => {
    assert.ok(nats.open);
    return nats.open(options, testHost(host));
  };
  /** Opens, looks once and closes. */
  const looked = async (options: NatsOptions, host: Partial<Host> = {}): Promise<void> => {
    const probe = await opened(options, host);
    try {
      await probe.read(options, testContext());
    } finally {
      await probe.close?.();
    }
  };
  const published = async (options: NatsOptions): Promise<Sent> => {
    const trigger = await nats.trigger?.(testHost());
    assert.ok(trigger);
    const { signal } = testContext();
    return trigger.fire(options, { signal, cookies: noCookies, owner: nobody });
  };
  const isBlind = (kind: FaultKind, says: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Blind, String(error));
    assert.equal(error.fault.kind, kind, error.message);
    assert.match(`${error.message} ${error.fault.hint}`, says);
    return true;
  };
  const started = async (t: TestContext, asked: Parameters<typeof natsServer>[0]): Promise<NatsServer> => {
    const server = await natsServer(asked);
    t.after(() => server.close());
    return server;
  };
  const folderOf = async (t: TestContext): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'smoketrail-nats-'));
    t.after(() => rm(folder, { recursive: true }));
    return folder;
  };

  test('a token stands in the address or by itself, and a wrong one is told before the send', async (t) => {
    const { port, url } = await started(t, {
      config: 'authorization { token: "s3cr3t" }',
      account: { token: 's3cr3t' },
    });
    await looked({ url: `nats://s3cr3t@127.0.0.1:${port}`, subject });
    await looked({ url, token: 's3cr3t', subject });
    await assert.rejects(
      opened({ url, token: 'other', subject }),
      isBlind('permission', /Authorization Violation.*token/),
    );
    const sent = await published({ url, token: 'other', subject, text: 'x' });
    assert.equal(sent.outcome, 'refused');
    assert.equal(sent.fault?.kind, 'permission');
  });

  test('a right that is missing is told before the send, and one that is taken away ends the tap', async (t) => {
    const allowing = (what: string): string => `
      authorization { users = [
        { user: tester, password: right },
        { user: reader, password: right, permissions: { subscribe: [${what}], publish: { deny: ">" } } }
      ] }`;
    const account = { user: 'tester', pass: 'right' };
    const server = await started(t, { config: allowing('"orders.>", "_INBOX.>"'), account });
    const url = `nats://reader:right@127.0.0.1:${server.port}`;
    await assert.rejects(opened({ url, subject: 'mails.>' }), isBlind('permission', /Subscription to "mails\.>"/));
    await assert.rejects(
      opened({ url, stream: 'ORDERS' }),
      isBlind('permission', /Publish to "\$JS\.API\.STREAM\.INFO/),
    );
    const sent = await published({ url, subject, text: 'x' });
    assert.equal(sent.outcome, 'refused');
    assert.match(sent.summary, /Permissions Violation for Publish to "orders\.created"/);
    const probe = await opened({ url, subject });
    const deaf = assert.rejects(async () => probe.changed?.(new AbortController().signal));
    await server.configure(allowing('"_INBOX.>"'));
    await deaf;
    await assert.rejects(probe.read({ url, subject }, testContext()), isBlind('permission', /Subscription/));
    await probe.close?.();
  });

  test('an nkey proves who asks', async (t) => {
    const folder = await folderOf(t);
    const [known, unknown] = [createUser(), createUser()];
    await writeFile(join(folder, 'known.nk'), `${Buffer.from(known.getSeed())}\n`);
    await writeFile(join(folder, 'unknown.nk'), unknown.getSeed());
    const config = `authorization { users = [ { user: tester, password: right }, { nkey: ${known.getPublicKey()} } ] }`;
    const { url } = await started(t, { config, account: { user: 'tester', pass: 'right' } });
    await looked({ url, nkey: 'known.nk', subject }, { baseDir: folder });
    await assert.rejects(
      looked({ url, nkey: 'unknown.nk', subject }, { baseDir: folder }),
      isBlind('permission', /nkey/),
    );
    await assert.rejects(
      looked({ url, nkey: 'missing.nk', subject }, { baseDir: folder }),
      isBlind('error', /nkey: missing\.nk cannot be read \(ENOENT\)/),
    );
  });

  test('a file of credentials proves who asks', async (t) => {
    const folder = await folderOf(t);
    const [operator, account, user] = [createOperator(), createAccount(), createUser()];
    const operatorToken = tokenOf(operator, operator, { type: 'operator' });
    const unlimited = { subs: -1, data: -1, payload: -1, conn: -1, imports: -1, exports: -1, wildcards: true };
    const stored = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const accountToken = tokenOf(operator, account, { type: 'account', limits: { ...unlimited, ...stored } });
    const userToken = tokenOf(account, user, { type: 'user', subs: -1, data: -1, payload: -1 });
    const creds = [
      `-----BEGIN NATS USER JWT-----\n${userToken}\n------END NATS USER JWT------\n`,
      `-----BEGIN USER NKEY SEED-----\n${Buffer.from(user.getSeed())}\n------END USER NKEY SEED------\n`,
    ].join('\n');
    await writeFile(join(folder, 'tester.creds'), creds);
    const config = `operator: ${operatorToken}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountToken} }`;
    const { credsAuthenticator } = await import('@nats-io/transport-node');
    const authenticator = credsAuthenticator(Buffer.from(creds));
    const { url } = await started(t, { config, account: { authenticator }, jetstream: false });
    await looked({ url, creds: 'tester.creds', subject }, { baseDir: folder });
    await assert.rejects(looked({ url, subject }), isBlind('permission', /creds/));
  });

  test('the certificate of the server is verified, by the authority that is named', async (t) => {
    const made = await authority(t);
    if (made === undefined) return;
    const { folder } = made;
    // The client compares no IP address by itself.
    const tls = { caFile: join(folder, 'ca.pem'), host: '127.0.0.1' };
    const config = `tls { cert_file: "${folder}/server.pem", key_file: "${folder}/server.key" }`;
    const { port } = await started(t, { config, account: { tls } });
    const host = { baseDir: folder };
    for (const scheme of ['tls', 'nats']) {
      const url = `${scheme}://127.0.0.1:${port}`;
      await looked({ url, ca: 'ca.pem', subject }, host);
      await assert.rejects(looked({ url, subject }, host), isBlind('refused', /no trusted TLS/));
      await assert.rejects(looked({ url, ca: 'other-ca.pem', subject }, host), isBlind('refused', /no trusted TLS/));
    }
    await looked({ url: `tls://127.0.0.1:${port}`, subject }, { ...host, insecure: true });
  });

  test('a server without TLS is none where TLS is asked for', async (t) => {
    const { port } = await started(t, {});
    await assert.rejects(looked({ url: `tls://127.0.0.1:${port}`, subject }), isBlind('refused', /has no TLS/));
  });

  test('one of several nodes is enough', async (t) => {
    const { url } = await started(t, {});
    await looked({ url: ['nats://127.0.0.1:1', url], subject });
  });
});

/** A JWT as NATS signs it. https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
function tokenOf(issuer: KeyPair, about: KeyPair, nats: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: about.getPublicKey(),
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    sub: about.getPublicKey(),
  };
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, name: 'test', nats: { version: 2, ...nats } })}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
