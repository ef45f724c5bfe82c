// Secrets where a report cuts what it shows, or squeezes its white space: no part of one may be left at the edge. And
// credentials that the scenario never called secret.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Seen } from '../probes/local-server.ts';
import { openSite, type Pieces, type Site, scenarioAt } from './site.ts';

const pem = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA
AoIBAQC7Q2xhdWRlU2hhbGxOb3RTZWVUaGlz\tQmVjYXVz
ZUl0SXNTZWNyZXRBbmRTZXZlcmFsTGluZXNMb25n
-----END PRIVATE KEY-----
`;

const secrets = {
  PEM: pem,
  LONG: 'Lk3jH5gF7dS9aQ1wE3rT5yU7iO9pZ2xC4vB6nM8q',
  PHRASE: 'correct horse battery staple',
  HEADER: 'Hh8s7d6f5g4h3j2k1l0qwertzuiopy9x8c7v6b5n',
  QUERY: 'Qq1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8l9y',
};

/** Runs of eight characters of a secret that stand in the text. */
function piecesOf(text: string, secret: string): string[] {
  const pieces = Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8));
  return pieces.filter((piece) => text.includes(piece));
}

function assertNone(site: Site, outputs: readonly string[], known: Readonly<Record<string, string>>): void {
  const files = ['out', '.smoketrail'].flatMap((folder) =>
    readdirSync(path.join(site.dir, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(site.dir, folder, name))
      .filter((file) => statSync(file).isFile()),
  );
  assert.ok(files.length >= 4, files.join(', '));
  const texts = [...outputs, ...files.map((file) => readFileSync(file, 'utf8'))];
  for (const [name, secret] of Object.entries(known))
    for (const text of texts) {
      const [piece] = piecesOf(text, secret);
      const at = piece === undefined ? 0 : text.indexOf(piece);
      assert.equal(piece, undefined, `${name}: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
    }
}

const reporters = ['json=out/run.json', 'ndjson=out/run.ndjson', 'junit=out/run.xml'].flatMap((one) => [
  '--reporter',
  one,
]);

async function play(t: TestContext, pieces: (url: string) => Pieces, more: readonly string[] = []): Promise<string> {
  const site = await openSite(t, { instead: echo });
  site.file('cut.yaml', scenarioAt(site.url, { name: 'cut', deadline: '300ms', ...pieces(site.url) }));
  const { code, stdout, stderr } = await site.run(['run', 'cut.yaml', '-v', '--no-cleanup', ...reporters, ...more], {
    env: secrets,
  });
  assert.notEqual(code, 2, stderr);
  assertNone(site, [stdout, stderr], { ...secrets, ...(more.length > 0 && { TOKEN: told }) });
  return `${stdout}${stderr}`;
}

const told = 'plain-token-0123456789abcdefghij';

function echo({ url, headers }: Seen, response: ServerResponse): boolean {
  const [, place = ''] = url.split(/[/?]/);
  const answer = (status: number, body: string, type = 'text/plain'): true => {
    response.statusCode = status;
    response.setHeader('content-type', type);
    response.end(body);
    return true;
  };
  switch (place) {
    case 'header':
      response.setHeader('x-echo', `${'e'.repeat(85)}${secrets.HEADER}`);
      return answer(200, '');
    case 'refuse':
      return answer(400, `${'blank '.repeat(45)}12345 ${secrets.PHRASE} and more`.padEnd(400, ' x'));
    case 'soap': {
      const text = `${'f'.repeat(190)} ${secrets.PEM.replaceAll('\n', '\n  ')}`;
      return answer(
        200,
        `<Envelope><Body><Fault><faultstring>${text}</faultstring></Fault></Body></Envelope>`,
        'text/xml',
      );
    }
    case 'unjson':
      return answer(200, `[1, 2, ${secrets.LONG} ${'y'.repeat(100)}`, 'application/json');
    case 'echo':
      return answer(
        200,
        JSON.stringify({ note: `${headers['authorization']} ${headers['cookie']} ${told}` }),
        'application/json',
      );
    default:
      return false;
  }
}

const command = (script: string, argument: string, env = ''): string =>
  `{ command: { argv: [sh, -c, '${script}', sh, '${argument}', '\${{ booking }}']${env} } }`;

const cases: readonly [name: string, pieces: (url: string) => Pieces, shows: RegExp][] = [
  [
    'a key of several lines on standard error, its white space squeezed',
    () => ({ partner: command('printf "%s" "$KEY" >&2; exit 3', 'x', ", env: { KEY: '${{ secret.PEM }}' }") }),
    /exit code 3.*\*\*\*PEM\*\*\*/,
  ],
  [
    'an argument that begins before the 80th character of a command and ends behind it',
    () => ({ partner: command('exit 4', `${'a'.repeat(45)}\${{ secret.LONG }}`) }),
    /exit code 4/,
  ],
  [
    'standard error of 280 characters before the secret',
    () => ({ partner: command('printf "%0280d%s" 0 "$KEY" >&2; exit 3', 'x', ", env: { KEY: '${{ secret.LONG }}' }") }),
    /exit code 3/,
  ],
  [
    'a key said on standard error so often that its end falls beyond what is read',
    () => ({
      partner: command(
        'for i in $(seq 2000); do printf "%s" "$KEY" >&2; done; exit 3',
        'x',
        ", env: { KEY: '${{ secret.PEM }}' }",
      ),
    }),
    /exit code 3/,
  ],
  [
    'a header that is not as expected',
    (url) => ({
      partner: `{ http: { url: '${url}/header/\${{ booking }}', headers: { X-A: '\${{ secret.HEADER }}' }, expect: { header: { X-Echo: no } } } }`,
    }),
    /header X-Echo is/,
  ],
  ...[255, 280].map((length): [string, (url: string) => Pieces, RegExp] => [
    `an address with the secret behind ${length} characters`,
    (url) => ({
      partner: `{ http: { url: '${url}/header/\${{ booking }}?a=${'a'.repeat(length - 20)}&key=\${{ secret.QUERY }}', expect: { header: { X-Echo: '\${{ secret.HEADER }}' } } } }`,
    }),
    /header X-Echo is/,
  ]),
  [
    'a SOAP fault with a key of several lines, indented',
    (url) => ({
      partner: `{ http: { url: '${url}/soap/\${{ booking }}', headers: { X-A: '\${{ base64(secret.PEM) }}' }, records: Item, field: note } }`,
    }),
    /the answer is an error/,
  ],
  [
    'an answer that is not JSON where the secret begins',
    (url) => ({
      partner: `{ http: { url: '${url}/unjson/\${{ booking }}', headers: { X-A: '\${{ secret.LONG }}' }, field: $.note } }`,
    }),
    /not JSON/,
  ],
];

for (const [name, pieces, shows] of cases)
  test(`no part of a secret is left in any output: ${name}`, async (t) => {
    assert.match(await play(t, pieces), shows);
  });

for (const [name, step] of [
  [
    'an answer that refuses, with a secret of several words behind 276 characters',
    (url: string) => `http: { method: POST, url: '${url}/refuse', text: '\${{ secret.PHRASE }} \${{ marker }}' }`,
  ],
  [
    'the address of a step',
    (url: string) =>
      `http: { method: POST, url: '${url}/refuse?${'a'.repeat(245)}&key=\${{ secret.QUERY }}', text: '\${{ secret.PHRASE }} \${{ marker }}' }`,
  ],
  [
    'a program as a step',
    () => `command: { argv: [sh, -c, 'exit 5', '${'a'.repeat(45)}', '\${{ secret.LONG }} \${{ marker }}'] }`,
  ],
] as const)
  test(`no part of a secret is left where the send ends badly: ${name}`, async (t) => {
    const site = await openSite(t, { instead: echo });
    const whole = scenarioAt(site.url, { deadline: '200ms' });
    const [before = '', after = ''] = whole.split(/send:\n.*\n/);
    const sends = `send:\n  - http: { method: POST, url: '${site.url}/bookings', json: { note: x }, keep: { booking: $.id } }\n  - ${step(site.url)}\n`;
    site.file('cut.yaml', `${before}${sends}${after}`);
    const { code, stdout, stderr } = await site.run(['run', 'cut.yaml', '-v', '--no-cleanup', ...reporters], {
      env: secrets,
    });
    assert.notEqual(code, 2, stderr);
    assert.match(stdout, /\*\*\*|exit code 5/);
    assertNone(site, [stdout, stderr], secrets);
  });

test('credentials in headers are masked wherever they come back, and are not in the ledger', async (t) => {
  const out = await play(
    t,
    (url) => ({
      top: `vars: { tok: none, whole: 'Bearer \${{ vars.tok }}', web: '${url}' }`,
      sending: `headers: { Authorization: '\${{ vars.whole }}', Cookie: 'a=\${{ vars.tok }}' },`,
      partner: `{ http: { url: '\${{ vars.web }}/echo/\${{ booking }}', headers: { Authorization: '\${{ vars.whole }}', Cookie: 'a=\${{ vars.tok }}' }, field: $.note } }`,
    }),
    ['--var', `tok=${told}`],
  );
  assert.match(out, /\*\*\*/);
});
