// A site that takes a note, and answers searches for it as a test says.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Ended, smoketrail } from '../world.ts';

/** A text is a page. */
export type Answer = { status?: number; headers?: Record<string, string>; body: unknown };
export type Site = { deleted: string[]; run(...argv: string[]): Promise<Ended> };

/** Answers what `answers` says for `METHOD /path`; `note` is the text that was sent last. */
export async function siteOf(
  t: TestContext,
  scenario: string,
  answers: (request: string, note: string) => Answer,
): Promise<Site> {
  const deleted: string[] = [];
  let note = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (request.method === 'POST') note = (JSON.parse(Buffer.concat(chunks).toString()) as { note: string }).note;
      if (request.method === 'DELETE') deleted.push(path);
      const { status = 200, headers, body } = answers(`${request.method} ${path.split('?')[0]}`, note);
      const isPage = typeof body === 'string';
      response.writeHead(status, { 'content-type': isPage ? 'text/html' : 'application/json', ...headers });
      response.end(isPage ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-strangers-'));
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(cwd, { recursive: true, force: true });
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const times =
    'deadline: 300ms\ngrace: 100ms\nsettle: 100ms\nconfirm: 100ms\npoll: { first: 50ms, factor: 1, max: 50ms }\n';
  await writeFile(join(cwd, 'stranger.yaml'), `name: stranger\n${times}${scenario.replaceAll('BASE', base)}`);
  return { deleted, run: (...argv) => smoketrail([...argv, '--no-color'], { cwd }) };
}
