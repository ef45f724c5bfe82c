// Looks with the `log` plug-in: every line since arming is in every reading, since one reading serves many markers.

import { basename } from 'node:path';
import type { Candidate } from '../../core/look.ts';
import { type LineInput, lineReader, looksJson } from '../../select/line.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { readBack } from './log-back.ts';
import { armLog, type NewLine } from './log-follow.ts';
import type { LogOptions } from './log-options.ts';

/** Characters of lines kept at most; the oldest go first. */
const KEEP_CAP = 32 * 1024 * 1024;
type Kept = { candidate: Candidate; size: number };
type Back = { since: number; candidates: Candidate[]; whole: boolean };

export async function openLog(given: Partial<LogOptions>, host: Host): Promise<Probe<LogOptions>> {
  const { path, encoding = 'utf8' } = given;
  if (typeof path !== 'string') throw new Blind('error', 'the path of the log is not known before the send');
  const opened = host.clock.wall();
  const follow = await armLog(path, host.baseDir, encoding);
  const read = await lineReader();
  let kept: Kept[] = [];
  let size = 0;
  let dropped = false;
  let json = false;
  let closed = false;
  let back: Back | undefined;

  function candidateOf(line: NewLine, format: LogOptions['format']): Candidate {
    json ||= looksJson(line.text);
    const input: LineInput = { line: line.text, source: sourceOf(line), mixed: () => json };
    return read(format === 'lines' ? { ...input, format } : input);
  }

  function keep(lines: readonly NewLine[], format: LogOptions['format']): void {
    for (const line of lines) {
      kept.push({ candidate: candidateOf(line, format), size: line.text.length });
      size += line.text.length;
    }
    let gone = 0;
    for (; size > KEEP_CAP && gone < kept.length; gone++) size -= kept[gone]?.size ?? 0;
    if (gone > 0) {
      kept = kept.slice(gone);
      dropped = true;
    }
  }

  async function older(since: Date, format: LogOptions['format']): Promise<Back & { bytes: number }> {
    if (back !== undefined && back.since <= since.getTime()) return { ...back, bytes: 0 };
    const { lines, bytes, whole } = await readBack(follow.armed, since, encoding);
    back = { since: since.getTime(), candidates: lines.map((line) => candidateOf(line, format)), whole };
    return { ...back, bytes };
  }

  async function look(options: LogOptions, context: ReadContext): ReturnType<Probe<LogOptions>['read']> {
    if (closed) throw new Blind('error', `${path} is no longer followed`);
    const began = host.clock.now();
    const { lines, rest, bytes, doubts } = await follow.read(context.signal);
    keep(lines, options.format);
    // Lines from before arming are read only for a send that is older than the probe.
    const before = isPast(context.since, opened) ? await older(context.since, options.format) : undefined;
    if (dropped) doubts.push('only the latest 32 MB are kept');
    if (before?.whole === false) doubts.push('only the latest 8 MB from before the look were read back');
    const candidates = [
      ...(before?.candidates ?? []),
      ...kept.map((one) => one.candidate),
      ...rest.map((line) => candidateOf(line, options.format)),
    ];
    const lately = `since ${(before === undefined ? opened : context.since).toISOString().slice(11, 19)} UTC`;
    // Lines have no time that could be relied on, so a file that is read back is read whatever the age of its lines.
    const which = before === undefined ? lately : `of any age, from files written to ${lately}`;
    const count = `${candidates.length} line${candidates.length === 1 ? '' : 's'} of ${path} ${which}`;
    return {
      candidates,
      whole: doubts.length === 0,
      searched: [count, ...doubts].join('; '),
      cost: { requests: 1, bytes: bytes + (before?.bytes ?? 0), ms: host.clock.now() - began },
    };
  }

  // One read at a time: two at once would take each other's lines.
  let last: Promise<unknown> = Promise.resolve();
  return {
    read(options, context) {
      const next = last.then(() => look(options, context));
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      await last;
      closed = true;
      await follow.close();
    },
  };
}

/** `worker.log:120`; in a file too long to count, lines are counted from where following began. */
function sourceOf(line: NewLine): string {
  return line.counted ? `${basename(line.path)}:${line.number}` : `${basename(line.path)}, new line ${line.number}`;
}
