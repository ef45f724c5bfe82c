// The JSON Schema of a scenario file, from the definitions that validate it. Loaded only for `schema` and for "did you mean".

import { type JsonSchema as Converted, toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import type { Plugin } from '../probes/plugin.ts';
import { type Json, keysAt, mapSchema, withTemplates } from './schema-pass.ts';
import { withShared } from './schema-shared.ts';
import { scenario } from './shape.ts';
import { hop } from './shape-hop.ts';
import type { Shape } from './shape-parts.ts';
import { lookKeys, releaseKeys, stepKeys } from './shape-selection.ts';
import { look, release, step } from './shape-step.ts';

/** Draft 2020-12, for completion in editors: `# yaml-language-server: $schema=…`. */
export function scenarioSchema(plugins: readonly Plugin[]): Json {
  const defs: Record<string, Json> = {};
  for (const [name, shape, keys] of [
    ['step', step, stepKeys],
    ['look', look, lookKeys],
    ['release', release, releaseKeys],
  ] as const) {
    const able = plugins.filter((plugin) => (name === 'step' ? plugin.trigger : plugin.open) !== undefined);
    for (const plugin of able)
      defs[`${plugin.name}.${name}`] = orList(plugin, besideKeys(optionsSchema(plugin, defs), languageSchema(keys)));
    defs[name] = pluginHolder(shape, name, able, defs);
  }
  defs['hop'] = orPiece(languageSchema(hop));
  return withShared({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:smoketrail:scenario',
    title: 'smoketrail scenario',
    description: 'How a marked record is sent, the hops it passes, and how what was created is removed.',
    ...languageSchema(scenario),
    $defs: defs,
  });
}

/** What `use` names may bring the keys that are required. */
function orPiece({ required, ...rest }: Json): Json {
  return { ...rest, anyOf: [{ required }, { required: ['use'] }] };
}

/** The keys that may stand at a path of a plug-in's options. */
export async function optionKeys(plugin: Plugin, path: readonly string[]): Promise<readonly string[]> {
  const defs: Record<string, Json> = {};
  return keysAt(optionsSchema(plugin, defs), defs, path);
}

/** The keys that may stand at a path of a scenario, outside the plug-ins' options. */
export function languageKeys(path: readonly string[]): readonly string[] {
  const defs = {
    step: languageSchema(step),
    look: languageSchema(look),
    release: languageSchema(release),
    hop: languageSchema(hop),
  };
  return keysAt(languageSchema(scenario), defs, path);
}

const REFERENCES = new Map<unknown, string>([
  [step, 'step'],
  [look, 'look'],
  [release, 'release'],
  [hop, 'hop'],
]);

/** One shape of ours; steps, looks, releases and hops in it become references. */
export function languageSchema(shape: Shape): Json {
  const convert = (schema: GenericSchema): Json =>
    toJsonSchema(schema, {
      target: 'draft-2020-12',
      typeMode: 'input',
      errorMode: 'ignore',
      overrideAction: ({ valibotAction, jsonSchema }) =>
        valibotAction.type === 'metadata'
          ? { ...jsonSchema, ...(valibotAction as { metadata?: Json }).metadata }
          : undefined,
      overrideSchema: ({ valibotSchema }) => {
        if (valibotSchema.type === 'bigint') return { type: 'integer' };
        const name = valibotSchema === shape ? undefined : REFERENCES.get(valibotSchema);
        return name === undefined ? undefined : { $ref: `#/$defs/${name}` };
      },
    }) as Json;
  return closed(convert(shape));
}

/** A step, look or release: a mapping with one key that is a plug-in's name, or the path of one. */
function pluginHolder(shape: Shape, name: string, plugins: readonly Plugin[], defs: Record<string, Json>): Json {
  const own = languageSchema(shape);
  const named = plugins.map((plugin): [string, Json] => [
    plugin.name,
    {
      description: plugin.summary,
      ...exampleFor(defs[`${plugin.name}.${name}`]),
      $ref: `#/$defs/${plugin.name}.${name}`,
    },
  ]);
  return {
    ...own,
    properties: { ...(own['properties'] as Json), ...Object.fromEntries(named) },
    patternProperties: { '^\\.{0,2}/': {} },
    additionalProperties: false,
    minProperties: 1,
  };
}

/** The example of the short form; else made of the examples of what must be given; where nothing must, of the first option that has one. */
function exampleFor(options: Json | undefined): { examples?: readonly Json[] } {
  const [short] = (options?.['anyOf'] ?? []) as readonly Json[];
  if (Array.isArray(short?.['examples'])) return { examples: short['examples'] as Json[] };
  const properties = (options?.['properties'] ?? {}) as Record<string, Json>;
  const required = (options?.['required'] ?? []) as readonly string[];
  const examples = Object.entries(properties).flatMap(([key, part]): [string, unknown][] =>
    Array.isArray(part['examples']) && part['examples'].length > 0 ? [[key, part['examples'][0]]] : [],
  );
  const chosen = required.length > 0 ? examples.filter(([key]) => required.includes(key)) : examples.slice(0, 1);
  return chosen.length > 0 && chosen.length >= required.length ? { examples: [Object.fromEntries(chosen)] } : {};
}

/** Options as they stand in a file: with `${{ }}` where a value is meant, and files for XML bodies. Definitions inside it move to `defs`. */
function optionsSchema(plugin: Plugin, defs: Record<string, Json>): Json {
  const converted = convertOptions(plugin);
  const { $schema: _, $defs: inner, ...schema } = converted;
  const moved = (part: Json): Json =>
    mapSchema(part, (each) =>
      typeof each['$ref'] === 'string'
        ? { ...each, $ref: each['$ref'].replace('#/$defs/', `#/$defs/${plugin.name}.`) }
        : each,
    );
  for (const [key, part] of Object.entries((inner ?? {}) as Record<string, Json>)) {
    defs[`${plugin.name}.${key}`] = withTemplates(closed(moved(part)));
  }
  const open = withTemplates(closed(moved(schema)));
  const properties = open['properties'] as Record<string, Json> | undefined;
  for (const [key, place] of Object.entries(plugin.places ?? {})) {
    const option = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (properties === undefined || option === undefined || place !== 'xml') continue;
    const { description, examples, ...rest } = option;
    const shown = { ...(description !== undefined && { description }), ...(examples !== undefined && { examples }) };
    properties[key] = { ...shown, anyOf: [rest, fileBody] };
  }
  return open;
}

const fileBody: Json = {
  type: 'object',
  description: 'A file whose `${{ }}` are escaped for XML.',
  properties: { file: { type: 'string', description: 'The file.', examples: ['./body.xml'] } },
  required: ['file'],
  additionalProperties: false,
};

/** valibot's own schemas are converted; other validators may bring a Standard JSON Schema; of the rest, anything goes. */
function convertOptions({ options }: Plugin): Json {
  const standard: { vendor: string; jsonSchema?: { input?: (options: { target: string }) => unknown } } =
    options['~standard'];
  if (standard.vendor === 'valibot') {
    const schema = options as unknown as GenericSchema;
    return toJsonSchema(schema, {
      target: 'draft-2020-12',
      typeMode: 'input',
      errorMode: 'ignore',
    }) as Converted as Json;
  }
  const own: unknown = standard.jsonSchema?.input?.({ target: 'draft-2020-12' });
  return typeof own === 'object' && own !== null ? { ...own } : {};
}

/** Where a bare list stands for one of the options, the list will do. */
function orList({ list }: Plugin, options: Json): Json {
  const properties = (options['properties'] ?? {}) as Record<string, Json>;
  const items = list !== undefined && Object.hasOwn(properties, list) ? properties[list] : undefined;
  return items === undefined ? options : { anyOf: [items, options] };
}

/** The language's keys beside the options, in each shape that the options may have. */
function besideKeys(options: Json, keys: Json): Json {
  const branches = ['anyOf', 'oneOf', 'allOf'].find((key) => Array.isArray(options[key]));
  if (branches !== undefined)
    return { ...options, [branches]: (options[branches] as Json[]).map((branch) => besideKeys(branch, keys)) };
  if (options['type'] !== 'object') return options;
  const required = [...((options['required'] ?? []) as string[]), ...((keys['required'] ?? []) as string[])];
  return {
    ...options,
    properties: { ...(options['properties'] as Json), ...(keys['properties'] as Json) },
    ...(required.length > 0 && { required }),
  };
}

/** What valibot calls never is what an editor knows as `additionalProperties: false`. */
function closed(schema: Json): Json {
  const { $schema: _, ...rest } = mapSchema(schema, (part) => {
    const more = part['additionalProperties'] as Json | undefined;
    return typeof more === 'object' && more['not'] !== undefined ? { ...part, additionalProperties: false } : part;
  });
  return rest;
}
