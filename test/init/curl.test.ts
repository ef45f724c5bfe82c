// A copied curl command as a request: how shells quote, what curl's flags mean, and what is never done.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readCurl } from '../../smoke/init/curl.ts';
import { shellWords } from '../../smoke/init/curl-words.ts';
import { templateOf } from '../../smoke/init/value.ts';
import { loaded, refusalOf, shownPartner, written } from './written.ts';

const url = 'http://web.test/api/bookings';

for (const [line, words] of [
  [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
  [`a'b'"c"d`, ['abcd']],
  [`'it'\\''s'`, ["it's"]],
  [`"a\\"b \\$c \\x"`, ['a"b $c \\x']],
  [`$'it\\'s\\n\\t\\u00e9\\xC3\\xA9\\303\\251\\ud83d\\ude00\\\\'`, ["it's\n\tééé😀\\"]],
  ['a \\\n  b \\\r\n c', ['a', 'b', 'c']],
  [`'' ""`, ['', '']],
  ['a # the rest', ['a']],
] as const) {
  test(`${JSON.stringify(line)} is read as a shell reads it`, () => {
    assert.deepEqual(shellWords(line).words, words);
  });
}

test('a pipe, a redirection and a second command end the first, and are told', async () => {
  for (const more of ['| jq .', '> out.json', '2>/dev/null', '&& rm -rf x', '; date', '\ncurl http://other.test/']) {
    const { notes, request } = await readCurl(`curl ${url} -d 'note=late at night' ${more}`);
    assert.equal(templateOf(request.url), url, more);
    assert.match(notes.join('\n'), /only the first command is read/, more);
  }
});

test('a command in the command line is refused and never run', async () => {
  for (const inside of ['$(touch /tmp/smoketrail-injected)', '`touch /tmp/smoketrail-injected`'])
    for (const line of [`curl ${url} -d note=${inside}`, `curl ${url} -d "note=${inside}"`])
      assert.match(await refusalOf('curl', line), /runs another program.*never done here/);
  assert.ok(!existsSync('/tmp/smoketrail-injected'));
  const { text } = await written('curl', `curl ${url} -d 'note=late $(date) at night'`);
  assert.match(text, /late \$\(date\) at night/, 'in single quotes it is a text');
});

test('a command copied for the Windows command prompt is the same request', async () => {
  const line = `curl ^"${url}^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  --data-raw ^"^{^\\^"hostMessage^\\^":^\\^"Late ^& tired 100^%^\\^"^}^"`;
  const { request } = await readCurl(line);
  assert.equal(templateOf(request.url), url);
  assert.deepEqual(request.body, { kind: 'json', value: new Map([['hostMessage', 'Late & tired 100%']]) });
});

for (const [flags, body] of [
  [
    `-d 'a=1' -d 'note=x+y%21'`,
    {
      kind: 'form',
      value: new Map([
        ['a', '1'],
        ['note', 'x y!'],
      ]),
    },
  ],
  [`--data-urlencode 'note=x & y'`, { kind: 'form', value: new Map([['note', 'x & y']]) }],
  [`--json '{"note":"x"}'`, { kind: 'json', value: new Map([['note', 'x']]) }],
  [`-d '{"big":12345678901234567890}'`, { kind: 'json', value: new Map([['big', 12345678901234567890n]]) }],
  [
    `-F note=late -F 'scan=@./a.pdf;type=application/pdf'`,
    {
      kind: 'multipart',
      value: new Map<string, unknown>([
        ['note', 'late'],
        [
          'scan',
          new Map([
            ['file', './a.pdf'],
            ['type', 'application/pdf'],
          ]),
        ],
      ]),
    },
  ],
  [`-H 'Content-Type: application/xml' -d '<a><Note>x</Note></a>'`, { kind: 'xml', value: '<a><Note>x</Note></a>' }],
  [`-H 'content-type: text/plain' -d 'hello you'`, { kind: 'text', value: 'hello you' }],
] as const) {
  test(`the body of ${flags} is ${body.kind}`, async () => {
    assert.deepEqual((await readCurl(`curl ${url} ${flags}`)).request.body, body);
  });
}

test('methods: -X, -G, and what a body implies', async () => {
  const method = async (flags: string): Promise<string> => (await readCurl(`curl ${url} ${flags}`)).request.method;
  assert.equal(await method("-X PUT -d 'note=x'"), 'PUT');
  assert.equal(await method('-XPATCH -d note=x'), 'PATCH');
  assert.equal(await method("-d 'note=x'"), 'POST');
  assert.equal(await method(''), 'GET');
  const { request } = await readCurl(`curl -G ${url} -d a=1 --data-urlencode 'q=x y'`);
  assert.deepEqual([request.method, templateOf(request.url), request.body], ['GET', `${url}?a=1&q=x%20y`, undefined]);
});

test('flags that mean nothing in a scenario are left out, and those that matter are named', async () => {
  const { notes } = await readCurl(
    `curl -sSL -k --compressed -x http://proxy.test -o out ${url} -d note=x --no-such-flag`,
  );
  assert.match(notes.join('\n'), /-k is left out: TLS is verified/);
  assert.match(notes.join('\n'), /-x and its value left out/);
  assert.match(notes.join('\n'), /--no-such-flag left out/);
  assert.doesNotMatch(notes.join('\n'), /compressed|-o|-L/);
});

test('what cannot be taken over is refused with what to do', async () => {
  assert.match(await refusalOf('curl', `curl ${url} -d @body.json`), /in the file "body.json".*\nPut what it holds/);
  assert.match(await refusalOf('curl', `curl -T scan.pdf ${url}`), /-T sends a whole file/);
  assert.match(await refusalOf('curl', `curl ${url}`), /sends GET, which creates nothing/);
  assert.match(await refusalOf('curl', `wget ${url}`), /no curl command: it begins with "wget"/);
  assert.match(await refusalOf('curl', `curl 'http://web.test`), /never closed/);
  assert.match(await refusalOf('curl', 'curl -d note=x'), /names no address/);
  assert.match(await refusalOf('curl', `curl ftp://web.test/ -d note=x`), /no http:\/\/ or https:\/\/ address/);
  assert.match(await refusalOf('curl', `Invoke-WebRequest -Uri "${url}"`), /PowerShell.*\n.*cURL \(bash\)/);
  assert.match(
    await refusalOf('curl', `curl ${url} -d 'room=1&nights=2'`),
    /no free text.*\nIts texts are room, nights\. --field/,
  );
  assert.match(await refusalOf('curl', `curl ${url} -d '${'x'.repeat(1_100_000)}'`), /longer than 1 MB/);
});

test('no credential gets into the file; the report says what to export', async () => {
  const { text: basic, facts: asked } = await written(
    'curl',
    `curl ${url} -u alice:hunter2222 -d 'note=late at night'`,
  );
  assert.doesNotMatch(basic, /hunter2222|YWxpY2U6/);
  assert.deepEqual(asked.asked, [{ name: 'WEB_BASIC', what: 'base64 of user:password' }]);
  const secrets = [
    'tok-4f81c2ab',
    'sess-99aa77',
    'hunter2222',
    'key-abc12345',
    'pw-in-body-1',
    'sig-in-query-1',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
  ];
  const [bearer, session, password, apiKey, inBody, inQuery, jwt] = secrets;
  const { text, facts } = await written(
    'curl',
    [
      `curl 'http://alice:${password}@web.test/api/bookings?sig=${inQuery}'`,
      `-H 'Authorization: Bearer ${bearer}' -b 'sid=${session}' -H 'X-Api-Key: ${apiKey}'`,
      `--json '{"note":"Late, ${bearer} you know","password":"${inBody}","extra":"${jwt}"}'`,
    ].join(' '),
    {},
    shownPartner,
  );
  for (const secret of [...secrets, Buffer.from(`alice:${password}`).toString('base64')])
    assert.ok(!text.includes(secret ?? ''), `${secret} in\n${text}`);
  assert.ok(!JSON.stringify(facts).includes(bearer ?? ''));
  const names = facts.asked.map(({ name }) => name);
  for (const name of ['WEB_TOKEN', 'WEB_COOKIE', 'API_KEY', 'PASSWORD', 'SIG'])
    assert.ok(names.includes(name), `${name} of ${names}`);
  const { needs } = await loaded(text);
  assert.deepEqual(needs.secrets.map(({ name }) => name).toSorted(), names.toSorted());
});

const pem = '-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----\\n';
for (const [flags, ...secrets] of [
  [`'${url}?key=AIzaSyD-abcdefghijklmnopqrstuvwxyz012'`, 'AIzaSy'],
  [`'${url}?key=short-one&refresh=1'`, 'short-one'],
  [`'${url}?x=k3XpQ9vL2mZ8wR4tY7'`, 'k3XpQ9'],
  [`'http://web.test/AIzaSyD-abcdefghijklmnopqrstuvw/api/AIzaSyD-abcdefghijklmnopqrstuvw'`, 'AIzaSy', 'aizasy'],
  [`${url} -H 'Ocp-Apim-Subscription-Key: 0badcafe'`, '0badcafe'],
  [`${url} -H 'X-Auth: hunter2222'`, 'hunter2222'],
  [`${url} -H 'X-Whatever: k3XpQ9vL2mZ8wR4tY7'`, 'k3XpQ9'],
  [`${url} -H 'X-Whatever: 550e8400-e29b-41d4-a716-446655440000'`, '550e8400'],
  [`${url} -H 'X-Line: a=xoxb-1234567890-abc; b=2'`, 'xoxb'],
  [`${url} --json '{"note":"late at night","private_key":"${pem}"}'`, 'MIIEvQ'],
  [`${url} --json '{"note":"late at night","blob":"${pem}"}'`, 'MIIEvQ'],
  [`${url} --json '{"note":"late at night","apikey2":"hunter2222"}'`, 'hunter2222'],
  [`${url} --json '{"note":"late at night","token":{"value":"hunter2222"}}'`, 'hunter2222'],
  [`${url} --json '{"note":"late at night","line":"with ghp_0123456789abcdefghij in it"}'`, 'ghp_'],
  [`${url} --json '{"note":"late at night with AIzaSyD-abcdefghijklmnopqrstuvw"}'`, 'AIzaSy'],
  [`${url} -d 'refresh=hunter2222'`, 'hunter2222'],
  [`${url} -d 'user[password]=hunter2222'`, 'hunter2222'],
  [
    `${url} -H 'Content-Type: application/xml' -d '<a><note>late at night</note><Password>hunter2222</Password></a>'`,
    'hunter2222',
  ],
] as const) {
  test(`a credential is a secret: ${flags}`, async () => {
    const body = /--json|<note>/.test(flags) ? '' : `-d 'note=late at night'`;
    const { text, facts } = await written('curl', `curl ${flags} ${body}`);
    for (const secret of secrets) assert.ok(!`${text}${JSON.stringify(facts)}`.includes(secret), text);
    assert.equal(facts.asked.length, 1, JSON.stringify(facts.asked));
    assert.deepEqual(
      (await loaded(text)).needs.secrets.map(({ name }) => name),
      facts.asked.map(({ name }) => name),
    );
  });
}

test('what only looks a little like a credential stays in the file', async () => {
  const { text, facts } = await written(
    'curl',
    `curl '${url}?hotel=550e8400-e29b-41d4-a716-446655440000&refresh=1&from=2026-01-01' -H 'X-Tenant-Id: 550e8400-e29b-41d4-a716-446655440000' -H 'X-Client: booking-frontend-production-2026' --json '{"note":"late at night","key":"room","keyboard":"qwertz","slug":"late-arrival-at-the-grand-hotel-2026"}'`,
  );
  assert.deepEqual(facts.asked, [], text);
});

test('headers that a browser adds are dropped, those that mean something stay', async () => {
  const { text } = await written(
    'curl',
    `curl ${url} -H 'User-Agent: x' -H 'sec-fetch-mode: cors' -H 'Accept-Encoding: gzip' -H 'Origin: http://web.test' -H 'Referer: http://web.test/' -H 'content-type: application/json' -H 'X-Tenant: demo' -H 'accept: application/vnd.hotel+json' -H 'Idempotency-Key: 1234' -d '{"note":"late at night"}'`,
  );
  const [, headers = ''] = /headers:\n((?: {6}.*\n)+)/.exec(text) ?? [];
  assert.deepEqual(headers.trim().split(/\n */), [
    'X-Tenant: demo',
    'Accept: application/vnd.hotel+json',
    'Idempotency-Key: ${{ uuid() }}',
  ]);
});

test('the credentials of the web app go to its own looks, and not to the partner', async () => {
  const { text } = await written(
    'curl',
    `curl ${url} -H 'Authorization: Bearer abcdefgh' --json '{"note":"late at night"}'`,
    {},
    shownPartner,
  );
  const [, partner = ''] = text.split('hop: partner');
  assert.equal(text.match(/Authorization/g)?.length, 2);
  assert.doesNotMatch(partner, /Authorization/);
});

test('a curl command shows no way to delete, so none is guessed', async () => {
  const { text, facts } = await written('curl', `curl ${url} --json '{"note":"late at night"}'`);
  const { clean, find } = await loaded(text);
  assert.deepEqual([clean, find], [[], []]);
  assert.match(text, /^# clean: removes what the send created\. The source shows no request that deletes/m);
  assert.match(facts.cleans, /^nothing: the records stay/);
  assert.match(facts.unwatched.join(), /where the record goes from there/);
});

test('the page about init shows what is written today', async () => {
  const page = readFileSync(new URL('../../smoke/init/README.md', import.meta.url), 'utf8');
  const [, shown] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const partner = { ...shownPartner, url: 'http://127.0.0.1:4101/reservations' };
  const curl = `curl http://127.0.0.1:4100/api/bookings -H 'Authorization: Bearer abcdefgh' --json '{"room":101,"nights":1,"hostMessage":"Arriving late."}'`;
  const { text } = await written('curl', curl, {}, partner);
  assert.equal(text.replace('name: written', 'name: bookings'), shown);
});
