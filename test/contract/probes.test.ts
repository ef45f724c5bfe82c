// The built-in probes keep the contract that third parties are given.

import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { browser } from '../../smoke/probes/browser/browser.ts';
import type { BrowserOptions } from '../../smoke/probes/browser/browser-action.ts';
import { command } from '../../smoke/probes/command/command.ts';
import { http } from '../../smoke/probes/http/http.ts';
import { log } from '../../smoke/probes/logs/log.ts';
import { mail } from '../../smoke/probes/mail/mail.ts';
import { sql } from '../../smoke/probes/sql/sql.ts';
import { testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { giveJson, httpStandIn } from '../servers/http-stand-in.ts';

async function folderOf(): Promise<{ folder: string; gone: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-contract-'));
  return { folder, gone: () => rm(folder, { recursive: true, force: true }) };
}

/** Bytes and times of a file: a look leaves both. */
async function stateOf(file: string): Promise<unknown> {
  const { mtimeMs, size } = await stat(file);
  return { mtimeMs, size, bytes: await readFile(file, 'hex') };
}

testProbe('http', {
  plugin: http,
  unreachableAs: 'refused',
  async setUp() {
    const records: { id: string; note: string }[] = [];
    const server = await httpStandIn(({ path }, response) => {
      if (path === '/stalled') return;
      if (path === '/denied') giveJson(response, 401, { error: 'who are you?' });
      else if (path === '/forbidden') giveJson(response, 403, { error: 'not yours' });
      else giveJson(response, 200, { records });
    });
    const { url } = server;
    return {
      options: () => ({ url: `${url}/records` }),
      selection: ({ alias }) => ({ records: '$.records[*]', where: { '$.id': alias }, field: '$.note' }),
      put: async ({ alias, note }) => void records.push({ id: alias, note }),
      unreachable: () => ({ url: 'http://127.0.0.1:1/records' }),
      denied: () => ({ url: `${url}/denied` }),
      forbidden: () => ({ url: `${url}/forbidden` }),
      outage: { begin: server.stop, end: server.start },
      stalled: () => ({ url: `${url}/stalled` }),
      snapshot: async () => structuredClone(records),
      close: server.stop,
    };
  },
});

testProbe('sql', {
  plugin: sql,
  async setUp() {
    const { folder, gone } = await folderOf();
    const file = join(folder, 'bookings.db');
    const use = (work: (database: DatabaseSync) => unknown): void => {
      const database = new DatabaseSync(file);
      work(database);
      database.close();
    };
    use((database) => database.exec('CREATE TABLE bookings (id TEXT, note TEXT)'));
    const query = 'SELECT id, note FROM bookings';
    return {
      host: { baseDir: folder },
      options: () => ({ sqlite: 'bookings.db', query }),
      selection: ({ alias }) => ({ where: { id: alias }, field: 'note' }),
      put: async ({ alias, note }) =>
        use((database) => database.prepare('INSERT INTO bookings VALUES (?, ?)').run(alias, note)),
      unreachable: () => ({ sqlite: 'gone.db', query }),
      snapshot: () => stateOf(file),
      close: gone,
    };
  },
});

testProbe('log', {
  plugin: log,
  async setUp() {
    const { folder, gone } = await folderOf();
    const file = join(folder, 'worker.log');
    await writeFile(file, '{"booking":"1","note":"older"}\n');
    return {
      host: { baseDir: folder },
      options: () => ({ path: 'worker.log' }),
      selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
      put: async ({ alias, note }) => appendFile(file, `${JSON.stringify({ booking: alias, note })}\n`),
      unreachable: () => ({ path: 'gone.log' }),
      snapshot: () => stateOf(file),
      close: gone,
    };
  },
});

testProbe('command', {
  plugin: command,
  async setUp() {
    const { folder, gone } = await folderOf();
    const file = join(folder, 'records.json');
    const records: { id: string; note: string }[] = [];
    await writeFile(file, '[]');
    return {
      host: { baseDir: folder, env: process.env },
      options: () => ({ argv: ['cat', 'records.json'] }),
      selection: ({ alias }) => ({ records: '$[*]', where: { '$.id': alias }, field: '$.note' }),
      async put({ alias, note }) {
        records.push({ id: alias, note });
        await writeFile(file, JSON.stringify(records));
      },
      unreachable: () => ({ argv: ['no-such-program-anywhere'] }),
      // A file that is no program, for whoever asks.
      forbidden: () => ({ argv: ['./records.json'] }),
      stalled: () => ({ argv: ['sleep', '60'] }),
      snapshot: () => stateOf(file),
      close: gone,
    };
  },
});

testProbe('mail', {
  plugin: mail,
  unreachableAs: 'error',
  async setUp() {
    const { folder, gone } = await folderOf();
    return {
      host: { baseDir: folder },
      options: () => ({ path: '.' }),
      selection: ({ alias }) => ({ where: { 'header:X-Booking': alias }, field: 'text' }),
      put: ({ alias, note }) =>
        writeFile(join(folder, `${alias}.eml`), `Subject: Booked\r\nX-Booking: ${alias}\r\n\r\n${note}\r\n`),
      unreachable: () => ({ path: 'gone' }),
      snapshot: async () =>
        Promise.all((await readdir(folder)).sort().map(async (name) => [name, await stateOf(join(folder, name))])),
      close: gone,
    };
  },
});

const missing = without('chromium');
if (missing !== false) test('browser as a probe', { skip: missing }, () => undefined);
else
  testProbe('browser', {
    plugin: browser,
    unreachableAs: 'refused',
    async setUp() {
      const records: { id: string; note: string }[] = [];
      const server = await httpStandIn(({ path }, response) => {
        if (path === '/stalled') return;
        if (path === '/denied') response.statusCode = 401;
        if (path === '/forbidden') response.statusCode = 403;
        const shown = records.map(({ id, note }) => `<article data-ref="${id}"><p>${escaped(note)}</p></article>`);
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(`<link rel="icon" href="data:,"><h1>Reservations</h1>${shown.join('')}`);
      });
      const opening = (goto: string): BrowserOptions => ({ steps: [{ goto }] });
      return {
        options: () => opening(`${server.url}/`),
        selection: ({ alias }) => ({ records: 'article', where: { '@data-ref': alias }, field: 'p' }),
        put: async ({ alias, note }) => void records.push({ id: alias, note }),
        unreachable: () => opening('http://127.0.0.1:9/'),
        denied: () => opening(`${server.url}/denied`),
        forbidden: () => opening(`${server.url}/forbidden`),
        outage: { begin: server.stop, end: server.start },
        stalled: () => opening(`${server.url}/stalled`),
        snapshot: async () => structuredClone(records),
        close: server.stop,
      };
    },
  });

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
