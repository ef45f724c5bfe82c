// Secrets wherever a scenario can use one, and thrown back by the system in every form: none may leave the runner.

import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import type { Seen } from '../probes/local-server.ts';
import { leaksOf, spellings } from './leaks.ts';
import { openSite, type Site, scenarioAt, stackTrace } from './site.ts';

const secrets = {
  URL_PASSWORD: 'p@ss/w:rd#1?x',
  PATH_KEY: 'path/key with+space&',
  QUERY_KEY: 'qüery&=é%20key',
  FORM_PASSWORD: 'form pass+word&ü=1',
  BASIC_PASSWORD: 'bäsic:"pass"word',
  BEARER_TOKEN: 'eyJhbGciOi.J9-bearer_token',
  JSON_TOKEN: 'json"\\quote\tand</tab>',
  XML_TOKEN: 'xml<token>&"1\'2',
  TEXT_TOKEN: 'text-token-99887',
  ARGV_TOKEN: 'argv\'token "$x`y',
  SQL_TOKEN: "sql;token--drop'1",
};
/** Told by the system, never given: kept with `secret: true`, and a cookie. */
const session = 'sess-3k2j4h5g6f/+é';
const cookie = 'cook%2B9s8d7f6g5h';
const fromFile = 'from-a-file-secret-77';
const all = { ...secrets, SESSION: session, COOKIE: cookie, FILE_TOKEN: fromFile };

const everySpelling = Object.values(all).flatMap(spellings);

/** Answers with everything it was sent, and with every secret in every form; says 500 where asked. */
function echo(site: () => Site): (request: Seen, response: ServerResponse) => boolean {
  return (request, response) => {
    const { method, url, headers, body } = request;
    const [, place = ''] = url.split(/[/?]/);
    response.setHeader('set-cookie', [`sid=${cookie}; Path=/; HttpOnly`]);
    response.setHeader('content-type', place === 'page' ? 'text/html' : 'application/json');
    response.setHeader(
      'x-echo',
      Object.values(headers)
        .join(' ')
        .replace(/[^\x20-\x7e]/g, '?'),
    );
    response.statusCode = place === 'broken' ? 500 : 200;
    const spelled = everySpelling.join(' ');
    const answer = { booking: '8841', session, method, url, headers, body, note: spelled };
    response.end(place === 'page' ? `<p title="${body}">${spelled} ${url}</p>` : JSON.stringify(answer));
    if (method === 'POST' && place === 'bookings') {
      const log = path.join(site().dir, 'worker.log');
      for (const each of everySpelling)
        appendFileSync(log, `booking 8841 pushed ${each} for ${JSON.stringify(headers)}\n`);
    }
    return true;
  };
}

async function openSecretSite(t: TestContext): Promise<{ site: Site; env: Record<string, string> }> {
  const site: Site = await openSite(t, { instead: echo(() => site) });
  const db = new DatabaseSync(path.join(site.dir, 'app.db'));
  db.exec('CREATE TABLE jobs (booking TEXT, payload TEXT)');
  for (const each of everySpelling) db.prepare('INSERT INTO jobs VALUES (?, ?)').run('8841', each);
  db.close();
  site.file('worker.log', '');
  const env = { ...secrets, FILE_TOKEN_FILE: site.file('token', `${fromFile}\n`) };
  const { JSON_TOKEN, ...rest } = env;
  return { site, env: { ...rest, SMOKETRAIL_SECRET_JSON_TOKEN: JSON_TOKEN } };
}

function scenario(url: string, more: { deadline?: string; command?: string } = {}): string {
  const withUser = url.replace('http://', 'http://robot:${{ secret.URL_PASSWORD }}@');
  // Read from a database, since a host is asked ten times a second at most.
  const spelled = everySpelling.map(
    (_, index) => `  - hop: echo-${index}
    look: { sql: { sqlite: app.db, query: 'SELECT payload FROM jobs WHERE booking = :booking AND rowid = ${index + 1}', params: { booking: '\${{ booking }}' }, field: payload } }`,
  );
  return `name: secrets
vars:
  basic: 'robot:\${{ secret.BASIC_PASSWORD }}'
  fileToken: '\${{ secret.FILE_TOKEN }}'
deadline: ${more.deadline ?? '5s'}
grace: 0s
settle: 0s
confirm: 0s
timeout: 3s
poll: { first: 100ms, factor: 2, max: 5s }
send:
  - http:
      method: POST
      url: '${withUser}/login/\${{ secret.PATH_KEY }}?key=\${{ secret.QUERY_KEY }}'
      form: { password: '\${{ secret.FORM_PASSWORD }}' }
      keep: { session: { from: $.session, secret: true } }
  - http: { method: POST, url: '${url}/soap', xml: '<a t="x"><b>\${{ secret.XML_TOKEN }}</b></a>' }
  - http: { method: POST, url: '${url}/plain', text: 'key=\${{ secret.TEXT_TOKEN }}' }
  - command:
      argv: [sh, -c, 'printf "%s" "$1" >&2; printf "told %s" "$1"', sh, '\${{ secret.ARGV_TOKEN }}']
      env: { TOKEN: '\${{ secret.ARGV_TOKEN }}' }
  - sql:
      sqlite: app.db
      query: 'INSERT INTO jobs VALUES (:who, :token)'
      params: { who: robot, token: '\${{ secret.SQL_TOKEN }}' }
  - http:
      method: POST
      url: '${url}/bookings'
      headers:
        Authorization: 'Basic \${{ base64(vars.basic) }}'
        X-Token: 'Bearer \${{ secret.BEARER_TOKEN }}'
        X-Session: '\${{ urlencode(session) }}'
      json: { note: 'Late. \${{ marker }}', token: '\${{ secret.JSON_TOKEN }}', from: '\${{ vars.fileToken }}' }
      keep: { booking: $.booking }
route:
${spelled.join('\n')}
  - hop: broken
    look: { http: { url: '${url}/broken/x?of=\${{ booking }}', field: $.note, headers: { Authorization: 'Bearer \${{ secret.BEARER_TOKEN }}' } } }
  - hop: page
    look: { http: { url: '${url}/page/x?of=\${{ booking }}', as: json, field: $.note } }
  - hop: worker
    look: { log: { path: worker.log, where: { '/booking (\\d+)/': '\${{ booking }}' } } }
  - hop: table
    look: { sql: { sqlite: app.db, query: 'SELECT * FROM jobs WHERE booking = :booking OR payload = :token', params: { booking: '\${{ booking }}', token: '\${{ secret.SQL_TOKEN }}' }, field: payload } }
  - hop: wrong-table
    look: { sql: { sqlite: app.db, query: "SELECT * FROM \\"\${{ secret.TEXT_TOKEN }}\\" WHERE '\${{ booking }}' = 1" } }
  - hop: program
    look: { command: { ${more.command ?? 'argv: [sh, -c, \'printf "%s" "$1" >&2; exit 3\', sh, \'${{ secret.ARGV_TOKEN }} ${{ booking }}\']'} } }
  - hop: nowhere
    look: { http: { url: 'http://robot:\${{ secret.URL_PASSWORD }}@127.0.0.1:1/\${{ secret.PATH_KEY }}/\${{ booking }}' } }
  - hop: partner
    look: { http: { url: '${url}/partner/x?of=\${{ booking }}&session=\${{ session }}', field: $.note } }
clean:
  - http: { method: DELETE, url: '${url}/broken/\${{ booking }}?key=\${{ secret.QUERY_KEY }}' }
`;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

function assertClean(what: string, text: string, known: Readonly<Record<string, string>> = all): void {
  for (const [name, secret] of Object.entries(known)) {
    const leaks = leaksOf(text, secret);
    const [leak = ''] = leaks;
    const at = text.indexOf(leak.slice(leak.indexOf(': ') + 2));
    assert.deepEqual(leaks, [], `${name} stands in ${what}: …${text.slice(Math.max(0, at - 120), at + 80)}…`);
  }
}

function assertCleanFolder(folder: string): void {
  const files = filesBelow(folder);
  assert.ok(files.length > 0, `${folder} is empty`);
  for (const file of files) assertClean(file, readFileSync(file, 'utf8'));
}

test('no output, no recorded event and no ledger holds a secret in any form, however the system throws it back', async (t) => {
  const { site, env } = await openSecretSite(t);
  site.file('secrets.yaml', scenario(site.url));
  const reporters = ['json=out/run.json', 'ndjson=out/run.ndjson', 'junit=out/run.xml'].flatMap((one) => [
    '--reporter',
    one,
  ]);
  const run = await site.run(['run', 'secrets.yaml', '-v', '--no-cleanup', ...reporters], { env });
  assert.equal(run.code, 1, `${run.stdout}${run.stderr}`);
  // The secrets were used: the system got them all, or this would prove nothing.
  const sent = site.seen.map(({ url, headers, body }) => [url, ...Object.values(headers), body].join(' ')).join('\n');
  for (const [name, value] of Object.entries(secrets)) {
    if (name === 'ARGV_TOKEN' || name === 'SQL_TOKEN') continue;
    assert.ok(leaksOf(sent, value).length > 0, `${name} was never sent`);
  }
  assert.ok(leaksOf(sent, cookie).length > 0, 'the cookie was never sent back');
  assert.match(run.stdout, /\*\*\*[A-Z_]+\*\*\*/);
  assertClean('standard output', run.stdout);
  assertClean('standard error', run.stderr);
  assertCleanFolder(path.join(site.dir, 'out'));
  assertCleanFolder(path.join(site.dir, '.smoketrail'));

  const marker = /smk-[0-9a-z]{16}/.exec(run.stdout)?.[0] ?? '';
  const trace = await site.run(['trace', marker, 'secrets.yaml', '-v', '--keep', `session=${session}`], { env });
  assert.equal(trace.code, 1, `${trace.stdout}${trace.stderr}`);
  // Its own requests brought it no cookie before the database showed that of somebody else.
  const { COOKIE: _cookie, ...known } = all;
  assertClean('the output of trace', `${trace.stdout}${trace.stderr}`, known);
  const sweep = await site.run(['sweep', '-v'], { env });
  assert.equal(sweep.code, 1, `${sweep.stdout}${sweep.stderr}`);
  assertClean('the output of sweep', `${sweep.stdout}${sweep.stderr}`);
  assertCleanFolder(path.join(site.dir, '.smoketrail'));
});

test('a run that is killed leaves no secret behind either', async (t) => {
  const { site, env } = await openSecretSite(t);
  site.file('secrets.yaml', scenario(site.url, { deadline: '60s' }));
  const run = site.start(['run', 'secrets.yaml', '-v', '--reporter', 'ndjson=out/run.ndjson'], { env });
  await eventually('the partner is read', () => site.seen.find(({ url }) => url.startsWith('/partner')));
  assertCleanFolder(path.join(site.dir, '.smoketrail'));
  run.kill('SIGKILL');
  const { signal, stdout, stderr } = await run.ended;
  assert.equal(signal, 'SIGKILL');
  assertClean('standard output', stdout);
  assertClean('standard error', stderr);
  assertCleanFolder(path.join(site.dir, 'out'));
  assertCleanFolder(path.join(site.dir, '.smoketrail'));
});

test('a secret under six characters is refused before anything is sent', async (t) => {
  const site = await openSite(t);
  const sending = "headers: { Authorization: 'Bearer ${{ secret.WEB_TOKEN }}' },";
  site.file('short.yaml', scenarioAt(site.url, { sending }));
  for (const env of [
    { WEB_TOKEN: 'abc12' },
    { WEB_TOKEN: ' ab   ' },
    { WEB_TOKEN_FILE: site.file('short', 'abc12\n') },
  ]) {
    const { code, stdout, stderr } = await site.run(['run', 'short.yaml'], { env });
    assert.equal(code, 2, stdout);
    assert.match(stderr, /The secret WEB_TOKEN is shorter than 6 characters/);
    assert.doesNotMatch(stderr, /abc12/);
    assert.doesNotMatch(stderr, stackTrace);
  }
  assert.deepEqual(site.seen, []);
  assert.equal(site.hasLedger(), false);
});
