// A partner that keeps its callers waiting: each look ends by its timeout and says how far the answer came.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { type Face, face } from './faced.ts';
import { byField, partner } from './partners.ts';

/** What the send takes on a busy machine must not end it. */
const shortly = (url: string): string => `${byField('$.note')(url)}\n    timeout: 1s`;

function every(ms: number, response: ServerResponse, act: () => void): void {
  const timer = setInterval(act, ms);
  response.on('close', () => clearInterval(timer));
}

const cases: Readonly<Record<string, [Face, RegExp]>> = {
  'an answer that drips': [
    partner((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      every(10, response, () => response.write(' '));
    }),
    /the answer began but never ended \(its time of 1000 ms is over\)/,
  ],
  'a body that stalls': [
    partner((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"id":8841,"note":"Late. ');
    }),
    /the answer began but never ended/,
  ],
  'a body that is never as long as it said': [
    partner((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"id":8841}');
    }),
    /the answer began but never ended/,
  ],
  'headers that stall': [
    partner((response) => void response.socket?.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-')),
    /no answer \(its time of 1000 ms is over\)/,
  ],
  'headers that drip': [
    partner((response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      every(10, response, () => response.socket?.write('x: y\r\n'));
    }),
    /no answer/,
  ],
  'hints of an answer that never comes': [
    partner((response) =>
      every(5, response, () => {
        for (let count = 0; count < 100; count += 1) response.writeEarlyHints({ link: '</x>; rel=preload' });
      }),
    ),
    /no answer/,
  ],
  'a switch to another protocol': [
    partner((response) => response.writeHead(101, { connection: 'upgrade', upgrade: 'own' }).end()),
    /./,
  ],
};

describe('a look that is kept waiting is blind when its time is up', { concurrency: 2 }, () => {
  for (const [name, [how, message]] of Object.entries(cases)) {
    test(name, async (t) => {
      const { code, scenario, look, site } = await face(t, { ...how, look: shortly });
      assert.ok(look.kind === 'blind', JSON.stringify(look));
      assert.match(look.fault.message, message);
      assert.equal(scenario.verdict?.verdict, 'unproven');
      assert.equal(code, 4);
      assert.equal(site.bookings.size, 0, 'it was cleaned up all the same');
    });
  }
});
