// A system that answers with what hurts: nothing of it may steer a terminal, break a document, or fill the disk.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { type Manners, openSite, scenarioAt, stackTrace } from './site.ts';

const hostile: Readonly<Record<string, string>> = {
  'escape sequences': '\u001b[2J\u001b]0;title\u0007\u001b[31mred\u001b[0m\rback',
  'C1 controls': '\u009b31m\u0085\u0090q\u009c',
  'bidirectional marks': 'abc\u202edrow\u202c\u2066x\u2069\u200f\u061c',
  'the end of a CDATA section': ']]><script>alert(1)</script><![CDATA[&amp;&#0;&unknown;',
  'quotes and markup': '"><img src=x onerror=alert(1)>\'--><!DOCTYPE a [<!ENTITY b "c">]>',
  NUL: 'a\u0000b\ufffe\uffff\ufdd0',
  'lone surrogates': 'x\ud800y\udc00z',
  'zero-width characters and tags': 'a\u200b\u2060\ufeff\u{e0041}b',
  'line ends': 'one\r\ntwo\u2028three\u2029::error::four\n##vso[task.complete]five',
  'a megabyte of text': 'lang '.repeat(200_000),
  'a megabyte of markup': '<&"]]>'.repeat(180_000),
  'prototype names': '__proto__ constructor {"__proto__":{"polluted":1}}',
};

/** What no output may hold: controls but tab and line feed, C1, bidirectional and zero-width characters, lone halves. */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\u{e0000}-\u{e007f}\p{Cs}]/u;

function answering(text: string): Manners {
  return {
    instead: ({ method, url }, response) => {
      if (!url.startsWith('/partner') && !url.startsWith('/broken')) return false;
      if (method !== 'GET') return false;
      response.setHeader('content-type', 'application/json');
      response.statusCode = url.startsWith('/broken') ? 500 : 200;
      response.end(JSON.stringify({ id: 8_841, [text.slice(0, 60)]: text, note: text, error: { message: text } }));
      return true;
    },
  };
}

describe('whatever the partner answers, every output stays clean, whole and small', { concurrency: 2 }, () => {
  for (const [name, text] of Object.entries(hostile)) {
    test(name, async (t) => {
      const site = await openSite(t, answering(text));
      const broken = `  - hop: broken\n    look: { http: { url: '${site.url}/broken/\${{ booking }}', field: $.note } }\n  - hop: partner`;
      site.file('booking.yaml', scenarioAt(site.url).replace('  - hop: partner', broken));
      const reporters = ['junit=out/run.xml', 'json=out/run.json', 'ndjson=out/run.ndjson'];
      const args = ['run', 'booking.yaml', '-v', ...reporters.flatMap((one) => ['--reporter', one])];
      const { code, stdout, stderr } = await site.run(args);
      assert.equal(code, 1, stdout + stderr);
      assert.match(stdout, /altered: stripped between web and partner/);
      assert.doesNotMatch(stdout + stderr, stackTrace);
      const outputs: Record<string, string> = { stdout, stderr, ...filesIn(path.join(site.dir, 'out')) };
      for (const [file, content] of Object.entries(outputs)) {
        assert.doesNotMatch(content, unprintable, file);
        assert.ok(content.length < 60_000, `${file} has ${content.length} characters`);
        // A pipeline reads commands at the start of a line.
        assert.doesNotMatch(content, /^(?:::error::|##vso)/m, file);
      }
      assert.equal(XMLValidator.validate(outputs['run.xml'] ?? ''), true);
      assert.doesNotMatch(outputs['run.xml'] ?? '', /<!\[CDATA\[|<script|<img|<!DOCTYPE/);
      const record = JSON.parse(outputs['run.json'] ?? '') as { scenarios: { verdict: { verdict: string } }[] };
      assert.equal(record.scenarios[0]?.verdict.verdict, 'altered');
      for (const line of (outputs['run.ndjson'] ?? '').trimEnd().split('\n')) JSON.parse(line);
    });
  }
});

test('an alias, a cookie and a name that hurt are carried without harm', async (t) => {
  const hurts = '8841\u001b[31m/../..\u202e"&<';
  const site = await openSite(t, {
    instead: ({ method, url }, response) => {
      response.setHeader('set-cookie', '__proto__=polluted-value; Path=/');
      response.setHeader('content-type', 'application/json');
      if (method === 'POST') response.statusCode = 201;
      const found = method === 'POST' || url.includes('8841');
      if (!found) response.statusCode = 404;
      response.end(JSON.stringify(method === 'POST' ? { id: hurts } : { note: 'nothing', __proto__: { x: 1 } }));
      return true;
    },
  });
  site.file('booking.yaml', scenarioAt(site.url, { name: '"hurts <&> \\u202e ]]>"' }));
  const { code, stdout, stderr } = await site.run(['run', 'booking.yaml', '-v', '--reporter', 'junit=run.xml']);
  assert.equal(code, 1, stdout + stderr);
  assert.doesNotMatch(stdout + stderr, unprintable);
  const xml = readFileSync(path.join(site.dir, 'run.xml'), 'utf8');
  assert.equal(XMLValidator.validate(xml), true);
  assert.doesNotMatch(xml, unprintable);
  const read = site.seen.filter(({ method }) => method === 'GET').map(({ url }) => url);
  assert.ok(read.length > 0);
  // The value stays in its place of the address.
  for (const url of read) assert.match(url, /^\/(?:bookings|partner)\/8841%1B%5B31m%2F\.\.%2F\.\.%E2%80%AE%22%26%3C$/);
});

function filesIn(folder: string): Record<string, string> {
  const names = ['run.xml', 'run.json', 'run.ndjson'];
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}
