// Credentials that a scenario puts in its requests without calling them secret: masked as soon as their values are
// known, since a system may throw them back anywhere.

import { isSecretHeader, secretPartsOf } from '../probes/http/secret-headers.ts';
import { isSecretName } from '../probes/secret-names.ts';
import type { LookSpec, Scenario, Step } from '../scenario/model.ts';
import { isTemplate, type Names, namesIn, type Tree } from '../scenario/template.ts';
import type { Ports } from './ports.ts';

/** Masks what such headers and options hold from now on. What is too short to be masked everywhere is left alone. */
export function maskCredentials(options: unknown, marker: string | undefined, ports: Ports): void {
  const headers = headersOf(options).flatMap(([name, value]) =>
    isSecretHeader(name) && isScalar(value)
      ? secretPartsOf(name, String(value)).map((part): [string, string] => [part, name])
      : [],
  );
  const named = secretsIn(options).flatMap(([name, value]): [string, string][] =>
    isScalar(value) ? [[String(value), name]] : [],
  );
  for (const [part, name] of [...headers, ...passwordsIn(options), ...named]) {
    // The marker must stay readable wherever it is seen.
    if (marker !== undefined && (part.includes(marker) || marker.includes(part))) continue;
    ports.secrets.add(part, name);
  }
}

/** Deeper than any options. */
const deepest = 16;

/** What addresses hold, wherever they stand, in lists as well. */
function passwordsIn(value: unknown, depth = 0): [string, string][] {
  if (typeof value === 'string') return passwordsOf(value).map((part) => [part, 'url-password']);
  if (typeof value !== 'object' || value === null || depth > deepest) return [];
  return Object.values(value).flatMap((inner) => passwordsIn(inner, depth + 1));
}

/** As it stands and as it is meant. Not every address is one that `URL` takes: a list of hosts, a bare percent sign. */
function passwordsOf(address: string): string[] {
  const [, scheme = '', info = ''] = /^([a-z][a-z\d+.-]*):\/\/([^/?#\s]*)@/i.exec(address) ?? [];
  const colon = info.indexOf(':');
  // NATS takes a token in place of user and password.
  const password = colon >= 0 ? info.slice(colon + 1) : /^(?:nats|tls)$/i.test(scheme) ? info : '';
  const asked = URL.canParse(address) ? [...new URL(address).searchParams] : [];
  const given = asked.flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
  return [password, decoded(password), ...given].filter((part) => part !== '');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What is sent or looked for, and not how one enters: the names in it are those of somebody's record. */
const payload: ReadonlySet<string> = new Set(
  'json form body text data payload message variables params query where fields values row keep expect headers'.split(
    ' ',
  ),
);

/** What options hold that nobody may read, each with its name: `token`, `auth.basic.password`, `sasl.password`, of any plug-in. */
function secretsIn(options: unknown, above: readonly string[] = []): [string, unknown][] {
  if (!isMap(options) || above.length > deepest) return [];
  return Object.entries(options).flatMap(([key, value]): [string, unknown][] => {
    const path = [...above, key];
    if (payload.has(key)) return [];
    if (!isSecretName(key)) return (Array.isArray(value) ? value : [value]).flatMap((one) => secretsIn(one, path));
    return isMap(value)
      ? secretsIn(value, path)
      : (Array.isArray(value) ? value : [value]).map((one) => [path.join('.'), one]);
  });
}

/**
 * The names that such headers and options are made of, those behind variables included: their values are not for a file.
 */
export function namesInCredentials({ send, find, clean, route, sessions, vars }: Scenario): Names {
  const looks = route.flatMap(({ look, release }) => [look, release?.listed?.look]);
  const logins = Object.values(sessions).flatMap(({ login }) => login);
  const specs: (Step | LookSpec | undefined)[] = [...logins, ...send, ...find, ...clean, ...looks];
  const trees = specs.flatMap((spec) =>
    headersOf(spec?.options).flatMap(([name, tree]) => (isSecretHeader(name) ? [tree as Tree] : [])),
  );
  const others = specs.flatMap((spec) =>
    secretsIn(spec?.options).flatMap(([, tree]) => (tree === undefined ? [] : [tree as Tree])),
  );
  return namesIn([...trees, ...others], vars);
}

function headersOf(options: unknown): [string, unknown][] {
  return Object.entries(mapAt(options, 'headers') ?? {});
}

function mapAt(options: unknown, name: string): Readonly<Record<string, unknown>> | undefined {
  const found = isMap(options) && Object.hasOwn(options, name) ? options[name] : undefined;
  return isMap(found) ? found : undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTemplate(value as Tree);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
