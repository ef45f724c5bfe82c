// A partner that answers too much: the look gives up or judges what there is, in bounded memory and bounded output.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Face, face } from './faced.ts';
import { html, inList, json, partner, saying, xml } from './partners.ts';

const many = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join(',');

/** 10 GB of spaces: a gzip stream of concatenated members, each of which is 50 MB. */
const member = gzipSync(Buffer.alloc(50 << 20, ' '));
const gzipBomb = Buffer.concat(Array.from({ length: 200 }, () => member));
const brotliBomb = brotliCompressSync(Buffer.alloc(100 << 20, ' '));

/** `megabytes` of spaces, as fast as they are taken; without end where that is infinite. */
const pouring = (megabytes: number): Face =>
  partner((response) => {
    const chunk = Buffer.alloc(1 << 20, ' ');
    let left = megabytes;
    const pour = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (!response.write(chunk)) return void response.once('drain', pour);
      }
      response.end();
    };
    response.setHeader('content-type', 'application/json');
    pour();
  });

const tooMuch: Readonly<Record<string, [Face, RegExp]>> = {
  'fifty megabytes': [pouring(50), /over 8 MB/],
  'an answer without end': [pouring(Number.POSITIVE_INFINITY), /over 8 MB/],
  'a gzip bomb of ten gigabytes': [saying(gzipBomb, 'application/json', { 'content-encoding': 'gzip' }), /over 8 MB/],
  'a brotli bomb': [saying(brotliBomb, 'application/json', { 'content-encoding': 'br' }), /over 8 MB/],
  'a million keys': [json(`{${many(1_000_000, (at) => `"${at.toString(36)}":1`)}}`), /over 8 MB|more than \d+ values/],
  'millions of empty lists': [json(`{"id":8841,"x":[${many(2_600_000, () => '[]')}]}`), /more than 300000 values/],
  'millions of numbers': [json(`{"id":8841,"x":[${many(4_000_000, () => '1')}]}`), /more than 300000 values/],
  'half a million elements': [xml(`<r>${'<note>x</note>'.repeat(500_000)}</r>`), /more than 300000 elements/],
  'a million attributes': [html(`<p ${'a '.repeat(1_000_000)}>`), /more than 300000 elements, attributes/],
  'millions of angle brackets': [html('<'.repeat(7_000_000)), /more than 300000 elements, attributes and texts/],
  'escapes within escapes without end': [
    json(JSON.stringify({ id: 8_841, note: `&${'amp;'.repeat(1_500_000)}` })),
    /search for the marker gave up/,
  ],
};

describe('what is too much is given up', { concurrency: 2 }, () => {
  for (const [name, [how, message]] of Object.entries(tooMuch)) {
    test(name, async (t) => {
      const { code, scenario, look } = await face(t, { ...how });
      assert.ok(look.kind === 'blind', JSON.stringify(look));
      assert.equal(look.fault.kind, 'gave-up', look.fault.message);
      assert.match(look.fault.message, message);
      assert.equal(scenario.verdict?.verdict, 'unproven');
      assert.equal(code, 4);
    });
  }
});

const large: Readonly<Record<string, Face>> = {
  'five megabytes of text in the field': json(JSON.stringify({ id: 8_841, note: 'Late. smk-'.repeat(500_000) })),
  'five megabytes of white space in the field': json(JSON.stringify({ id: 8_841, note: ' \n'.repeat(2_500_000) })),
  'five megabytes of percent escapes': json(JSON.stringify({ id: 8_841, note: '%25'.repeat(1_700_000) })),
  'a quarter of a million keys': json(`{"id":8841,${many(250_000, (at) => `"key${at}":"${at}"`)},"note":""}`),
};

describe('what is large is judged', { concurrency: 2 }, () => {
  for (const [name, how] of Object.entries(large)) {
    test(name, async (t) => {
      const { code, scenario, look } = await face(t, { timeout: '10s', ...how });
      assert.equal(look.kind, 'stripped', JSON.stringify(look));
      assert.equal(scenario.verdict?.verdict, 'altered');
      assert.equal(code, 1);
    });
  }
});

test('of ten thousand records five thousand hold the marker: duplicated, in an output of usual size', async (t) => {
  const list = partner(
    (response, { note }) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        `{"r":[${many(10_000, (at) => JSON.stringify({ id: at, note: at % 2 === 0 ? note : 'another' }))}]}`,
      );
    },
    { look: inList(''), timeout: '10s', pieces: { deadline: '20s' } },
  );
  const { code, scenario, look } = await face(t, list);
  assert.ok(look.kind === 'intact', JSON.stringify(look));
  assert.equal(look.evidence.copies, 5_000);
  assert.equal(scenario.verdict?.verdict, 'duplicated');
  assert.equal(code, 1);
});

test('of ten thousand records the one asked for is found', async (t) => {
  const list = partner(
    (response, { note }) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        `{"r":[${many(10_000, (at) => JSON.stringify({ id: at, note: at === 8_841 ? note : 'another' }))}]}`,
      );
    },
    { look: inList("where: { $.id: '${{ booking }}' },"), timeout: '10s', pieces: { clean: false, deadline: '20s' } },
  );
  const { code, scenario } = await face(t, list);
  assert.equal(scenario.verdict?.verdict, 'arrived');
  assert.equal(code, 0);
});

test('thousands of cookies cost no minutes', { timeout: 100_000 }, async (t) => {
  let last = 0;
  const flood = partner((response) => {
    const cookies = Array.from({ length: 550 }, () => {
      last += 1;
      return `c${last}=value-${last}`;
    });
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': cookies });
    response.end(JSON.stringify({ id: 8_841, note: `cookies, value-${last} among them` }));
  });
  const { scenario, outputs } = await face(t, { ...flood, timeout: '10s' });
  assert.equal(scenario.verdict?.verdict, 'altered');
  assert.ok(last > 1_000, 'it was looked at more than once');
  for (const text of Object.values(outputs)) assert.doesNotMatch(text, /value-\d/);
});

test('headers beyond all measure are no answer', async (t) => {
  const huge = saying('{}', 'application/json', { 'x-huge': 'x'.repeat(100_000) });
  const { code, look } = await face(t, huge);
  assert.match(look.kind === 'blind' ? look.fault.message : '', /the headers of the answer are over 16 KB/);
  assert.equal(code, 4);
});
