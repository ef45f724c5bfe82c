// What misbehaves where something is sent, found, cleaned up, traced, or asked for its build.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StepRecord } from '../../smoke/core/record.ts';
import { openSite, scenarioAt } from '../system/site.ts';
import { type Face, type Faced, face, runAt } from './faced.ts';
import { html } from './partners.ts';

const escapes = '\u001b[31m\u202e\n::error::owned\n]]>';
const page = '<!doctype html><html><body>Oops</body></html>';

/** Answers requests of that method at that place in place of the site. */
function instead(method: string, place: string, status: number, body: string, type = 'application/json'): Face {
  return {
    instead: (request, response) => {
      if (request.method !== method || !request.url.startsWith(place)) return false;
      response.writeHead(status, { 'content-type': type }).end(body);
      return true;
    },
  };
}

function stepIn({ scenario }: Faced, phase: StepRecord['phase']): StepRecord {
  const step = scenario.steps.find((one) => one.phase === phase);
  assert.ok(step, phase);
  return step;
}

const sends: Readonly<Record<string, [Face, StepRecord['outcome'], string]>> = {
  'turned down with megabytes of escapes': [instead('POST', '/', 422, escapes.repeat(100_000)), 'refused', 'refused'],
  'a server error with escapes': [instead('POST', '/', 500, escapes), 'unknown', 'unproven'],
  'accepted with JSON that is cut': [instead('POST', '/', 201, '{"id":88'), 'unknown', 'unproven'],
  'accepted, with more than anybody reads': [instead('POST', '/', 201, ' '.repeat(9_000_000)), 'unknown', 'unproven'],
  'accepted with an id of megabytes': [
    instead('POST', '/', 201, JSON.stringify({ id: `${escapes}${'x'.repeat(5_000_000)}` })),
    'done',
    'unproven',
  ],
  'answered and closed before the request was read': [
    {
      instead: ({ method }, response) => {
        if (method === 'POST') response.socket?.destroy();
        return method === 'POST';
      },
    },
    'unknown',
    'unproven',
  ],
};

describe('a send that is answered badly says no more than is known of it', { concurrency: 2 }, () => {
  for (const [name, [how, outcome, verdict]] of Object.entries(sends)) {
    test(name, async (t) => {
      const faced = await face(t, { ...how, looked: false });
      assert.equal(stepIn(faced, 'send').outcome, outcome, stepIn(faced, 'send').summary);
      assert.equal(faced.scenario.verdict?.verdict, verdict);
      assert.equal(faced.code, verdict === 'refused' ? 1 : 4);
      assert.equal(faced.scenario.cleaned?.state, verdict === 'refused' ? 'nothing' : 'failed');
    });
  }
});

test('a find that answers with ten thousand records of other people learns none of their ids', async (t) => {
  const strangers = JSON.stringify({
    bookings: Array.from({ length: 10_000 }, (_, id) => ({ id, note: `guest ${id}` })),
  });
  const find = instead('GET', '/bookings?', 200, strangers);
  const send = instead('POST', '/', 500, '{}');
  const faced = await face(t, {
    instead: (request, response) => [send, find].some((one) => one.instead?.(request, response) === true),
    pieces: { find: true },
    looked: false,
  });
  assert.deepEqual(faced.scenario.aliases, []);
  assert.equal(faced.site.seen.filter(({ method }) => method === 'DELETE').length, 0);
});

const cleans: Readonly<Record<string, Face>> = {
  'a server error with megabytes of escapes': instead('DELETE', '/', 500, escapes.repeat(100_000)),
  'an error page with 200 where JSON is due': instead('DELETE', '/', 200, page),
};

describe('a cleaning that is answered badly has not cleaned', { concurrency: 2 }, () => {
  for (const [name, how] of Object.entries(cleans)) {
    test(name, async (t) => {
      const faced = await face(t, { ...how, pieces: { deadline: '20s' } });
      assert.equal(faced.scenario.verdict?.verdict, 'arrived');
      assert.equal(stepIn(faced, 'clean').outcome, 'unknown');
      assert.equal(faced.scenario.cleaned?.state, 'failed');
    });
  }
});

const listed = (count: number): string =>
  JSON.stringify({ all: Array.from({ length: count }, (_, at) => ({ commit: `c${at}`, name: `n${at}` })) });
const builds: Readonly<Record<string, [string, RegExp]>> = {
  'ninety thousand instances': [listed(90_000), /it lists 90000 instances, and more than 1000 are not compared/],
  'a page': [page, /not JSON/],
  'escapes for a build': [
    JSON.stringify({ all: [{ commit: escapes, name: escapes }] }),
    /release \\x1b\[31m\\u202e\\n::error/,
  ],
  'megabytes for a build': [JSON.stringify({ all: [{ commit: 'x'.repeat(5_000_000) }] }), /release x{20,60}…/],
};

describe('a build that is answered badly is unknown or short, and hurts no verdict', { concurrency: 2 }, () => {
  for (const [name, [body, shown]] of Object.entries(builds)) {
    test(name, async (t) => {
      const release = (url: string): string =>
        `release: { http: { url: '${url}/version', records: '$.all[*]', field: $.commit, instance: $.name } }`;
      const faced = await face(t, {
        ...instead('GET', '/version', 200, body),
        look: (url) => `{ http: { url: '${url}/partner/\${{ booking }}', field: $.note } }\n    ${release(url)}`,
        pieces: { deadline: '20s' },
      });
      assert.equal(faced.scenario.verdict?.verdict, 'arrived');
      assert.match(faced.outputs['stdout'] ?? '', shown);
    });
  }
});

test('a trace of a record at such a partner is blind too, and claims nothing', async (t) => {
  const manners = { ...html(page) };
  const site = await openSite(t, manners);
  site.file(
    'booking.yaml',
    scenarioAt(site.url, { deadline: '300ms', ...(manners.look && { partner: manners.look(site.url) }) }),
  );
  await site.run(['run', 'booking.yaml', '--no-cleanup']);
  const marker = /smk-[0-9a-z]{16}/.exec([...site.bookings.values()][0]?.note ?? '')?.[0] ?? '';
  const faced = await runAt(site, ['trace', marker]);
  assert.equal(faced.look.kind, 'blind', JSON.stringify(faced.look));
  assert.equal(faced.scenario.verdict?.verdict, 'unproven');
  assert.equal(faced.code, 4);
});
