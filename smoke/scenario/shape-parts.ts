// What the shapes of scenario and config files are made of: objects that refuse unknown keys, words about each key, common values.

import * as v from 'valibot';
import { DURATION, durationFault } from '../core/duration.ts';

type Text = v.GenericSchema<string, string>;
export type Any = v.GenericSchema;
export type Shape = v.GenericSchema & { readonly entries: Readonly<Record<string, Any>> };

const unknownKey = v.never('unknown key');

export function shape(entries: Readonly<Record<string, Any>>): Shape {
  return noList(v.objectWithRest(entries, unknownKey) as unknown as Shape);
}

/** One of its keys is a plug-in's name, which only the loader knows. */
export function openShape(entries: Readonly<Record<string, Any>>): Shape {
  return noList(v.objectWithRest(entries, v.unknown()) as unknown as Shape);
}

/** valibot takes a list for an object; a step must not be mistaken for a list of steps. */
function noList(object: Shape): Shape {
  const run: Shape['~run'] = (dataset, config) =>
    object['~run'](Array.isArray(dataset.value) ? { value: null } : dataset, config);
  return { ...object, '~run': run };
}

export function about<S extends Any>(schema: S, description: string, ...examples: unknown[]): v.GenericSchema {
  const described = v.pipe(schema, v.description(description));
  return v.optional(examples.length === 0 ? described : v.pipe(described, v.examples(examples as never[])));
}

export function required<S extends Any>(schema: S, description: string, ...examples: unknown[]): v.GenericSchema {
  const described = v.pipe(schema, v.description(description));
  return examples.length === 0 ? described : v.pipe(described, v.examples(examples as never[]));
}

/** The value that stands where none is given, for the JSON Schema; the loader has its own. */
export function standard<S extends Any>(value: unknown, schema: S): S {
  return v.pipe(schema, v.metadata({ default: value })) as unknown as S;
}

const fault = (issue: v.BaseIssue<unknown>): string => durationFault(issue.input);
export const duration: Text = v.pipe(v.string(fault), v.regex(DURATION, fault));
export const line: Text = v.pipe(v.string(), v.regex(/^[^\0-\x1f\x7f]{1,200}$/, 'one line of at most 200 characters'));
export const text: Text = v.pipe(v.string(), v.minLength(1, 'nothing stands here'));
export const scalar: Any = v.union([v.string(), v.number(), v.bigint(), v.boolean(), v.null()]);
export const HOP_NAME: RegExp = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
export const hopName: Text = v.pipe(
  v.string(),
  v.regex(HOP_NAME, 'a hop is named with letters, digits, `-`, `_` and `.`'),
);

/** The keys that a shape knows. */
export function keysOf(of: Shape): readonly string[] {
  return Object.keys(of.entries);
}
