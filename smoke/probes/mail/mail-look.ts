// Looks with the `mail` plug-in: the newest mails since the send, each decoded once and kept while its file stays the same.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Aside, Candidate } from '../../core/look.ts';
import type { Host, Probe, ReadContext } from '../plugin.ts';
import { isMbox, mailsIn } from './mail-box.ts';
import { codeOf, type MailFile, mailFiles, stateOf } from './mail-files.ts';
import type { MailOptions } from './mail-options.ts';
import { largestMail, type Mail, mailOf } from './mail-record.ts';

/** The mails of a file in that state; in an mbox, those that the limit lets through. */
type Kept = { state: string; limit: number; mails: readonly Mail[]; doubt?: string };

/** `gone`: files that were listed and not there any more when they were to be read. */
type Gathered = { found: Candidate[]; asides: Aside[]; doubts: string[]; gone: string[] };

/** How often a look lists the folder again, where a mail is gone. */
const mostAgain = 3;
const defaultLimit = 200;
/** A mail server's clock and ours may differ by this much before a fresh mail reads as old, in ms. */
const slack = 60_000;
/** Bytes of an mbox, from its end. */
const mboxWindow = 16 * 1024 * 1024;
/** Bytes that one look reads at most. */
const lookWindow = 64 * 1024 * 1024;
/** A mail's own date is its sender's: it proves an age only from a day on. In ms. */
const day = 86_400_000;
const mostKept = 4_000;
/** What was a file may be a named pipe by now, which has no end until somebody writes to it. Windows has neither. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export function openMail(host: Host): Probe<MailOptions> {
  const kept = new Map<string, Kept>();

  return {
    async read(options, context) {
      const began = host.clock.now();
      const total = { asked: 0, bytes: 0 };
      let gathered = await gather(options, context, total);
      // Others clean up, and programs move mails, while one reads: what is there now is in the folder's list now.
      for (let again = 0; gathered.gone.length > 0 && again < mostAgain; again += 1)
        gathered = await gather(options, context, total);
      const { found, asides, gone } = gathered;
      const doubts = [...gathered.doubts, ...gone.map((name) => `${name} was gone before it could be read`)];
      const { path } = options;
      const count = `${found.length} mail${found.length === 1 ? '' : 's'} of ${path}`;
      const from = context.since.getTime() === 0 ? '' : ` since ${timeOf(context.since.getTime() - slack)} UTC`;
      return {
        // The oldest first, as they came.
        candidates: found.reverse(),
        whole: doubts.length === 0,
        asides,
        searched: [`${count}${from}`, ...shownOf(doubts)].join('; '),
        cost: { requests: total.asked, bytes: total.bytes, ms: host.clock.now() - began },
      };
    },
    async close() {
      kept.clear();
    },
  };

  async function gather(
    { path, limit = defaultLimit }: MailOptions,
    context: ReadContext,
    total: { asked: number; bytes: number },
  ): Promise<Gathered> {
    const { files, unread } = await mailFiles(path, host.baseDir, context.signal);
    const since = context.since.getTime() - slack;
    const recent = files.filter(({ modified }) => modified >= since).sort((a, b) => b.modified - a.modified);
    const found: Candidate[] = [];
    const asides: Aside[] = [];
    const doubts = [...unread];
    const gone: string[] = [];
    let bytes = 0;
    total.asked += 1;
    for (const file of recent) {
      context.signal.throwIfAborted();
      if (found.length >= limit || bytes > lookWindow) {
        doubts.push(`only the newest ${found.length} mails were read`);
        break;
      }
      const before = kept.get(file.path);
      const read = await mailsAt(file, limit, before, host.mask);
      if (read === 'gone') gone.push(file.name);
      if (read === undefined) doubts.push(`${file.name} cannot be read`);
      if (read === 'gone' || read === undefined) continue;
      if (read !== before) {
        keep(file.path, read);
        total.asked += 1;
        bytes += Math.min(file.size, mboxWindow);
      }
      if (read.doubt !== undefined && !isOldEnough(read, context)) doubts.push(read.doubt);
      for (const mail of read.mails) {
        if ('torn' in mail) doubts.push(mail.torn);
        else {
          found.push(mail.candidate);
          if (mail.candidate.closed !== undefined) doubts.push(mail.candidate.closed);
          asides.push(...mail.asides);
        }
      }
    }
    total.bytes += bytes;
    return { found, asides, doubts, gone };
  }

  function keep(path: string, read: Kept): void {
    kept.delete(path);
    kept.set(path, read);
    if (kept.size <= mostKept) return;
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
}

/** Undefined where the file cannot be read, `gone` where it is not there any more; what was kept where it has not changed. */
async function mailsAt(
  file: MailFile,
  limit: number,
  before: Kept | undefined,
  mask: Host['mask'],
): Promise<Kept | 'gone' | undefined> {
  if (before?.state === file.state && before.limit === limit) return before;
  const handle = await open(file.path, withoutWaiting).catch((error: unknown) =>
    codeOf(error) === 'ENOENT' ? ('gone' as const) : undefined,
  );
  if (handle === undefined || handle === 'gone') return handle;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const { size } = stats;
    const state = stateOf(stats);
    const start = await bytesAt(handle, 0, Math.min(size, largestMail));
    if (!isMbox(start)) {
      const tooLarge = { torn: `${file.name} is larger than 8 MB and was not read` };
      return { state, limit, mails: [size > largestMail ? tooLarge : await mailOf(start, file.name, mask)] };
    }
    const from = Math.max(0, size - mboxWindow);
    const all = mailsIn(await bytesAt(handle, from, size - from), from > 0);
    const newest = all.slice(-limit);
    const first = all.length - newest.length;
    const mails: Mail[] = [];
    for (const [index, bytes] of newest.entries()) {
      const name =
        from > 0
          ? `${file.name}, mail ${all.length - first - index} from its end`
          : `${file.name}, mail ${first + index + 1}`;
      mails.push(
        bytes.length > largestMail ? { torn: `${name} is larger than 8 MB` } : await mailOf(bytes, name, mask),
      );
    }
    const doubt =
      from > 0 || first > 0 ? { doubt: `only the newest ${newest.length} mails of ${file.name} were read` } : {};
    return { state, limit, mails: mails.reverse(), ...doubt };
  } catch {
    // Gone or changed under the reader's hands: the next look sees what became of it.
    return undefined;
  } finally {
    await handle.close();
  }
}

async function bytesAt(handle: Awaited<ReturnType<typeof open>>, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** An mbox grows at its end: where the oldest mail that was read is older than the send, so is all before it. */
function isOldEnough({ mails }: Kept, { since }: ReadContext): boolean {
  const oldest = mails.findLast((mail) => 'date' in mail);
  return oldest !== undefined && 'date' in oldest && oldest.date < since.getTime() - day;
}

function shownOf(doubts: readonly string[]): readonly string[] {
  return doubts.length <= 3 ? doubts : [...doubts.slice(0, 3), `and ${doubts.length - 3} more like these`];
}
