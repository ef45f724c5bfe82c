// Credentials that a scenario puts in its requests without calling them secret: masked as soon as their values are
// known, since a system may throw them back anywhere.

import { isSecretHeader, secretPartsOf } from '../probes/http/secret-headers.ts';
import type { LookSpec, Scenario, Step } from '../scenario/model.ts';
import { isTemplate, type Names, namesIn, type Tree } from '../scenario/template.ts';
import type { Ports } from './ports.ts';

/** Masks what such headers and options hold from now on. What is too short to be masked everywhere is left alone. */
export function maskCredentials(options: unknown, marker: string | undefined, ports: Ports): void {
  const parts = headersOf(options).flatMap(([name, value]) =>
    isSecretHeader(name) && isScalar(value)
      ? secretPartsOf(name, String(value)).map((part) => [part, name] as const)
      : [],
  );
  const others = secretsIn(options).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  for (const [part, name] of [
    ...parts,
    ...passwordIn(options),
    ...others.map(([name, part]) => [part, name] as const),
  ]) {
    // The marker must stay readable wherever it is seen.
    if (marker !== undefined && (part.includes(marker) || marker.includes(part))) continue;
    ports.secrets.add(part, name);
  }
}

function passwordIn(options: unknown): [string, string][] {
  const url = isMap(options) ? options['url'] : undefined;
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  try {
    return password === '' ? [] : [[decodeURIComponent(password), 'url-password']];
  } catch {
    // A bare percent sign: the password is meant as it stands.
    return [[password, 'url-password']];
  }
}

/** What `auth` and `tls` hold that nobody may read, by name. */
function secretsIn(options: unknown): [string, unknown][] {
  const auth = mapAt(options, 'auth');
  return [
    ['auth.basic.password', mapAt(auth, 'basic')?.['password']],
    ['auth.bearer', auth?.['bearer']],
    ['auth.oauth2.client-secret', mapAt(auth, 'oauth2')?.['client-secret']],
    ['tls.passphrase', mapAt(options, 'tls')?.['passphrase']],
  ];
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
