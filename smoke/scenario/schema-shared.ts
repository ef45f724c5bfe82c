// What a JSON Schema says several times, said once under `$defs`: a locator of the browser stands in every action, and
// an editor would have to read megabytes.

import { type Json, mapParts } from './schema-pass.ts';

/** A shorter part is read faster where it stands. */
const shortest = 200;

/** The same schema. Words about a key stay where they are, beside the reference. */
export function withShared(schema: Json): Json {
  const times = new Map<string, number>();
  const count = (part: Json): Json => {
    const text = JSON.stringify(wordsAndBody(part).body);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    // What stands within a part that is shared is said once already.
    return before === 0 ? mapParts(part, count) : part;
  };
  const { $defs, ...root } = schema;
  const own = $defs as Record<string, Json>;
  for (const each of [root, ...Object.values(own)]) mapParts(each, count);

  const names = new Map<string, string>();
  const defs: Record<string, Json> = {};
  const share = (part: Json, key: string): Json => {
    const { words, body } = wordsAndBody(part);
    const text = JSON.stringify(body);
    if (text.length < shortest || times.get(text) === 1) return mapParts(part, share);
    const name = names.get(text) ?? freeName(`shared.${key}`, { ...own, ...defs });
    if (!names.has(text)) {
      names.set(text, name);
      defs[name] = {}; // Takes the name before its own parts look for one.
      defs[name] = mapParts(body, share);
    }
    return { ...words, $ref: `#/$defs/${name}` };
  };
  const shared = Object.entries(own).map(([name, def]): [string, Json] => [name, mapParts(def, share)]);
  return { ...mapParts(root, share), $defs: { ...Object.fromEntries(shared), ...defs } };
}

function wordsAndBody({ description, examples, default: standard, ...body }: Json): { words: Json; body: Json } {
  const words = { description, examples, default: standard };
  return { words: Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined)), body };
}

function freeName(name: string, taken: Readonly<Record<string, Json>>): string {
  let free = name;
  for (let count = 2; Object.hasOwn(taken, free); count++) free = `${name}.${count}`;
  return free;
}
