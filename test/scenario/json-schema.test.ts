import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageKeys, optionKeys, scenarioSchema } from '../../smoke/scenario/json-schema.ts';
import { mapSchema } from '../../smoke/scenario/schema-pass.ts';
import { withShared } from '../../smoke/scenario/schema-shared.ts';
import { scenario } from '../../smoke/scenario/shape.ts';
import { keysOf } from '../../smoke/scenario/shape-parts.ts';
import { plugins } from './plugins.ts';

type Part = { [key: string]: unknown };
const schema = scenarioSchema(plugins);
const defs = schema['$defs'] as Record<string, Part>;
const properties = (part: Part | undefined): Record<string, Part> =>
  (part?.['properties'] ?? {}) as Record<string, Part>;

/** With what `$ref` stands for in its place. */
function whole(part: Part | undefined): Part {
  return mapSchema(part ?? {}, ({ $ref, ...rest }) =>
    typeof $ref === 'string' ? { ...rest, ...whole(defs[$ref.replace('#/$defs/', '')]) } : rest,
  );
}

test('the schema has the keys that validation knows, each with a description', () => {
  assert.deepEqual(Object.keys(properties(schema)).toSorted(), keysOf(scenario).toSorted());
  assert.deepEqual((schema['required'] as string[]).toSorted(), ['name', 'route', 'send']);
  assert.equal(schema['additionalProperties'], false);
  for (const [key, part] of Object.entries({ ...properties(schema), ...properties(defs['hop']) })) {
    assert.equal(typeof part['description'], 'string', key);
  }
});

test('every reference leads somewhere, and nothing is left that editors do not know', () => {
  mapSchema(schema, (part) => {
    const { $ref } = part;
    if (typeof $ref === 'string') assert.ok(Object.hasOwn(defs, $ref.replace('#/$defs/', '')), $ref);
    assert.equal((part['additionalProperties'] as Part | undefined)?.['not'], undefined);
    return part;
  });
  assert.equal(JSON.stringify(schema).match(/"\$schema"/g)?.length, 1);
});

test('a step offers what can send, a look what can look, each with the selection keys', () => {
  assert.deepEqual(Object.keys(properties(defs['step'])), ['use', 'name', 'idempotent', 'session', 'http', 'foreign']);
  assert.deepEqual(Object.keys(properties(defs['look'])), ['use', 'name', 'session', 'http', 'sql', 'log']);
  assert.ok('field' in properties(defs['http.look']) && 'url' in properties(defs['http.look']));
  assert.ok(!('field' in properties(defs['http.step'])));
  assert.deepEqual(defs['http.release']?.['required'], ['url', 'field']);
});

test('a hop that takes its name from a piece needs none of its own', () => {
  assert.deepEqual(defs['hop']?.['anyOf'], [{ required: ['hop'] }, { required: ['use'] }]);
  assert.equal(defs['hop']?.['required'], undefined);
});

test('numbers, booleans, fixed words and patterns may be a template; an XML body may be a file', () => {
  const options = properties(defs['http.step']);
  for (const key of ['method', 'follow', 'url']) {
    assert.match(JSON.stringify(options[key]), /\\\\\$\\\\\{\\\\\{/, key);
  }
  assert.deepEqual(options['text'], { type: 'string' });
  assert.match(JSON.stringify(whole(options['xml'])), /"file"/);
  assert.equal(typeof properties(schema)['deadline']?.['pattern'], 'string');
});

test('keys at a path are found through lists and choices', async () => {
  const [http] = plugins;
  assert.ok(http);
  assert.deepEqual(await optionKeys(http, ['expect']), ['status']);
  assert.ok(languageKeys(['route', '0']).includes('hop'));
  assert.deepEqual(languageKeys(['marker']), ['prefix', 'separator', 'case', 'length']);
});

test('what is said several times is said once, with its own words at each place', () => {
  const locator = (description: string): Part => ({
    description,
    type: 'object',
    properties: Object.fromEntries(
      ['role', 'label', 'text', 'css'].map((key) => [key, { type: 'string', title: key }]),
    ),
    additionalProperties: { type: 'array', items: { enum: 'abcdefghijklmnopqrstuvwxyz'.repeat(8).split('') } },
  });
  const step = { type: 'object', properties: { click: locator('Clicks.'), check: locator('Ticks.') } };
  const { $defs, properties: shown } = withShared({
    properties: { send: step, find: step },
    $defs: { 'shared.click': { type: 'null' } },
  }) as { $defs: Record<string, Part>; properties: Record<string, Part> };
  const named = { $ref: '#/$defs/shared.send' };
  assert.deepEqual(shown, { send: named, find: named });
  assert.deepEqual($defs['shared.send']?.['properties'], {
    click: { description: 'Clicks.', $ref: '#/$defs/shared.click.2' },
    check: { description: 'Ticks.', $ref: '#/$defs/shared.click.2' },
  });
  const { description: _, ...body } = locator('');
  assert.deepEqual($defs['shared.click.2'], body, 'within it, nothing is said twice');
  assert.deepEqual($defs['shared.click'], { type: 'null' });
});
