// The capture probe keeps the contract, with requests that pass through it to a partner.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { capture } from '../../smoke/probes/capture/capture.ts';
import type { CaptureOptions } from '../../smoke/probes/capture/capture-options.ts';
import { openServer } from '../../smoke/probes/capture/capture-server.ts';
import { testHost } from '../../smoke/testing/host.ts';
import { type ProbeBench, testProbe } from '../../smoke/testing.ts';
import { closed, listen } from '../probes/local-server.ts';
import { freePort } from '../servers/free-port.ts';

async function partner(): Promise<{ url: string; seen: string[]; close(): Promise<void> }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":true}');
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close() {
      server.closeAllConnections();
      return closed(server);
    },
  };
}

const selection: NonNullable<ProbeBench<CaptureOptions>['selection']> = ({ alias }) => ({
  where: { '$.request.path': `/reservations/${alias}` },
  field: '$.request.body.BookingNote',
});

const send =
  (port: number) =>
  async ({ alias, note }: { alias: string; note: string }): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/reservations/${alias}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ BookingNote: note }),
    });
    await answer.text();
    assert.equal(answer.status, 201);
  };

/** The suite's send is at the beginning of time; so is the capture, as in a run that opens it before the send. */
const began = performance.now();
const clock = { ...testHost().clock, wall: () => new Date(performance.now() - began) };

testProbe('capture (a listener of its own)', {
  plugin: capture,
  unreachableAs: 'refused',
  async setUp() {
    const to = await partner();
    const other = await partner();
    const port = await freePort();
    const listens = `127.0.0.1:${port}`;
    const put = send(port);
    return {
      host: { clock },
      options: () => ({ listen: listens, forward: to.url }),
      selection,
      // Where a look has closed already, nobody listens any more.
      put: async (record) => put(record).catch((error) => assert.equal(error.message, 'fetch failed')),
      // It listens itself: nobody turns it down, stalls or ends.
      // A port at which another server listens.
      unreachable: () => ({ listen: new URL(other.url).host, forward: to.url }),
      snapshot: async () => [...to.seen],
      close: async () => {
        await Promise.all([to.close(), other.close()]);
      },
    };
  },
});

testProbe('capture (one that is followed)', {
  plugin: capture,
  unreachableAs: 'refused',
  async setUp() {
    const to = await partner();
    const trust = { insecure: false };
    const limits = { closed: false, limit: 1_000_000, total: 10_000_000 };
    const listening = { host: '127.0.0.1', forward: to.url, trust, ...limits };
    let server = await openServer({ ...listening, port: 0 }, clock);
    const { port } = server;
    return {
      host: { clock, env: { SMOKETRAIL_CAPTURE_PORT: String(port) } },
      options: () => ({}),
      selection,
      put: send(port),
      // No `denied`: a capture of another user cannot be told from any other program that listens there.
      unreachable: () => ({ listen: '127.0.0.1:1' }),
      outage: {
        begin: () => server.close(AbortSignal.abort()),
        async end() {
          server = await openServer({ ...listening, port }, clock);
        },
      },
      snapshot: async () => [to.seen.length, server.store.count, server.store.newest],
      async close() {
        await server.close(AbortSignal.abort());
        await to.close();
      },
    };
  },
});

describe('what the contract says of itself', () => {
  test('it is evidence of the hop itself, and says what it needs and costs', () => {
    assert.equal(capture.evidence, 'own');
    assert.ok(capture.contract?.needs && capture.contract.costs);
  });
});
