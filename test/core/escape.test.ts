import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { visible, visibleJson, visibleLines, xmlAttribute, xmlText } from '../../smoke/core/escape.ts';

test('nothing that steers a terminal or hides itself stays as it is', () => {
  assert.equal(visible('\u001b[2J a\u009b31m\r\n\t\0\u007f'), '\\x1b[2J a\\x9b31m\\r\\n\\t\\x00\\x7f');
  assert.equal(visible('a\u202eb\u2066c\u200bd\ufeffe\u00adf'), 'a\\u202eb\\u2066c\\u200bd\\ufeffe\\xadf');
  assert.equal(visible('x\u{e0041}y\ud800z'), 'x\\u{e0041}y\\ud800z');
  assert.equal(visible('a\u034fb\u3164c\u{1d173}d\u{e0101}e'), 'a\\u034fb\\u3164c\\u{1d173}d\\u{e0101}e');
  assert.equal(visible('❤\ufe0f'), '❤\ufe0f', 'what chooses the look of an emoji hides nothing');
  assert.equal(visible('Käse 日本 🙂'), 'Käse 日本 🙂');
});

test('line ends and tabs stay where lines are wanted', () => {
  assert.equal(visibleLines('a\n\tb\r'), 'a\n\tb\\r');
});

test('any text is well-formed XML, in an element and in an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, two) => {
      const xml = `<a b="${xmlAttribute(one)}">${xmlText(two)}${xmlText(one)}</a>`;
      assert.equal(XMLValidator.validate(xml), true);
      assert.doesNotMatch(xml, /[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    }),
  );
});

test('JSON with nothing invisible in it is the same data', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const json = visibleJson(value, 2);
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
      assert.equal(visible(json.replaceAll('\n', '')), json.replaceAll('\n', ''));
    }),
  );
});
