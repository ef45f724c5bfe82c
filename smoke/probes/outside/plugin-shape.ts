// Whether what a module of somebody else exports is a plug-in, and in what way it is not.

import { evidenceClasses, isEvidenceClass } from '../../core/look.ts';
import type { Plugin } from '../plugin.ts';

type Given = Readonly<Record<string, unknown>>;

const pluginName = /^[A-Za-z@][\w@/.-]{0,63}$/;

/** What is wrong with it, as the end of a sentence; undefined where nothing is. `taken`: names it may not have. */
export function pluginFault(value: unknown, taken: readonly string[] = []): string | undefined {
  if (typeof value !== 'object' || value === null) return 'is no object';
  const given = value as Given;
  return nameFault(given['name'], taken) ?? partsFault(given) ?? optionsFault(given['options']);
}

export function isPlugin(value: unknown, taken: readonly string[] = []): value is Plugin {
  return pluginFault(value, taken) === undefined;
}

function nameFault(name: unknown, taken: readonly string[]): string | undefined {
  if (typeof name !== 'string' || !pluginName.test(name)) return 'has no `name` of letters, digits, `-`, `_`, `.`';
  return taken.includes(name)
    ? `is called ${name} like a plug-in that is built in: give it another \`name\``
    : undefined;
}

function partsFault(given: Given): string | undefined {
  if (typeof given['summary'] !== 'string' || given['summary'].trim() === '')
    return 'has no `summary`, one line of text';
  if (!isTexts(given['connects'])) return 'has no `connects`, a list of option names (it may be empty)';
  if (given['open'] === undefined && given['trigger'] === undefined) return 'has neither `open` nor `trigger`';
  for (const name of ['open', 'trigger', 'title', 'lookFault', 'lookWarning', 'field', 'ready']) {
    if (given[name] !== undefined && typeof given[name] !== 'function') return `has \`${name}\`, which is no function`;
  }
  for (const name of ['transient', 'queue'])
    if (given[name] !== undefined && !['boolean', 'function'].includes(typeof given[name]))
      return `has \`${name}\`, which is neither a boolean nor a function`;
  for (const name of ['budgeted', 'owned']) {
    if (given[name] !== undefined && typeof given[name] !== 'boolean') return `has \`${name}\`, which is no boolean`;
  }
  if (given['evidence'] !== undefined && !isEvidenceClass(given['evidence']))
    return `has \`evidence\`, which is none of ${evidenceClasses.join(', ')}`;
  if (given['contract'] !== undefined && !isContract(given['contract']))
    return 'has `contract`, which must have the texts `needs` and `costs`, and may have `proof`';
  if (given['documents'] !== undefined && !isTexts(given['documents']))
    return 'has `documents`, which is no list of names';
  if (given['list'] !== undefined && typeof given['list'] !== 'string') return 'has `list`, which is no option’s name';
  const places = given['places'];
  const kinds = typeof places === 'object' && places !== null ? Object.values(places) : [undefined];
  if (places !== undefined && !kinds.every((kind) => kind === 'url' || kind === 'xml'))
    return 'has `places` that are neither `url` nor `xml`';
  return undefined;
}

function optionsFault(options: unknown): string | undefined {
  // A validator may be a function that carries its schema (arktype).
  const holder = (typeof options === 'object' && options !== null) || typeof options === 'function' ? options : {};
  const standard = (holder as Given)['~standard'] as Given | undefined;
  const fits = typeof standard === 'object' && standard !== null && typeof standard['validate'] === 'function';
  return fits && standard['version'] === 1
    ? undefined
    : 'has no `options` that are a Standard Schema: an object with `~standard`, as valibot and zod make them';
}

function isContract(value: unknown): boolean {
  const { needs, costs, proof } = (value ?? {}) as Given;
  return typeof needs === 'string' && typeof costs === 'string' && (proof === undefined || typeof proof === 'string');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
