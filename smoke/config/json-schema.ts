// The JSON Schema of a config file, from the definition that validates it. Loaded only for `schema` and for "did you mean".

import { languageSchema } from '../scenario/json-schema.ts';
import { type Json, keysAt } from '../scenario/schema-pass.ts';
import { config } from './shape.ts';

/** Draft 2020-12, for completion in editors. */
export function configSchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'smoketrail config file',
    ...languageSchema(config),
  };
}

/** The keys that may stand at a path of a config file. */
export function configKeys(path: readonly string[]): readonly string[] {
  return keysAt(languageSchema(config), {}, path);
}
