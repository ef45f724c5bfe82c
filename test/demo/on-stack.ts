// What the demo's tests share: a stack in a folder of its own, bookings on it, and waiting with a deadline.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FaultSpec } from '../../smoke/demo/fault.ts';
import type { Reservation } from '../../smoke/demo/reservation-table.ts';
import { type Stack, type StackOptions, startStack } from '../../smoke/demo/stack.ts';
import { truthOf } from '../../smoke/demo/truth.ts';
import type { LogLine } from '../../smoke/demo/worker-log.ts';

export const note = 'Späte Ankunft & <late> smk-t4n2xw7f3kq9tz2m, café';

export type OwnStack = { stack: Stack; end: () => Promise<void> };

export async function ownStack(options: Omit<StackOptions, 'dir'> = {}): Promise<OwnStack> {
  const dir = mkdtempSync(join(tmpdir(), 'smoketrail-demo-'));
  const remove = (): void => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  try {
    const stack = await startStack({ ...options, dir });
    return {
      stack,
      end: async () => {
        await stack.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Asks again until the answer is not undefined; fails after the deadline with what was awaited. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  // On a machine with more to do, a program of ours takes seconds to start.
  const deadline = performance.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(performance.now() < deadline, `never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function postBooking(stack: Stack, room: number, more: RequestInit = {}): Promise<Response> {
  return await fetch(`${stack.urls.web}/api/bookings`, {
    method: 'POST',
    body: JSON.stringify({ room, nights: 2, guest: 'Zoë', hostMessage: note }),
    ...more,
  });
}

/** The new booking's id. */
export async function book(stack: Stack, room: number): Promise<number> {
  const response = await postBooking(stack, room);
  assert.equal(response.status, 201);
  return (await json<{ id: number }>(response)).id;
}

export async function json<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

export async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return await json<T>(response);
}

export async function reservationsOf(stack: Stack, booking: number): Promise<Reservation[]> {
  const url = `${stack.urls.partner}/reservations?externalRef=${booking}`;
  return (await get<{ reservations: Reservation[] }>(url)).reservations;
}

export function arrival(stack: Stack, booking: number, count = 1): Promise<Reservation[]> {
  return eventually(`${count} reservations of booking ${booking}`, async () => {
    const all = await reservationsOf(stack, booking);
    return all.length >= count ? all : undefined;
  });
}

/** Payloads of the booking's jobs, read from outside with the file opened read-only. */
export function jobsOf(stack: Stack, booking: number): Record<string, unknown>[] {
  const db = new DatabaseSync(stack.paths.queueDb, { readOnly: true });
  try {
    const rows = db.prepare('SELECT payload FROM jobs WHERE payload LIKE ?').all(`%"booking":${booking},%`);
    return rows.map((row) => JSON.parse(String(row['payload'])) as Record<string, unknown>);
  } finally {
    db.close();
  }
}

export function logOf(stack: Stack, booking: number, event?: LogLine['event']): LogLine[] {
  const folder = stack.paths.workerLog;
  return readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as LogLine)
    .filter((line) => line.booking === booking && (event === undefined || line.event === event));
}

/** Switches faults on for a room and books it. */
export async function bookInRoom(
  stack: Stack,
  room: number,
  specs: readonly FaultSpec[],
): Promise<{ booking: number; faults: Awaited<ReturnType<Stack['fault']>>[] }> {
  const faults = await Promise.all(specs.map((spec) => stack.fault({ ...spec, match: { room } })));
  return { booking: await book(stack, room), faults };
}

export function pushesOf(stack: Stack, booking: number, count = 1): Promise<LogLine[]> {
  return eventually(`${count} pushes of booking ${booking}`, () => {
    const lines = logOf(stack, booking, 'pushed');
    return lines.length >= count ? lines : undefined;
  });
}

/** `dropped@queue` and so on. */
export function truth(stack: Stack, booking: number): string[] {
  return truthOf(stack.paths.truth, booking).faults.map(({ fault, hop }) => `${fault}@${hop}`);
}

/** An ended process that nobody has waited for yet (state Z) is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ESRCH', 'ENOENT'].includes(String(error.code))) return false;
    throw error;
  }
}
