// Whatever stands in a source arrives as it stood there: through the YAML, the templates and the loader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { renderDraft } from '../../smoke/init/render.ts';
import { templateOf, type Value } from '../../smoke/init/value.ts';
import { parseTemplate } from '../../smoke/scenario/parse-template.ts';
import { isTemplate } from '../../smoke/scenario/tree.ts';
import { loaded, refusalOf, written } from './written.ts';

/** The text that the loader reads out of a file's scalar, where only literals stand in it. */
function readBack(scalar: string): string {
  const parsed = parseTemplate(scalar, { file: 'x', line: 1, column: 1 });
  assert.ok(parsed.ok, scalar);
  const { tree } = parsed;
  if (!isTemplate(tree)) return String(tree);
  return tree.parts
    .map((part) => {
      if (typeof part === 'string') return part;
      assert.equal(part.kind, 'literal', scalar);
      return part.kind === 'literal' ? String(part.value) : '';
    })
    .join('');
}

const traps = fc
  .array(
    fc.constantFrom(
      '${{',
      '}}',
      '$',
      '{',
      '{{',
      "'",
      '"',
      '\\',
      '\n',
      '\t',
      ': ',
      ' #',
      '- ',
      '|',
      '>',
      '&a',
      '*a',
      '!x',
      '%',
      '@',
      '\u0007',
      '\u0085',
      '\u2028',
      '\u202e',
      'é',
      '😀',
      ' ',
      'x',
      '~',
      'null',
      '1e3',
      'secret.X',
    ),
  )
  .map((all) => all.join(''));

test('any text of a body comes back as it was, and no `${{` of it becomes a template', () => {
  fc.assert(
    fc.property(
      fc.oneof(traps, fc.string({ unit: 'binary' })).map((text) => text.toWellFormed()),
      (text) => {
        const value: Value = new Map([
          [
            'json',
            new Map<string, Value>([
              ['note', text],
              ['list', [text, [text]]],
            ]),
          ],
        ]);
        const facts = { sends: '', watches: [], unwatched: [], cleans: '', asked: [], openVars: [], notes: [] };
        const yaml = renderDraft({
          name: 'x',
          head: text,
          facts,
          sections: [{ remark: text }, { key: 'send', value, above: text }],
        });
        const { send } = parse(yaml) as { send: { json: { note: string; list: [string, [string]] } } };
        for (const scalar of [send.json.note, send.json.list[0], send.json.list[1][0]]) {
          assert.equal(scalar, templateOf(text));
          assert.equal(readBack(scalar), text);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a `${{` in an address, a header and a form is none of a template', async () => {
  const { text } = await written(
    'curl',
    `curl 'http://web.test/a?x=\${{y}}' -H 'X-T: \${{ secret.NOPE }}' --data-urlencode 'note=Late \${{ env.NOPE }} late'`,
  );
  const { needs } = await loaded(text);
  assert.deepEqual([needs.secrets, needs.env], [[], []]);
});

test('keys that no scenario may have are refused before anything is written', async () => {
  const { text } = await written(
    'curl',
    `curl http://web.test/a --json '{"__proto__":{"x":1},"note":"late at night"}'`,
  );
  await assert.rejects(loaded(text), /__proto__/);
});

test('a body nested without end is refused', async () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  assert.match(await refusalOf('curl', `curl http://web.test/a --json '${deep}'`), /it is none, or nested too deep/);
});
