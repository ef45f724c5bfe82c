// The scenario language as the README tells it: every key, function, selector and default, checked with the loader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../smoke/core/duration.ts';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { functionNames } from '../../smoke/scenario/functions.ts';
import { scenarioSchema } from '../../smoke/scenario/json-schema.ts';
import { keysOf } from '../../smoke/scenario/shape-parts.ts';
import { lookKeys, releaseKeys, stepKeys } from '../../smoke/scenario/shape-selection.ts';
import { selectorOf } from '../../smoke/select/selector.ts';
import { minimal } from './minimal.ts';
import { page, pages, section, spans, table } from './pages.ts';

type Json = { [key: string]: unknown };

const readme = page('README.md');
const language = section(readme, '## The scenario language');
const probes = page('smoke/probes/README.md');
const loaded = await Promise.all(pluginNames.map(loadPlugin));
const plugins: Plugin[] = loaded.filter((plugin) => plugin !== undefined);
const { $defs: defs, ...scenario } = scenarioSchema(plugins) as Json & { $defs: Record<string, Json> };

/** Keys and fixed words in a part of the schema. Plug-ins' names are no keys of the language. */
function vocabulary(part: unknown, found: { keys: Set<string>; words: Set<string> }): typeof found {
  if (Array.isArray(part)) for (const item of part) vocabulary(item, found);
  else if (typeof part === 'object' && part !== null) {
    const { properties, examples: _examples, description: _description, ...rest } = part as Json;
    for (const [key, inner] of Object.entries((properties ?? {}) as Json)) {
      found.keys.add(key);
      vocabulary(inner, found);
    }
    for (const word of [...((rest['enum'] as unknown[]) ?? []), rest['const']]) {
      if (typeof word === 'string' && /^\w/.test(word)) found.words.add(word);
    }
    vocabulary(Object.values(rest), found);
  }
  return found;
}

function empty(): { keys: Set<string>; words: Set<string> } {
  return { keys: new Set(), words: new Set() };
}

/** Whether a text between backticks has the word as one of its words. */
function saidIn(text: string): (word: string) => boolean {
  const said = new Set(spans(text).flatMap((span) => span.split(/[^\w-]+/)));
  return (word) => said.has(word);
}

const own = empty();
vocabulary([scenario, defs['hop'], defs['step'], defs['look'], defs['release']], own);
for (const keys of [lookKeys, stepKeys, releaseKeys]) for (const key of keysOf(keys)) own.keys.add(key);
// In the schema, what `keep` holds stands among the options of each plug-in.
for (const key of ['from', 'match', 'secret']) own.keys.add(key);
for (const name of pluginNames) own.keys.delete(name);

test('every key and fixed word of the language stands in the README', () => {
  assert.ok(own.keys.size > 40 && own.words.size > 15);
  const isSaid = saidIn(language);
  const all = [...own.keys, ...own.words, 'json', 'xml', 'html', 'text'];
  assert.deepEqual(
    all.filter((word) => !isSaid(word)),
    [],
  );
});

test('every plug-in stands in the README’s table of probes', () => {
  const named = table(section(readme, '## Probes'), 'plug-in').flatMap(([cell = '']) => spans(cell));
  assert.deepEqual(named, pluginNames);
});

test('every key in the README’s tables is one of the language', () => {
  for (const head of ['key of a scenario', 'key of a hop', 'key']) {
    const keys = table(language, head).flatMap(([cell = '']) => spans(cell));
    assert.ok(keys.length > 5, head);
    assert.deepEqual(
      keys.filter((key) => !own.keys.has(key)),
      [],
    );
  }
  assert.deepEqual(
    table(language, 'key of a scenario')
      .flatMap(([cell = '']) => spans(cell))
      .toSorted(),
    Object.keys(scenario['properties'] as Json).toSorted(),
  );
  assert.deepEqual(
    table(language, 'key of a hop')
      .flatMap(([cell = '']) => spans(cell))
      .toSorted(),
    Object.keys(defs['hop']?.['properties'] as Json).toSorted(),
  );
});

test('the README says where each of the keys beside a plug-in’s options may stand', () => {
  const told = table(language, 'key').flatMap(([cell = '', places = '']) =>
    places.split(', ').flatMap((place) => spans(cell).map((key) => `${key} in ${place}`)),
  );
  const known = Object.entries({ looks: lookKeys, steps: stepKeys, releases: releaseKeys }).flatMap(([place, keys]) =>
    keysOf(keys).map((key) => `${key} in ${place}`),
  );
  assert.deepEqual(told.toSorted(), known.toSorted());
});

for (const { name } of plugins) {
  test(`every option of ${name} stands in its section of the probes’ page`, () => {
    const kinds = Object.keys(defs).filter((key) => key.startsWith(`${name}.`));
    const options = vocabulary(
      kinds.map((kind) => defs[kind]),
      empty(),
    );
    const itsPage = pages.find((one) => one.name === `smoke/probes/${name}.md`);
    const isSaid = saidIn(`${itsPage?.text ?? ''}\n${section(probes, `## ${name}`)}`);
    const more = [...options.keys].filter((key) => !own.keys.has(key));
    assert.ok(more.length > 1);
    assert.deepEqual(
      more.filter((key) => !isSaid(key)),
      [],
    );
  });
}

test('every function stands in the README, and every example of one loads', async () => {
  const examples = table(language, 'function').flatMap(([cell = '']) => spans(cell));
  const named = new Set(examples.map((example) => example.slice(0, example.indexOf('('))));
  assert.deepEqual([...named].toSorted(), functionNames.toSorted());
  for (const example of examples) await minimal({ vars: `vars:\n  x: "\${{ ${example} }}"\n` });
});

test('every selector of the README is read as what its row says', () => {
  const kinds = table(language, 'written').map(([cell = '']) => spans(cell).map((text) => selectorOf(text).kind));
  assert.deepEqual(kinds, [['jsonpath'], ['regex'], ['header', 'cookie', 'url'], ['name', 'name', 'name']]);
});

test('every way to write a time in the README is one, and a number without a unit is none', () => {
  const line = language.split('\n').find((one) => one.startsWith('Times always have a unit'));
  const times = spans(line ?? '');
  assert.ok(times.length >= 4);
  for (const time of times) assert.notEqual(parseDuration(time), undefined, time);
  assert.equal(parseDuration('500'), undefined);
});

test('the defaults of the README are those of the loader', async () => {
  const { times, poll, linger, marker } = await minimal();
  const ms: Readonly<Record<string, number>> = { ...times, linger };
  const rows = table(language, 'key of a scenario');
  const checked = rows.flatMap(([cell = '', , standard = '']) => {
    const keys = spans(cell).filter((key) => key in ms);
    for (const key of keys) assert.equal(parseDuration(standard), ms[key], key);
    return keys;
  });
  assert.deepEqual(checked.toSorted(), Object.keys(ms).toSorted());
  const standard = (key: string): string => rows.find(([cell]) => cell === `\`${key}\``)?.[2] ?? '';
  assert.equal(standard('poll'), `${poll.first}ms, ${poll.factor}, ${poll.max / 1000}s`);
  assert.equal(
    standard('marker'),
    `\`${marker.prefix}\`, \`'${marker.separator}'\`, \`${marker.case}\`, ${marker.length}`,
  );
});

test('the defaults of a hop are those of the loader', async () => {
  const [hop] = (await minimal()).route;
  assert.ok(hop);
  const told = Object.fromEntries(
    table(language, 'key of a hop').map(([key = '', , standard = '']) => [spans(key)[0], spans(standard)[0]]),
  );
  assert.equal(told['carries'], hop.carries);
  assert.equal(told['sees'], hop.sees);
  assert.equal(told['copies'], hop.copies);
  assert.equal(hop.lag, 0);
});
