// Steps in a browser: as a user takes them, and honest about how they ended.

import type { Fault } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import { Blind, type FireContext, type Host, type Sent, type Trigger } from '../plugin.ts';
import type { BrowserOptions } from './browser-action.ts';
import { type Done, perform } from './browser-actions.ts';
import { answerOfReads, answerOfSource } from './browser-answer.ts';
import { BrowserFault, faultOf, placeOf } from './browser-fault.ts';
import { misplaced, showsPassword } from './browser-goto.ts';
import { keepFailure, keepPicture } from './browser-keep.ts';
import { type Pool, poolOf } from './browser-pool.ts';
import { openVisit, type Visit } from './browser-visit.ts';

/** A page is at rest when it has asked for nothing for so long, in ms. */
const quiet = 300;
const gap = 25;

export async function browserTrigger(host: Host): Promise<Trigger<BrowserOptions>> {
  const pool = poolOf(host);
  await pool.enter();
  return {
    fire: (options, context) => fire(options, context, host, pool),
    close: () => pool.leave(),
  };
}

async function fire(options: BrowserOptions, context: FireContext, host: Host, pool: Pool): Promise<Sent> {
  const began = host.clock.now();
  let visit: Visit;
  try {
    visit = await openVisit(pool, options, { ...context, isStep: true }, host);
  } catch (error) {
    // No page was opened, so nothing was sent.
    const fault = notOpened(error, context);
    return {
      outcome: 'refused',
      summary: fault.message,
      fault,
      cost: { requests: 0, bytes: 0, ms: host.clock.now() - began },
    };
  }
  try {
    const done = await perform(visit, (name) => keepPicture(visit, context.owner, name));
    await atRest(visit);
    return await ended(visit, done, context);
  } catch (error) {
    return await failed(error, visit, context);
  } finally {
    await visit.close();
  }
}

function notOpened(error: unknown, { signal }: FireContext): Fault {
  if (error instanceof Blind) return error.fault;
  const message = `the browser: ${textOf(error)}`;
  return { kind: signal.aborted ? 'timeout' : 'error', message };
}

/** A page that is closed too early takes its last request with it. */
async function atRest(visit: Visit): Promise<void> {
  const { host, signal, pages } = visit;
  let restless = host.clock.now();
  await visit.page.waitForLoadState('domcontentloaded', { timeout: visit.left() });
  while (host.clock.now() - restless < quiet) {
    if (pages.some((page) => (visit.traffic(page)?.underway() ?? 0) > 0)) restless = host.clock.now();
    if (visit.left() <= 1)
      throw new BrowserFault('timeout', `${placeOf(visit)}: the last request had no answer in time`);
    await host.clock.wait(gap, signal);
  }
}

async function ended(visit: Visit, { reads, pictures }: Done, { as }: FireContext): Promise<Sent> {
  const elsewhere = await misplaced(visit, { absent: false });
  if (elsewhere !== undefined) throw elsewhere;
  const missing = reads.filter(({ text }) => text === undefined).map(({ words }) => words);
  if (missing.length > 0) throw new BrowserFault('selector', `nothing on ${placeOf(visit)} fits ${missing.join(', ')}`);
  const asked = { as, named: true };
  const answer = reads.length > 0 ? await answerOfReads(reads, visit, asked) : await answerOfSource(visit, asked);
  const summary = [`browser → ${placeOf(visit)}`, ...visit.notes].join('; ');
  const attachments = pictures.length === 0 ? {} : { attachments: pictures };
  const asking = (await showsPassword(visit)) ? { asksForPassword: true } : {};
  return { outcome: 'done', summary, answer, ...attachments, ...asking, cost: visit.cost() };
}

async function failed(error: unknown, visit: Visit, { owner }: FireContext): Promise<Sent> {
  const found =
    faultOf(error, 'the browser', visit) ?? new BrowserFault('timeout', 'the browser: not in time', { cause: error });
  const outcome = isCertain(found, visit) ? 'refused' : 'unknown';
  const { fault } = found;
  const attachments = await keepFailure(visit, owner, 'step', fault.message);
  const summary = [fault.message, ...visit.notes].join('; ');
  const unauthorized = outcome === 'refused' && found.unauthorized;
  return {
    outcome,
    summary,
    fault,
    ...(attachments.length > 0 && { attachments }),
    ...(unauthorized && { unauthorized }),
    cost: visit.cost(),
  };
}

/**
 * Nothing can have been created as long as nothing was done on a page and no request left but those that only ask
 * (GET, HEAD). Where opening an address is all there is to the step, that is what may create, and only an address that
 * could not be reached, or an answer that turns it down, is certain.
 */
function isCertain({ unsent }: BrowserFault, { touched, unsafe, options, answers, page }: Visit): boolean {
  if (touched || unsafe > 0) return false;
  const opensOnly = options.steps.every((step) =>
    ['goto', 'wait', 'read', 'expect', 'screenshot'].some((key) => key in step),
  );
  const status = answers.get(page)?.status ?? 0;
  const turnedDown = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  const first = options.steps.filter(({ goto }) => goto !== undefined).length === 1;
  return opensOnly ? (unsent || turnedDown) && first : true;
}
