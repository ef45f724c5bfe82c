// Looks at a page in a browser: what was read is the record, and what is missing is absent only on the page that was meant.

import { createHash } from 'node:crypto';
import type { Aside, Candidate, Reading } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import { namesPage, pageOf, wrongAddress } from '../http/http-missing.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import type { BrowserOptions } from './browser-action.ts';
import { type Done, perform } from './browser-actions.ts';
import { answerOfPage, answerOfReads, rawPage, sourceOf } from './browser-answer.ts';
import { BrowserFault, faultOf } from './browser-fault.ts';
import { goneAt, misplaced } from './browser-goto.ts';
import { keepFailure, keepPicture, keptPicture, takePicture } from './browser-keep.ts';
import { type Pool, poolOf } from './browser-pool.ts';
import { type ReadValue, textCap, whyUnfilled } from './browser-read.ts';
import { openVisit, type Visit } from './browser-visit.ts';

export async function openBrowser(host: Host): Promise<Probe<BrowserOptions>> {
  const pool = poolOf(host);
  await pool.enter();
  const tools: Tools = { pool, found: new Set() };
  return {
    read: (options, context) => read(options, context, host, tools),
    close: () => pool.leave(),
  };
}

/** `found`: addresses, without their query, on which something could be seen: such a one is no wrong address. */
type Tools = { pool: Pool; found: Set<string> };

async function read(
  options: BrowserOptions,
  context: ReadContext,
  host: Host,
  { pool, found }: Tools,
): Promise<Reading> {
  const { owner } = context;
  const visit = await openVisit(pool, options, context, host);
  try {
    const done = await perform(visit, (name) => keepPicture(visit, owner, name));
    const reading = await readingOf(visit, done, context);
    if (visit.asked !== undefined) found.add(pageOf(visit.asked));
    await tell(visit, context);
    return { ...reading, cost: visit.cost() };
  } catch (error) {
    context.signal.throwIfAborted();
    await tell(visit, context);
    const gone = error instanceof BrowserFault ? goneAt(visit) : undefined;
    if (gone !== undefined && context.named && namesPage(gone, context, found))
      return { candidates: [], whole: true, searched: textOf(error), cost: visit.cost() };
    throw await blindOf(error, visit, context, gone !== undefined);
  } finally {
    await visit.close();
  }
}

/** The page as it is shown now, for a person who wants to see it: also the one on which nothing could be read. */
async function tell(visit: Visit, { answered }: ReadContext): Promise<void> {
  if (answered === undefined) return;
  const raw = await rawPage(visit);
  if (raw !== undefined) answered(raw);
}

type Seen = Omit<Reading, 'cost'>;

async function readingOf(visit: Visit, { reads }: Done, context: ReadContext): Promise<Seen> {
  const { as, named } = context;
  const isThere = reads.some(({ text }) => text !== undefined);
  // An empty text is as little a sign of the record as none.
  const shows = reads.some(({ text }) => text !== undefined && text.trim() !== '');
  const elsewhere = await misplaced(visit, { absent: reads.length > 0 && !shows });
  if (elsewhere !== undefined) throw elsewhere;
  if (reads.length > 0) {
    if (!isThere) return { ...nothing(reads, visit), asides: await shownBeside(visit) };
    const answer = await answerOfReads(reads, visit, { as, named });
    const seen = { candidates: [answer], whole: true, searched: sourceOf(visit), landmark: visit.proved };
    const asides = shows ? [] : await shownBeside(visit);
    return { ...seen, asides, ...(await showing(answer, visit, context)) };
  }
  const locked = await misplaced(visit, { absent: true });
  if (locked !== undefined && as !== undefined && as !== 'html') throw locked;
  const guarded = locked !== undefined;
  const isRecord = named && (!guarded || as === 'html');
  const { answer: rendered, unshown, unsure } = await answerOfPage(visit, { as, named: isRecord });
  const answer = doubted(rendered, whyUnfilled(visit));
  const why = guarded ? 'the page asks for a password' : (unsure ?? ledAway(visit));
  const asking = guarded ? { asksForPassword: true } : {};
  return {
    candidates: [answer],
    ...wholeUnless(why, sourceOf(visit)),
    landmark: visit.proved,
    asides: [{ text: unshown, says: 'the page holds the marker where it does not show it', doubtful: true }],
    ...asking,
    ...(await showing(answer, visit, context)),
  };
}

/** A field that is empty there, of the answer or of a record in it, says nothing of the record. */
function doubted(answer: Candidate, why: string | undefined): Candidate {
  if (why === undefined) return answer;
  return {
    ...answer,
    closed: `what is empty on the page proves nothing: ${why}`,
    split(selector) {
      const cut = answer.split(selector);
      return cut.fits ? { ...cut, candidates: cut.candidates.map((one) => doubted(one, why)) } : cut;
    },
  };
}

/** What the page shows beside what is read: a locator with a typo in it misses the record. */
async function shownBeside({ page }: Visit): Promise<readonly Aside[]> {
  const text = await page
    .locator('css=body')
    .innerText({ timeout: 2_000 })
    .catch(() => '');
  const says = 'the page shows the marker, though not where this look reads: check its locators';
  return [{ text: text.slice(0, textCap), says, doubtful: true, shown: true }];
}

/** No element that was to be read is on the page. */
function nothing(reads: readonly ReadValue[], visit: Visit): Seen {
  const why = reads.find(({ unsure }) => unsure !== undefined)?.unsure ?? ledAway(visit);
  const searched = `${sourceOf(visit)} has no ${reads.map(({ words }) => words).join(', no ')}`;
  return { candidates: [], ...wholeUnless(why, searched), landmark: visit.proved };
}

function wholeUnless(why: string | undefined, searched: string): Pick<Seen, 'whole' | 'searched'> {
  return { whole: why === undefined, searched: why === undefined ? searched : `${searched}; ${why}` };
}

/** Why it may be another page than the one that was asked for. */
function ledAway({ asked, page, acted, proved }: Visit): string | undefined {
  if (proved || asked === undefined || acted || !URL.canParse(page.url())) return undefined;
  const shown = new URL(page.url());
  const same = shown.hostname === asked.hostname && plain(shown.pathname) === plain(asked.pathname);
  return same ? undefined : `the browser was led there from ${asked.pathname}`;
}

function plain(path: string): string {
  return path.replace(/\/+$/, '').toLowerCase();
}

/** A picture of what was seen, taken once for each text that is read: it is kept where the look turns out bad. */
async function showing(answer: Candidate, visit: Visit, { owner }: ReadContext): Promise<Pick<Reading, 'attach'>> {
  const key = createHash('sha256').update(answer.text()).digest('base64');
  if (visit.session.shown.has(key)) return {};
  visit.session.shown.add(key);
  const picture = await takePicture(visit);
  return {
    async attach() {
      const path = await keptPicture(picture, visit, owner, 'page');
      return path === undefined ? [] : [path];
    },
  };
}

async function blindOf(error: unknown, visit: Visit, { owner }: ReadContext, gone: boolean): Promise<unknown> {
  const fault = faultOf(error, 'the browser', visit) ?? new BrowserFault('timeout', 'the browser: not in time');
  const { kind, message } = fault.fault;
  const hint = gone ? wrongAddress : fault.fault.hint;
  const attachments = await keepFailure(visit, owner, 'look', `${kind} ${message}`);
  const told = [message, ...visit.notes].join('; ');
  const { retryAfter, unauthorized } = fault;
  const more = { cause: error, attachments, unauthorized, ...(hint !== undefined && { hint }) };
  return new Blind(kind, told, { ...more, ...(retryAfter !== undefined && { retryAfter }) });
}
