// Follows the capture of another process on this machine: `smoketrail capture`, or a run that listens for all.

import { Blind, type Host } from '../plugin.ts';
import { type Answered, type Asked, askCapture } from './capture-ask.ts';
import type { Told } from './capture-control.ts';
import { type Address, type CaptureOptions, defaults } from './capture-options.ts';
import { type Passed, sizeOf } from './capture-record.ts';
import { createStore } from './capture-store.ts';
import { tokenAt } from './capture-token.ts';
import type { Earlier, Source } from './capture-view.ts';

/** `begin`: listens itself, where nobody does any more. It found that somebody does. */
type Following = Partial<CaptureOptions> & { begin?: () => Promise<Source | undefined> };

/** Milliseconds in which another run that has just begun to listen says so, or one that ends lets go of the port. */
const startsWithin = 3_000;

/** Throws a Blind where nothing can be followed there. */
export async function followCapture(address: Address, options: Following, host: Host): Promise<Source> {
  const { port } = address;
  const where = `${address.host}:${port}`;
  const late = new AbortController();
  const over = new AbortController();
  const tooLate = (): void => late.abort();
  host.clock.wait(startsWithin, over.signal).then(tooLate, () => undefined);
  try {
    for (;;) {
      const token = await tokenAt(port);
      const at = { host: reachedAt(address.host), port, token: token ?? '' };
      const first = token === undefined ? undefined : await greet(at, late.signal);
      if (first !== undefined) {
        refuseOther(first.told, options, where, host);
        return followed(at, first.told, options, host);
      }
      if (options.begin === undefined) throw nobody(where, port);
      const own = await options.begin();
      if (own !== undefined) return own;
      if (late.signal.aborted) throw somebodyElse(where);
      await host.clock.wait(50);
    }
  } finally {
    over.abort();
  }
}

type At = Pick<Asked, 'host' | 'port' | 'token'>;

/** Undefined where there is none now. */
async function greet(at: At, signal: AbortSignal): Promise<Answered | undefined> {
  const answer = await askCapture({ ...at, after: 'newest', wait: false }, signal).catch(() => undefined);
  return answer?.told.closing === true ? undefined : answer;
}

function followed(at: At, first: Told, options: Following, host: Host): Source {
  const store = createStore({ total: options.total ?? defaults.total, keepsFor: 0 }, host.clock);
  const over = new AbortController();
  let { next, count, pending, unread } = first;
  let seen = next;
  let lost = false;
  let older: Earlier | undefined;

  /** As much as a capture of its own would keep. */
  function keep(passed: Passed): void {
    const size = sizeOf(passed);
    if (store.take(size)) store.put(passed, size);
    else lost = true;
  }

  async function bring(wait: boolean, signal: AbortSignal): Promise<void> {
    for (let more = true; more; ) {
      const { told, passed } = await ask({ ...at, after: next, wait }, AbortSignal.any([signal, over.signal]));
      // Two that ask at once bring the same, which is put in place of itself.
      for (const one of passed) keep(one);
      ({ count, pending, unread } = told);
      next = Math.max(next, told.next);
      lost ||= told.lost;
      more = told.more;
    }
  }

  return {
    view() {
      const { changes, lost: dropped } = store.after(0);
      const passed = changes.map((one) => one.passed);
      return { since: new Date(first.since), count, pending, passed, lost: lost || dropped, unread, followed: true };
    },
    async before(signal) {
      if (older !== undefined) return older;
      const found: Passed[] = [];
      let isLost = false;
      let after = 0;
      for (let more = first.next > 0; more; ) {
        const { told, passed } = await ask({ ...at, after, wait: false }, signal);
        found.push(...passed);
        isLost ||= told.lost;
        after = told.next;
        more = told.more && after < first.next;
      }
      older = { passed: found, lost: isLost };
      return older;
    },
    async sync(signal) {
      await bring(false, signal);
      seen = next;
    },
    async changed(signal) {
      while (next <= seen) await bring(true, signal);
    },
    close: async () => over.abort(new Error('it is closed')),
  };
}

async function ask(asked: Asked, signal: AbortSignal): Promise<Answered> {
  const answer = await askCapture(asked, signal);
  if (answer === undefined) throw new Error('another program listens there now');
  if (answer.told.closing) throw new Error('it has ended');
  return answer;
}

/** What went to another partner is no evidence of what this one was sent. */
function refuseOther({ forward }: Told, options: Following, where: string, { mask }: Host): void {
  if (options.forward === undefined || options.forward === forward) return;
  const to = forward === undefined ? 'to the hosts that it allows' : `to ${mask(forward)}`;
  throw new Blind('error', `the capture on ${where} forwards ${to}, and not to ${mask(options.forward)}`, {
    hint: 'Choose another port with `listen`, or leave `forward` out.',
  });
}

function nobody(where: string, port: number): Blind {
  const hint = `Start one (smoketrail capture --port ${port} --forward URL), or name the partner with \`forward\`.`;
  return new Blind('refused', `there is no capture on ${where} to follow`, { hint });
}

function somebodyElse(where: string): Blind {
  const hint = 'Choose another port with `listen`, and point the partner URL of the worker there.';
  return new Blind('refused', `${where} is taken by a program that is no capture of this user`, { hint });
}

/** Of a capture on all addresses, the one that is this machine alone. */
function reachedAt(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
