// Why something could not be done or seen in a browser, in words a reader can act on.

import type { Fault, FaultKind } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import { shownUrl } from '../http/http-address.ts';
import { maskedLine } from '../masked-start.ts';
import { Blind } from '../plugin.ts';
import { endOf, isEnd } from './browser-end.ts';
import type { Visit } from './browser-visit.ts';

type More = { hint?: string; cause?: unknown; unsent?: boolean; retryAfter?: number; unauthorized?: boolean };

export class BrowserFault extends Error {
  readonly fault: Fault;
  /** True only where it is certain that nothing of what was to be asked left. */
  readonly unsent: boolean;
  readonly retryAfter: number | undefined;
  /** Answered with 401: another login may help. */
  readonly unauthorized: boolean;
  constructor(kind: FaultKind, message: string, more: More = {}) {
    const { hint, cause, unsent = false, retryAfter, unauthorized = false } = more;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BrowserFault';
    this.fault = { kind, message, ...(hint !== undefined && { hint }) };
    this.unsent = unsent;
    this.retryAfter = retryAfter;
    this.unauthorized = unauthorized;
  }

  /** The same, as what hindered an action. */
  during(what: string): BrowserFault {
    const { fault, retryAfter, unauthorized } = this;
    const more = { ...fault, cause: this, unauthorized, ...(retryAfter !== undefined && { retryAfter }) };
    return new BrowserFault(fault.kind, `${what}: ${fault.message}`, more);
  }
}

/** Where the browser is now: `http://127.0.0.1:4101/extranet`. */
export function placeOf({ page, host, asked }: Visit): string {
  const url = URL.canParse(page.url()) ? new URL(page.url()) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return shownUrl(url, host.mask);
  return asked === undefined ? 'the page' : shownUrl(asked, host.mask);
}

/** What Playwright threw while `what` was done; undefined where an element was waited for in vain. */
export function faultOf(error: unknown, what: string, visit: Visit): BrowserFault | undefined {
  if (error instanceof BrowserFault) return error;
  if (error instanceof Blind)
    return new BrowserFault(error.fault.kind, error.message, { ...error.fault, cause: error });
  const message = textOf(error);
  if (visit.signal.aborted)
    return new BrowserFault('timeout', `${what}: stopped (${reasonOf(visit.signal)})`, { cause: error });
  if (visit.crashed || isEnd(message)) return crashed(what, error);
  const several = /strict mode violation: [\s\S]*? resolved to (\d+) elements/.exec(message)?.[1];
  if (several !== undefined) {
    const hint = 'Say which one is meant: with in, has-text, exact or nth.';
    return new BrowserFault('selector', `${what}: ${several} elements on ${placeOf(visit)} fit`, {
      hint,
      cause: error,
    });
  }
  if (/is not a valid selector|Unexpected token|Malformed|Unknown engine/i.test(message))
    return new BrowserFault('selector', `${what}: the browser cannot read this selector`, { cause: error });
  if (error instanceof Error && error.name === 'TimeoutError') return undefined;
  return new BrowserFault('error', `${what}: ${firstLine(message, visit)}`, { cause: error });
}

export function crashed(what: string, cause: unknown): BrowserFault {
  const { message, hint } = endOf(what);
  return new BrowserFault('error', message, { hint, cause });
}

/** `page.goto: net::ERR_ABORTED at http://…` without the call, the log and the colours. */
export function firstLine(message: string, { host }: Visit): string {
  const [line = ''] = message.split('\n', 1);
  return maskedLine(line.replace(/^\w+\.\w+: (?:Error: )?/, ''), 300, host.mask);
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : 'stopped';
}
