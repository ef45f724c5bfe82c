// The credentials of a source: each gets a name under which the run asks for it, and its value goes into no file.

import { type Expression, expression, type Text } from './value.ts';

export type Secrets = {
  /** The expression that stands for the value; one value has one name. */
  take(value: string, wanted: string, what: string): Expression;
  /** The text without any value that is already known to be a secret. */
  hide(literal: string): Text | string;
  /** What must be set before a run, without the values. */
  asked(): readonly Asked[];
};

export type Asked = { name: string; what: string };

/** A shorter one stands in too many other words. */
const shortestHidden = 6;

export function createSecrets(): Secrets {
  const byValue = new Map<string, Asked>();
  const nameFor = (wanted: string): string => {
    const taken = new Set([...byValue.values()].map(({ name }) => name));
    for (let number = 2, name = wanted; ; number++) {
      if (!taken.has(name)) return name;
      name = `${wanted}_${number}`;
    }
  };
  return {
    take(value, wanted, what) {
      const known = byValue.get(value) ?? { name: nameFor(wanted), what };
      byValue.set(value, known);
      return expression(`secret.${known.name}`);
    },
    hide(literal) {
      const values = [...byValue.keys()].filter((value) => value.length >= shortestHidden && literal.includes(value));
      let parts: (string | Expression)[] = [literal];
      for (const value of values.toSorted((a, b) => b.length - a.length)) {
        const name = byValue.get(value)?.name ?? '';
        parts = parts.flatMap((part) => (typeof part === 'string' ? between(part, value, name) : [part]));
      }
      return values.length === 0 ? literal : { parts };
    },
    asked: () => [...byValue.values()],
  };
}

function between(literal: string, value: string, name: string): (string | Expression)[] {
  return literal.split(value).flatMap((part, index) => (index === 0 ? [part] : [expression(`secret.${name}`), part]));
}
