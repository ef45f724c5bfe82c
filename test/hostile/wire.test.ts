// A partner that speaks no proper HTTP: whatever two readers could read differently is no answer at all.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serveRaw } from '../probes/local-server.ts';
import { openSite, scenarioAt } from '../system/site.ts';
import { runAt } from './faced.ts';

const body = '{"id":8841,"note":""}';
const cases: Readonly<Record<string, [string, RegExp]>> = {
  'no status line': [body, /the answer is not HTTP/],
  'HTTP of 1991': [`<html>${body}</html>`, /the answer is not HTTP/],
  'another protocol': ['SSH-2.0-OpenSSH_9.2\r\n', /the answer is not HTTP/],
  'two lengths': [
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 21\r\nContent-Length: 5\r\n\r\n${body}`,
    /the answer is not HTTP/,
  ],
  'a length beside chunks': [
    `HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n${body}\r\n0\r\n\r\n`,
    /the answer is not HTTP/,
  ],
  'chunks of no length': [
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${body}`,
    /the answer is not HTTP/,
  ],
  'a chunk beyond all numbers': [
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n${body}`,
    /the answer is not HTTP/,
  ],
  'a header with a control character': [
    `HTTP/1.1 200 OK\r\nX-Note: a\u0000\u001b]0;b\r\nContent-Length: 0\r\n\r\n`,
    /the answer is not HTTP/,
  ],
  'an end before the answer': ['', /the connection was reset before an answer came/],
  'an end in the middle of the headers': ['HTTP/1.1 200 OK\r\nContent-Ty', /./],
  'an end before the length it told': [
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n${body}`,
    /the connection broke in the middle of the answer|shorter than it said/,
  ],
  'an end in the middle of the chunks': [
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n${body}\r\n`,
    /the connection broke in the middle of the answer/,
  ],
};

describe('an answer that is no proper HTTP is blind', { concurrency: 2 }, () => {
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    test(name, async (t) => {
      const site = await openSite(t);
      const url = await serveRaw(t, (socket) => void socket.once('data', () => socket.end(bytes, 'latin1')));
      const look = `{ http: { url: '${url}/partner/\${{ marker }}', field: $.note } }`;
      site.file('booking.yaml', scenarioAt(site.url, { partner: look, deadline: '300ms' }));
      const faced = await runAt(site, ['run', 'booking.yaml']);
      assert.ok(faced.look.kind === 'blind', JSON.stringify(faced.look));
      assert.match(faced.look.fault.message, message);
      assert.equal(faced.scenario.verdict?.verdict, 'unproven');
      assert.equal(faced.code, 4);
    });
  }
});
