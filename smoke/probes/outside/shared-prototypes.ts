// What somebody else's module changes of what all code here stands on: `Array.prototype` and the like. It breaks things
// far from where it was done, so it is told where it was done.

type Known = { shown: string; prototype: object };

const watched: readonly Known[] = Object.entries({
  Array,
  Function,
  Map,
  Number,
  Object,
  Promise,
  RegExp,
  Set,
  String,
}).map(([name, { prototype }]) => ({ shown: `${name}.prototype`, prototype: prototype as object }));

/** As they are now. */
export type Snapshot = ReadonlyMap<object, ReadonlyMap<PropertyKey, PropertyDescriptor>>;

export function snapshot(): Snapshot {
  return new Map(watched.map(({ prototype }) => [prototype, partsOf(prototype)]));
}

/**
 * `Array.prototype (map, last)`, for each that is another since: what was replaced or removed, and what was added so that
 * it shows in every loop over the names. An addition that is hidden there hurts nobody.
 */
export function changedSince(before: Snapshot): readonly string[] {
  return watched.flatMap(({ shown, prototype }) => {
    const was = before.get(prototype) ?? new Map<PropertyKey, PropertyDescriptor>();
    const is = partsOf(prototype);
    const replaced = [...was].filter(([key, one]) => !isSame(one, is.get(key))).map(([key]) => key);
    const added = [...is].filter(([key, { enumerable }]) => !was.has(key) && enumerable === true).map(([key]) => key);
    const names = [...replaced, ...added].map(String);
    const more = names.length > fewNames ? ', …' : '';
    return names.length === 0 ? [] : [`${shown} (${names.slice(0, fewNames).join(', ')}${more})`];
  });
}

const fewNames = 5;

function partsOf(prototype: object): ReadonlyMap<PropertyKey, PropertyDescriptor> {
  const all = Object.getOwnPropertyDescriptors(prototype) as Readonly<Record<PropertyKey, PropertyDescriptor>>;
  return new Map(Reflect.ownKeys(all).flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]] as const])));
}

function isSame(one: PropertyDescriptor, other: PropertyDescriptor | undefined): boolean {
  return other !== undefined && one.value === other.value && one.get === other.get && one.set === other.set;
}
