// A small system under test, and the real program beside it: bookings kept in memory behind HTTP, every request noted,
// a folder of the test's own.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type Seen, serve } from '../probes/local-server.ts';
import { type Ended, type Program, startProgram } from './program.ts';

export type Booking = { id: number; note: string };

export type Site = {
  url: string;
  /** Every request so far. */
  seen: Seen[];
  bookings: Map<number, Booking>;
  dir: string;
  /** Writes a file into the folder, and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Starts the program in the folder. */
  start(args: readonly string[], how?: How): Program;
  /** Runs the program to its end. */
  run(args: readonly string[], how?: How): Promise<Ended>;
  /** Whether the ledger's folder is there. */
  hasLedger(): boolean;
};

export type How = {
  env?: Readonly<Record<string, string>>;
  through?: (command: readonly string[]) => readonly string[];
  cwd?: string;
};

export type Manners = {
  /** What becomes of a note on its way to the partner. Undefined: the record never arrives there. */
  onTheWay?: (note: string) => string | undefined;
  /** Answers a request in place of the site, where it gives true. */
  instead?: (request: Seen, response: ServerResponse) => boolean;
  /** Headers of every answer. */
  headers?: Readonly<Record<string, string | string[]>>;
};

/** `POST /bookings`, `GET /bookings?search=`, `GET` and `DELETE /bookings/ID`; `GET /partner/ID` shows what arrived. */
export async function openSite(t: TestContext, manners: Manners = {}): Promise<Site> {
  const bookings = new Map<number, Booking>();
  let last = 8_840;
  const server = await serve(t, (_request, response) => {
    const request = server.seen.at(-1);
    if (request === undefined || manners.instead?.(request, response)) return;
    for (const [name, value] of Object.entries(manners.headers ?? {})) response.setHeader(name, value);
    const [, place = '', id = ''] = request.url.split(/[/?]/);
    const known = bookings.get(Number(id));
    const onTheWay = manners.onTheWay ?? ((note) => note);
    if (request.method === 'POST') {
      last += 1;
      bookings.set(last, { id: last, note: noteIn(request.body) });
      answer(response, 201, { id: last });
    } else if (request.method === 'DELETE') {
      answer(response, bookings.delete(Number(id)) ? 200 : 404, {});
    } else if (place === 'bookings' && id.startsWith('search=')) {
      const text = decodeURIComponent(id.slice('search='.length));
      answer(response, 200, { bookings: [...bookings.values()].filter(({ note }) => note.includes(text)) });
    } else {
      const note = known && (place === 'partner' ? onTheWay(known.note) : known.note);
      if (known === undefined || note === undefined) answer(response, 404, {});
      else answer(response, 200, { id: known.id, note });
    }
  });
  const dir = mkdtempSync(path.join(tmpdir(), 'smoketrail-site-'));
  const programs: Program[] = [];
  t.after(async () => {
    for (const program of programs) await program.end();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });
  const start: Site['start'] = (args, { env = {}, through, cwd = dir } = {}) => {
    const program = startProgram(args, { cwd, env, through });
    programs.push(program);
    return program;
  };
  return {
    url: server.url,
    seen: server.seen,
    bookings,
    dir,
    file(name, content) {
      const file = path.join(dir, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    start,
    run: (args, how) => start(args, how).ended,
    hasLedger: () => existsSync(path.join(dir, '.smoketrail')),
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

function noteIn(body: string): string {
  try {
    const { note } = JSON.parse(body) as { note?: unknown };
    return String(note);
  } catch {
    // A form, XML, plain text: kept as it came.
    return body;
  }
}

export type Pieces = {
  name?: string;
  note?: string;
  /** More keys of the scenario, at its top. */
  top?: string;
  /** More options of the request that sends: `headers: { … },`. */
  sending?: string;
  deadline?: string;
  grace?: string;
  /** The partner's `look`, as one line of YAML. */
  partner?: string;
  find?: boolean;
  clean?: boolean;
};

/** web → partner, both read over HTTP by the booking's id. Short times. */
export function scenarioAt(url: string, pieces: Pieces = {}): string {
  const { name = 'booking', note = 'Late. ${{ marker }}', top = '', sending = '', deadline = '2s' } = pieces;
  const { grace = '0s', find = false, clean = true } = pieces;
  const partner = pieces.partner ?? `{ http: { url: '${url}/partner/\${{ booking }}', field: $.note } }`;
  return `name: ${name}
${top}
deadline: ${deadline}
grace: ${grace}
confirm: 0s
settle: 50ms
poll: { first: 20ms, factor: 1.2, max: 60ms }
send:
  http: { method: POST, url: '${url}/bookings', ${sending} json: { note: '${note}' }, keep: { booking: $.id } }
route:
  - hop: web
    look: { http: { url: '${url}/bookings/\${{ booking }}', field: $.note } }
  - hop: partner
    look: ${partner}
${find ? `find:\n  - http: { url: '${url}/bookings?search=\${{ marker }}', records: '$.bookings[*]', keep: { booking: $.id } }` : ''}
${clean ? `clean:\n  - http: { method: DELETE, url: '${url}/bookings/\${{ booking }}', expect: { status: [200, 404] } }` : ''}
`;
}

/** No defect shows its stack to a person. */
export const stackTrace: RegExp = /^\s+at .+:\d+:\d+\)?$/m;
