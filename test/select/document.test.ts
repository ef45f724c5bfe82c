import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type As, Blind } from '../../smoke/probes/plugin.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { blind, html, json, misfit, records, values, xml } from './candidates.ts';

test('numbers keep the digits of the source, at any place', async () => {
  const answer = await json('{"id":9007199254740993,"p":1.0,"l":[-0,1e2,3],"o":{"n":12345678901234567890}}');
  assert.deepEqual(values(answer, '$.id'), ['9007199254740993']);
  assert.deepEqual(values(answer, '$.p'), ['1.0']);
  assert.deepEqual(values(answer, '$.l[*]'), ['-0', '1e2', '3']);
  assert.deepEqual(values(answer, '$.l[-2]'), ['1e2']);
  assert.deepEqual(values(answer, '$.o'), ['{"n":12345678901234567890}']);
  const [piece] = records(answer, '$.o');
  assert.equal(piece?.text(), '{"n":12345678901234567890}');
  assert.deepEqual(piece === undefined ? [] : values(piece, '$.n'), ['12345678901234567890']);
});

test('null and an empty text are a value, a missing member is none', async () => {
  const answer = await json('{"a":null,"b":"","c":{}}');
  assert.deepEqual(values(answer, '$.a'), ['']);
  assert.deepEqual(values(answer, '$.b'), ['']);
  assert.deepEqual(values(answer, '$.c.d'), []);
});

test('of duplicate keys the last one counts, digits included', async () => {
  assert.deepEqual(values(await json('{"n":1.50,"n":2.0}'), '$.n'), ['2.0']);
  assert.deepEqual(values(await json('{"n":1.50,"n":"x"}'), '$.n'), ['x']);
});

test('a __proto__ key is a key like any other and pollutes nothing', async () => {
  const answer = await json('{"__proto__":{"polluted":"yes"},"constructor":"c"}');
  assert.deepEqual(values(answer, '$.__proto__.polluted'), ['yes']);
  assert.deepEqual(values(answer, '$.constructor'), ['c']);
  assert.deepEqual(values(await json('{}'), '$.constructor'), []);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('records are cut out of an answer and are no longer the whole answer', async () => {
  const answer = await documentCandidate({
    text: '{"r":[{"id":1},{"id":2}]}',
    format: 'json',
    source: 'GET /r',
    named: true,
  });
  const cut = records(answer, '$.r[*]');
  assert.deepEqual(
    cut.map((one) => [one.source, one.text(), one.named]),
    [
      ['GET /r, record 1', '{"id":1}', undefined],
      ['GET /r, record 2', '{"id":2}', undefined],
    ],
  );
  assert.equal(answer.named, true);
});

test('a filter picks by value, with a pattern written out but never one out of the data', async () => {
  const answer = await json('{"r":[{"id":8841,"n":"ab","p":"(a+)+$"},{"id":2,"n":"x","p":"x"}]}');
  assert.deepEqual(values(answer, '$.r[?@.id == 8841].n'), ['ab']);
  assert.deepEqual(values(answer, "$.r[?match(@.n, 'a.')].id"), ['8841']);
  assert.match(misfit(answer, '$.r[?match(@.n, @.p)]'), /never taken from the data/);
});

test('JSON in a JSON text is opened, and the text itself stays as it was sent', async () => {
  const answer = await json(JSON.stringify({ payload: '{"booking":{"id":1.10}}', note: '[not json', tag: '["a"]' }));
  assert.deepEqual(values(answer, '$.payload'), ['{"booking":{"id":1.10}}']);
  assert.deepEqual(values(answer, '$.payload.booking.id'), ['1.10']);
  assert.deepEqual(values(answer, '$.note'), ['[not json']);
  assert.deepEqual(
    [...answer.leaves()].map(({ path, text }) => `${path}=${text}`),
    ['$.payload.booking.id=1.10', '$.note=[not json', '$.tag[0]=a'],
  );
});

test('a byte order mark is not in the way, in JSON and in XML', async () => {
  assert.deepEqual(values(await json('\uFEFF{"a":1}'), '$.a'), ['1']);
  assert.deepEqual(values(await xml('\uFEFF<a>1</a>'), 'a'), ['1']);
});

test('what is not JSON is a wrong answer, and endless nesting is given up', async () => {
  for (const text of ['', '{"a":', '<html>', "{'a':1}", '{"a":1} x']) {
    assert.equal(await blind(json(text)), 'wrong-answer', text);
  }
  assert.equal(await blind(json('['.repeat(1_000_000))), 'gave-up');
  assert.equal(await blind(json(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`)), 'gave-up');
  const deep = await json(`${'['.repeat(199)}"x"${']'.repeat(199)}`);
  assert.equal(values(deep, '$..*').length, 199);
  assert.equal([...deep.leaves()].length, 1);
  // Packed within packed within packed: every layer is bounded too.
  let packed = 'x';
  for (let layer = 0; layer < 12; layer++) packed = JSON.stringify([packed]);
  assert.ok([...(await json(packed)).leaves()].length > 0);
});

test('a selector of another format does not fit, and says what would', async () => {
  assert.match(misfit(await json('{}'), 'BookingNote'), /use JSONPath/);
  assert.match(misfit(await json('{}'), '$.['), /not JSONPath/);
  assert.match(misfit(await xml('<a/>'), '$.a'), /CSS selector/);
  assert.match(misfit(await xml('<a/>'), 'ota:Note'), /namespace prefix/);
  assert.match(misfit(await html('<p>'), 'p['), /not a CSS selector/);
  const text = await documentCandidate({ text: 'note: hi', format: 'text', source: 'x' });
  for (const selector of ['$.a', 'p']) assert.match(misfit(text, selector), /regular expression/);
  for (const selector of ['header:Location', 'cookie:sid', 'url:']) assert.match(misfit(text, selector), /HTTP answer/);
  for (const selector of ['', '/(/', '/a', '/a/q']) misfit(text, selector);
});

test('a regular expression gives its first group, or the whole match, on any format', async () => {
  const text = await documentCandidate({ text: 'Note: one\nnote: two\nid 7', format: 'text', source: 'x' });
  assert.deepEqual(values(text, '/note: (.*)/i'), ['one']);
  assert.deepEqual(values(text, '/note: (.*)/gi'), ['one', 'two']);
  assert.deepEqual(values(text, '/id \\d+/'), ['id 7']);
  assert.deepEqual(values(text, '/nothing/'), []);
  assert.deepEqual(values(text, '/(zip)|id/'), []);
  assert.deepEqual(
    records(text, '/^note: .*$/im').map((one) => one.text()),
    ['Note: one', 'note: two'],
  );
  assert.deepEqual(values(await json('{"a": "b"}'), '/"a": "(.)"/'), ['b']);
  const long = await documentCandidate({ text: 'a'.repeat(1024 * 1024 + 1), format: 'text', source: 'x' });
  assert.match(misfit(long, '/a/'), /1 MB/);
});

test('headers, cookies and the address of an answer are selected, also from its records', async () => {
  const answer = await documentCandidate({
    text: '{"r":[1]}',
    format: 'json',
    source: 'x',
    headers: { Location: '/bookings/8841', 'set-cookie': ['sid=a=b; Path=/', '__proto__=p'] },
    url: 'http://h/x',
  });
  assert.deepEqual(values(answer, 'header:location'), ['/bookings/8841']);
  assert.deepEqual(values(answer, 'header:Missing'), []);
  assert.deepEqual(values(answer, 'cookie:sid'), ['a=b']);
  assert.deepEqual(values(answer, 'cookie:__proto__'), ['p']);
  assert.deepEqual(values(answer, 'cookie:toString'), []);
  assert.deepEqual(values(answer, 'url:'), ['http://h/x']);
  const [record] = records(answer, '$.r[*]');
  assert.deepEqual(record === undefined ? [] : values(record, 'header:Location'), ['/bookings/8841']);
});

const ota = `<?xml version="1.0"?>
<ota:Read xmlns:ota="urn:o"><ota:Res ota:ID="007"><Note> A &amp; B <![CDATA[<c>]]></Note><Empty/></ota:Res>
<ota:Res ID="8"><Note>1.0</Note></ota:Res></ota:Read>`;

test('XML is read without namespace prefixes, with its case, and text never becomes a number', async () => {
  const answer = await xml(ota);
  assert.deepEqual(values(answer, 'Note'), ['A & B <c>', '1.0']);
  assert.deepEqual(values(answer, 'note'), []);
  assert.deepEqual(values(answer, 'Res@ID'), ['007', '8']);
  assert.deepEqual(values(answer, 'ota|Res@ID'), ['007', '8']);
  assert.deepEqual(values(answer, '[ID="8"] > Note'), ['1.0']);
  assert.deepEqual(values(answer, 'Empty'), ['']);
  assert.deepEqual(values(answer, 'Empty@x'), []);
  assert.deepEqual(values(answer, 'Missing'), []);
});

test('records of XML are elements, and can be selected by their own attributes', async () => {
  const [first, second] = records(await xml(ota), 'Res');
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(values(first, '@ID'), ['007']);
  assert.deepEqual(values(first, 'Res@ID'), ['007']);
  assert.deepEqual(values(second, 'Note'), ['1.0']);
  assert.equal(second.text(), '<ota:Res ID="8"><Note>1.0</Note></ota:Res>');
  assert.deepEqual(
    [...first.leaves()],
    [
      { path: '@ota:ID', text: '007' },
      { path: 'Note', text: 'A & B <c>' },
    ],
  );
});

test('XML that is cut off or not well-formed is a wrong answer, never an empty one', async () => {
  for (const text of ['', '<a><b></a>', 'no xml', '<a>1</a><b>2</b>', '{"a":1}']) {
    assert.equal(await blind(xml(text)), 'wrong-answer', text);
  }
  for (let length = 0; length < ota.length; length++) {
    assert.equal(await blind(xml(ota.slice(0, length))), 'wrong-answer', ota.slice(0, length));
  }
});

test('entities of a document type are never expanded: where one is used, nobody knows what stands there', async () => {
  const declared = `<!DOCTYPE r [<!ENTITY a "${'x'.repeat(99)}"><!ENTITY b "${'&a;'.repeat(99)}"><!ENTITY c SYSTEM "file:///etc/passwd">]>`;
  for (const used of ['<r>&b;</r>', '<r>&amp;&c;</r>', '<r n="&b;"/>']) {
    assert.equal(await blind(xml(declared + used)), 'wrong-answer', used);
  }
  const unused = await xml(`${declared}<r>1 &amp; 2 &#33;<!-- &b; --><![CDATA[&c;]]></r>`);
  assert.deepEqual(values(unused, 'r'), ['1 & 2 !&c;']);
  assert.deepEqual(
    values(await xml('<r>&eacute;</r>'), 'r'),
    ['&eacute;'],
    'without a document type it is a sloppy text',
  );
});

test('more values or parts than memory should hold are given up before they are read', async () => {
  assert.equal(await blind(json(`[${'1,'.repeat(300_000)}1]`)), 'gave-up');
  assert.equal(await blind(json(`[${'[],'.repeat(160_000)}1]`)), 'gave-up');
  assert.equal((await json(`["${','.repeat(400_000)}"]`)).text().length, 400_004);
  assert.equal(await blind(html(`<p ${'a '.repeat(300_000)}>`)), 'gave-up');
  assert.equal(await blind(html('<b>1</b>'.repeat(150_001))), 'gave-up');
});

test('markup nested beyond reason is given up', async () => {
  assert.equal(await blind(html('<b>'.repeat(100_000))), 'gave-up');
  assert.equal(await blind(xml('<b>'.repeat(2000) + '</b>'.repeat(2000))), 'gave-up');
});

test('HTML is read in any case, entities decoded, scripts only where selected', async () => {
  const page = await html(
    '<HTML><p class="Note"> a&eacute;<br>b </p><script>1<2</script><input name=n VALUE="v 1"><ul><li class=r>1<li class=r>2</ul>',
  );
  assert.deepEqual(values(page, '.Note'), ['aé\nb']);
  assert.deepEqual(values(page, 'P'), ['aé\nb']);
  assert.deepEqual(values(page, 'input[name=n]@Value'), ['v 1']);
  assert.deepEqual(values(page, 'script'), ['1<2']);
  assert.deepEqual(values(page, 'html'), ['aé\nb 12']);
  assert.deepEqual(
    records(page, 'li.r').map((one) => [one.text(), values(one, 'li')]),
    [
      ['<li class=r>1', ['1']],
      ['<li class=r>2', ['2']],
    ],
  );
});

test('a hostile answer of 4 MB is read or refused within seconds, and nothing else happens', async () => {
  const size = 4 * 1024 * 1024;
  const hostile: [As, string][] = [
    ['json', `[${'1.0,'.repeat(size / 4)}1]`],
    ['json', `"${'\\\\'.repeat(size / 2)}"`],
    ['xml', `<a ${' '.repeat(size)}/>`],
    ['xml', '<'.repeat(size)],
    ['html', '<a '.repeat(size / 3)],
    ['html', '</b>'.repeat(size / 4)],
    ['html', '<p>'.repeat(size / 3)],
  ];
  const began = performance.now();
  for (const [format, text] of hostile) {
    try {
      const candidate = await documentCandidate({ text, format, source: 'x' });
      candidate.select(format === 'json' ? '$[0]' : 'p b');
    } catch (error) {
      assert.ok(error instanceof Blind, `${format}: ${String(error)}`);
    }
  }
  assert.ok(performance.now() - began < 30_000, `took ${performance.now() - began} ms`);
});
