// The functions of `${{ }}`: the few that a booking cannot do without.

import { type Scope, TemplateError } from './scope.ts';
import type { Expression } from './tree.ts';
import { formatDate, formatFault, offsetFault, zoneFault } from './zoned-date.ts';

type Literal = string | number;

type Fn = {
  args: readonly [least: number, most: number];
  example: string;
  /** Faults of the arguments that are literals, found at load time; the others are undefined. */
  fault?(args: readonly (Literal | undefined)[]): string | undefined;
} & (
  | {
      /** What depends on time or chance is computed once per marker. */ once: true;
      value(args: readonly string[], scope: Scope): Literal;
    }
  | { once: false; value(args: readonly string[]): string }
  | { /** Which of its arguments: the index is kept, never the value, which may be a secret. */ once: 'index' }
);

const FUNCTIONS: ReadonlyMap<string, Fn> = new Map<string, Fn>([
  ['date', dateFunction("date('+1d', 'dd.MM.yyyy', 'Europe/Lisbon')", false)],
  ['datetime', dateFunction("datetime('+2h')", true)],
  [
    'int',
    {
      args: [2, 2],
      example: 'int(1, 4)',
      fault: ([low, high]) =>
        low === undefined || high === undefined ? undefined : rangeFault(Number(low), Number(high)),
      once: true,
      value: ([low, high], scope) => integer(Number(low), Number(high), scope.random()),
    },
  ],
  ['pick', { args: [1, 100], example: "pick('a', 'b')", once: 'index' }],
  ['uuid', { args: [0, 0], example: 'uuid()', once: true, value: (_, scope) => scope.uuid() }],
  [
    'base64',
    {
      args: [1, 1],
      example: 'base64(marker)',
      once: false,
      value: ([text]) => Buffer.from(text ?? '', 'utf8').toString('base64'),
    },
  ],
  [
    'urlencode',
    {
      args: [1, 1],
      example: 'urlencode(marker)',
      once: false,
      value: ([text]) => encodeURIComponent((text ?? '').toWellFormed()),
    },
  ],
]);

/** Every function's name, `file` included, which the loader reads. */
export const functionNames: readonly string[] = [...FUNCTIONS.keys(), 'file'];

/** What is wrong with a call before anything is known but its literals, or undefined. */
export function callFault(fn: string, args: readonly Expression[]): string | undefined {
  if (fn === 'file') {
    const [path] = args;
    if (args.length === 1 && path?.kind === 'literal' && typeof path.value === 'string' && path.value !== '')
      return undefined;
    return "file takes one path in quotes: file('./body.xml')";
  }
  const known = FUNCTIONS.get(fn);
  if (!known) return `no function is called ${fn}`;
  const [least, most] = known.args;
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    return `${fn} takes ${wanted} ${most === 1 ? 'value' : 'values'}, not ${args.length}: ${known.example}`;
  }
  if (known.once === true && args.some(namesSecret))
    return `${fn} cannot take a secret: what it gives is kept in the ledger`;
  return known.fault?.(args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined)));
}

/** True where the call takes one of its arguments, all of which must be resolvable, and gives it unchanged. */
export function picks(fn: string): boolean {
  return FUNCTIONS.get(fn)?.once === 'index';
}

/** The value of a call. `key` is its text: calls of one text share one value per marker. Throws TemplateError. */
export function callValue(fn: string, key: string, args: readonly unknown[], scope: Scope): unknown {
  const known = FUNCTIONS.get(fn);
  if (!known) throw new TemplateError(`no function is called ${fn}`);
  if (known.once === false) return known.value(args.map(String));
  const before = scope.computed.get(key);
  if (known.once === 'index') {
    const index = typeof before === 'number' ? before : integer(0, args.length - 1, scope.random());
    scope.computed.set(key, index);
    return args[index];
  }
  const value = before ?? known.value(args.map(String), scope);
  scope.computed.set(key, value);
  return value;
}

function dateFunction(example: string, time: boolean): Fn {
  return {
    args: [0, 3],
    example,
    fault: ([offset, format, zone]) =>
      (offset === undefined ? undefined : offsetFault(String(offset))) ??
      (format === undefined ? undefined : formatFault(String(format))) ??
      (zone === undefined ? undefined : zoneFault(String(zone))),
    once: true,
    value: ([offset = '', format, zone], scope) => formatDate(scope.now, offset, format, zone ?? scope.timezone, time),
  };
}

function rangeFault(low: number, high: number): string | undefined {
  if (Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high) return undefined;
  return 'int takes two whole numbers, the smaller first: int(1, 4)';
}

function integer(low: number, high: number, fraction: number): number {
  const fault = rangeFault(low, high);
  if (fault !== undefined) throw new TemplateError(fault);
  return Math.min(high, low + Math.floor(fraction * (high - low + 1)));
}

function namesSecret(expression: Expression): boolean {
  switch (expression.kind) {
    case 'name':
      return expression.space === 'secret';
    case 'call':
      return expression.args.some(namesSecret);
    case 'first':
      return expression.of.some(namesSecret);
    default:
      return false;
  }
}
