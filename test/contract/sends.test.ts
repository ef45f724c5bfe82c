// The built-in send steps keep the contract that third parties are given.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { browser } from '../../smoke/probes/browser/browser.ts';
import type { BrowserOptions } from '../../smoke/probes/browser/browser-action.ts';
import { command } from '../../smoke/probes/command/command.ts';
import { http } from '../../smoke/probes/http/http.ts';
import { sql } from '../../smoke/probes/sql/sql.ts';
import { testSend } from '../../smoke/testing.ts';
import { without } from '../parts.ts';

async function folderOf(): Promise<{ folder: string; gone: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-contract-'));
  return { folder, gone: () => rm(folder, { recursive: true, force: true }) };
}

/** Takes what is posted to `/bookings`; turns down, loses or never answers what is posted elsewhere. */
async function intake(): Promise<{
  url: string;
  taken(): Promise<string[]>;
  left(): Promise<void>;
  close(): Promise<void>;
}> {
  const taken: string[] = [];
  const stalled = Promise.withResolvers<void>();
  const form = (action: string): string =>
    `<link rel="icon" href="data:,"><form method="post" action="${action}"><label>Note <input name="note"></label><button>Book</button></form>`;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    response.setHeader('content-type', 'text/html');
    if (request.method === 'GET' && request.url === '/missing') response.writeHead(404).end('<p>no such form</p>');
    else if (request.method === 'GET') response.end(form(request.url ?? '/'));
    else if (request.url === '/stalled') stalled.resolve();
    else if (request.url === '/refused') response.writeHead(422).end('no');
    else {
      taken.push(decodeURIComponent(body.replaceAll('+', ' ')));
      if (request.url === '/broken') request.socket.destroy();
      else response.end('<p role="status">Booked</p>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    taken: async () => taken,
    left: () => stalled.promise,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

testSend('http', {
  plugin: http,
  async setUp() {
    const { url, ...system } = await intake();
    const post = (path: string) => (sending: { text: string }) => ({ url: url + path, method: 'POST', json: sending });
    return {
      ...system,
      options: post('/bookings'),
      refused: post('/refused'),
      unknown: post('/broken'),
      stalled: post('/stalled'),
    };
  },
});

testSend('sql', {
  plugin: sql,
  async setUp() {
    const { folder, gone } = await folderOf();
    const file = join(folder, 'bookings.db');
    const using = <T>(work: (database: DatabaseSync) => T): T => {
      const database = new DatabaseSync(file);
      try {
        return work(database);
      } finally {
        database.close();
      }
    };
    using((database) => database.exec('CREATE TABLE bookings (note TEXT)'));
    const insert = (table: string) => (sending: { text: string }) => ({
      sqlite: 'bookings.db',
      query: `INSERT INTO ${table} VALUES (:note)`,
      params: { note: sending.text },
    });
    return {
      host: { baseDir: folder },
      options: insert('bookings'),
      taken: async () =>
        using((database) => database.prepare('SELECT note FROM bookings').all()).map(({ note }) => String(note)),
      refused: insert('elsewhere'),
      unknown: (sending) => ({ ...insert('bookings')(sending), expect: { changes: 2 } }),
      close: gone,
    };
  },
});

testSend('command', {
  plugin: command,
  async setUp() {
    const { folder, gone } = await folderOf();
    const file = join(folder, 'taken.txt');
    await writeFile(file, '');
    const script = join(folder, 'take.sh');
    await writeFile(script, 'printf "%s\\n" "$1" >> taken.txt\n[ "$2" = stall ] && sleep 60\nexit "${2:-0}"\n');
    const run =
      (...how: readonly string[]) =>
      (sending: { text: string }) => ({
        argv: ['sh', 'take.sh', sending.text, ...how],
      });
    return {
      host: { baseDir: folder, env: process.env },
      options: run(),
      taken: async () => (await readFile(file, 'utf8')).split('\n'),
      refused: () => ({ argv: ['no-such-program-anywhere'] }),
      unknown: run('3'),
      stalled: run('stall'),
      close: gone,
    };
  },
});

const missing = without('chromium');
if (missing !== false) test('browser as a send step', { skip: missing }, () => undefined);
else
  testSend('browser', {
    plugin: browser,
    async setUp() {
      const { url, ...system } = await intake();
      const book =
        (path: string) =>
        (sending: { text: string }): BrowserOptions => ({
          steps: [
            { goto: url + path },
            { expect: { label: 'Note' } },
            { fill: { label: 'Note', value: sending.text } },
            { click: { role: 'button', name: 'Book' } },
            { expect: { role: 'status', 'has-text': 'Booked' } },
          ],
          timeout: '2s',
        });
      return {
        ...system,
        options: book('/bookings'),
        refused: book('/missing'),
        unknown: book('/broken'),
        stalled: (sending) => ({ ...book('/stalled')(sending), timeout: '50s' }),
      };
    },
  });
