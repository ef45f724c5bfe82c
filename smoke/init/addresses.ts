// The systems of a scenario as variables: `web: ${{ env.WEB_URL ?? 'http://127.0.0.1:4100' }}`.

import { expression, type Mapping, type Text, text } from './value.ts';

export type Addresses = {
  /** The address with its origin as a variable. It begins with a literal origin. */
  shorten(url: Text): Text;
  /** `web`, `partner`: what the origin is called, so that credentials for it can be named after it. */
  nameOf(url: Text): string;
  vars(): Mapping;
};

/** `known`: what the origins are called that the caller knows; others are named after their host. */
export function createAddresses(known: ReadonlyMap<string, string>): Addresses {
  const names = new Map(known);
  const used = new Set<string>();
  const nameOf = (origin: string): string => {
    const name = names.get(origin) ?? freeName(origin, new Set(names.values()));
    names.set(origin, name);
    used.add(origin);
    return name;
  };
  const split = ({ parts }: Text): { origin: string; rest: Text['parts'] } => {
    const [first = '', ...rest] = parts;
    const origin = typeof first === 'string' ? originIn(first) : '';
    return { origin, rest: typeof first === 'string' ? [first.slice(origin.length), ...rest] : parts };
  };
  return {
    shorten(url) {
      const { origin, rest } = split(url);
      return origin === '' ? url : text(expression(`vars.${nameOf(origin)}`), ...rest);
    },
    nameOf: (url) => nameOf(split(url).origin),
    vars: () =>
      new Map(
        [...names]
          .filter(([origin]) => used.has(origin))
          .map(([origin, name]) => [name, text(expression(`env.${name.toUpperCase()}_URL ?? '${origin}'`))]),
      ),
  };
}

/** What a literal address begins with: `http://127.0.0.1:4100`. */
export function originIn(url: string): string {
  return /^https?:\/\/[^/?#'\s\\]+/i.exec(url)?.[0] ?? '';
}

export function literalOf({ parts }: Text): string {
  return parts.map((part) => (typeof part === 'string' ? part : `{${part.expression}}`)).join('');
}

function freeName(origin: string, taken: ReadonlySet<string>): string {
  const host = origin.replace(/^https?:\/\//i, '').replace(/:\d+$/, '');
  const label = /^[a-z][a-z0-9]{1,20}(?=[.-])/i.exec(host)?.[0].toLowerCase() ?? 'other';
  const word = label === 'www' ? 'site' : label;
  for (let number = 1; ; number++) {
    const name = number === 1 ? word : `${word}${number}`;
    if (!taken.has(name)) return name;
  }
}
