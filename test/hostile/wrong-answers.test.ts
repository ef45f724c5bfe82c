// A partner that answers 200 with something else than was asked for: nobody looked at the record, and the run says so.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FaultKind } from '../../smoke/core/look.ts';
import { type Face, face } from './faced.ts';
import { byField, html, json, partner, saying, whole, xml } from './partners.ts';

const oops = '<!doctype html><html><body><h1>Oops</h1>Something went wrong.</body></html>';
const packed = gzipSync(JSON.stringify({ id: 8_841, note: `Late. ${'x'.repeat(5_000)}` }));
const entities = [...'bcdefghij']
  .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghi'[at]};`.repeat(10)}">`)
  .join('');

const cases: Readonly<Record<string, [Face, FaultKind, RegExp]>> = {
  'an HTML error page where JSON was due': [html(oops, { look: byField('$.note') }), 'selector', /but this is HTML/],
  'an HTML error page that calls itself JSON': [json(oops), 'wrong-answer', /not JSON/],
  'an error page for a look at the whole answer': [html(oops, { look: whole }), 'wrong-answer', /another answer than/],
  'an error page where a page with a field was due': [html(oops), 'wrong-answer', /neither note nor anything/],
  'an empty page': [
    saying('', 'text/plain', {}, { look: whole }),
    'wrong-answer',
    /nothing that the record is known by/,
  ],
  'nothing where JSON was due': [json(''), 'wrong-answer', /not JSON: Unexpected end/],
  'an error in JSON': [json('{"error":"no such page"}'), 'wrong-answer', /neither \$\.note nor anything/],
  'null in JSON': [json('null'), 'wrong-answer', /neither \$\.note nor anything/],
  'JSON that is none': [json("{note: 'x'}"), 'wrong-answer', /not JSON/],
  'JSON cut in the middle': [json('{"id":8841,"note":"Late. smk'), 'wrong-answer', /not JSON: Unterminated/],
  'XML cut in the middle': [xml('<r><id>8841</id><note>Late.'), 'wrong-answer', /not well-formed XML/],
  'gzip cut in the middle': [
    saying(packed.subarray(0, 30), 'application/json', { 'content-encoding': 'gzip' }),
    'wrong-answer',
    /not compressed as it says/,
  ],
  'a content encoding that is not what came': [
    saying('{"id":8841}', 'application/json', { 'content-encoding': 'gzip' }),
    'wrong-answer',
    /not compressed as it says/,
  ],
  'a content encoding nobody knows': [
    saying(packed, 'text/html', { 'content-encoding': 'x-own\u0009\u009b31m' }, { look: byField('note') }),
    'wrong-answer',
    /content-encoding x-own.*cannot be read here/,
  ],
  'JSON of a hundred thousand levels': [
    json(`${'{"a":['.repeat(50_000)}${']}'.repeat(50_000)}`),
    'gave-up',
    /nested more than 200 levels/,
  ],
  'HTML of a hundred thousand levels': [html('<div>'.repeat(100_000)), 'gave-up', /nested more than 500 levels/],
  'XML of a hundred thousand levels': [
    xml(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`),
    'gave-up',
    /nested more than 500 levels/,
  ],
  'entities that unfold to a billion laughs': [
    xml(`<!DOCTYPE r [<!ENTITY a "ha">${entities}]><r><id>8841</id><note>&j;</note></r>`),
    'wrong-answer',
    /uses &j; of its document type, and such entities are not expanded/,
  ],
};

describe('what is not the record is blind, never absent and never stripped', { concurrency: 2 }, () => {
  for (const [name, [how, kind, message]] of Object.entries(cases)) {
    test(name, async (t) => {
      const { code, scenario, look } = await face(t, how);
      assert.ok(look.kind === 'blind', JSON.stringify(look));
      assert.equal(look.fault.kind, kind, look.fault.message);
      assert.match(look.fault.message, message);
      assert.equal(scenario.verdict?.verdict, 'unproven');
      assert.equal(code, 4);
      assert.equal(scenario.cleaned?.state, 'failed', 'whether it is gone could not be seen either');
    });
  }
});

test('external entities fetch nothing and read no file', async (t) => {
  const { site, look, outputs } = await face(
    t,
    partner(
      (response, { request }) => {
        const own = `http://${String(request.headers['host'])}`;
        const type = `<!DOCTYPE r SYSTEM "${own}/type.dtd" [<!ENTITY % p SYSTEM "${own}/p.dtd">%p;<!ENTITY x SYSTEM "file:///etc/passwd">]>`;
        response.setHeader('content-type', 'text/xml');
        response.end(`<?xml version="1.0"?>${type}<r><id>8841</id><note>&x;</note></r>`);
      },
      { look: byField('note') },
    ),
  );
  assert.equal(look.kind, 'blind', JSON.stringify(look));
  assert.deepEqual(
    site.seen.filter(({ url }) => url.endsWith('.dtd')),
    [],
  );
  for (const text of Object.values(outputs)) assert.doesNotMatch(text, /root:/);
});

const judged: Readonly<Record<string, [Face, RegExp]>> = {
  'keys that name parts of objects': [
    json('{"__proto__":{"note":"x"},"constructor":{"prototype":{"note":"y"}},"id":8841,"note":null}'),
    /the field is empty/,
  ],
  'a key that comes twice, of which the last counts': [
    json('{"id":8841,"note":"one","note":"two"}'),
    /holds other text/,
  ],
  'a number beyond all numbers': [json('{"id":8841,"note":1e400}'), /holds other text/],
  'a marker in overlong and broken UTF-8': [
    saying(
      Buffer.concat([
        Buffer.from('{"id":8841,"note":"sm'),
        Buffer.from([0xc1, 0xab, 0xe0, 0x81, 0xab, 0xff, 0xed, 0xa0, 0x80]),
        Buffer.from('-x"}'),
      ]),
      'application/json',
    ),
    /holds other text/,
  ],
};

describe('what is the record without the marker is stripped, however odd it is', { concurrency: 2 }, () => {
  for (const [name, [how, detail]] of Object.entries(judged)) {
    test(name, async (t) => {
      const { code, scenario, look } = await face(t, how);
      assert.ok(look.kind === 'stripped', JSON.stringify(look));
      assert.match(look.detail ?? '', detail);
      assert.equal(scenario.verdict?.verdict, 'altered');
      assert.equal(code, 1);
    });
  }
});
