import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indented } from '../../smoke/cli/indent.ts';

test('JSON is laid out over lines, its digits and texts as they came', () => {
  const text = '{"id":12345678901234567890,"note":"a, {b}: \\"c\\"","empty":[],"list":[1,{}]}';
  assert.equal(
    indented(text, 'json'),
    `{
  "id": 12345678901234567890,
  "note": "a, {b}: \\"c\\"",
  "empty": [],
  "list": [
    1,
    {}
  ]
}`,
  );
});

test('whatever JSON it is, only white space outside of texts is changed', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(JSON.parse(indented(text, 'json')), JSON.parse(text));
    }),
  );
});

test('XML is laid out by its elements; one that holds a text stays on its line', () => {
  assert.equal(
    indented('<?xml version="1.0"?><a><b x="1">text</b><c/><d><![CDATA[<e>]]></d></a>', 'xml'),
    `<?xml version="1.0"?>
<a>
  <b x="1">text</b>
  <c/>
  <d><![CDATA[<e>]]></d>
</a>`,
  );
});

test('what is malformed keeps all that is in it, and closes more than was open without harm', () => {
  assert.equal(indented(']]}{"a": [1, "unclosed', 'json').replaceAll(/\s/g, ''), ']]}{"a":[1,"unclosed');
  for (const text of ['<a><b>text', '</a></b>text', '<a', '<!-- <a>', 'a < b > c'])
    assert.equal(indented(text, 'xml').replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''));
});

test('an answer nested without end grows no wider than it is deep to a point, and a long one is left as it came', () => {
  const deep = indented('['.repeat(2_000), 'json');
  assert.ok(deep.length < 2_000 * 90, `${deep.length}`);
  const long = `{"a":"${'x'.repeat(200_000)}"}`;
  assert.equal(indented(long, 'json'), long);
});

test('HTML and text stay as they are', () => {
  assert.equal(indented('<p>a  <b>b</b></p>', 'html'), '<p>a  <b>b</b></p>');
  assert.equal(indented('a {b}', 'text'), 'a {b}');
});
