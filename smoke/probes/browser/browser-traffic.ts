// What a page is asking for, and the connections over which it may be told something at any time.

import type { Page, Request, WebSocket } from 'playwright';
import type { Clock } from '../plugin.ts';
import { failuresOf } from './browser-failures.ts';

export type Traffic = {
  /** Requests that are under way and may change what the page shows. */
  underway(): number;
  /** When such a request last began or ended (monotonic). */
  latest(): number;
  /** What is open for good: `an event stream`. Undefined where nothing is. */
  live(): string | undefined;
  /** The page's scripts, or its service workers, have asked for something. */
  asks(): boolean;
  /** They did after a silence, and nothing that was done here was the reason. */
  asksAgain(): boolean;
  /** What it asked for and did not get, in words; undefined where it got all. */
  failed(): string | undefined;
  /** For so long (ms) what is asked for may be due to something done here. */
  excuse(ms: number): void;
};

/** A page that was silent for so long, and asks by itself, will do so again. In ms. */
const silence = 500;

export function trafficOf(page: Page, clock: Clock): Traffic {
  const failures = failuresOf(page, (request) => matters(request) && !isMain(request));
  const asked = new Set<Request>();
  const streams = new Set<Request>();
  const sockets = new Set<WebSocket>();
  let leaving = false;
  let loaded = false;
  let moved = clock.now();
  let excused = 0;
  let asks = false;
  let asksAgain = false;
  const begin = (request: Request): void => {
    const now = clock.now();
    if (isOfScripts(request)) {
      asks = true;
      if (loaded && asked.size === 0 && now - moved >= silence && now > excused) asksAgain = true;
    }
    asked.add(request);
    moved = now;
  };
  const end = (request: Request): void => {
    if (asked.delete(request)) moved = clock.now();
  };
  page.on('request', (request) => {
    if (isStream(request)) streams.add(request);
    if (matters(request)) begin(request);
    if (isMain(request)) leaving = true;
  });
  page.on('requestfailed', (request) => {
    end(request);
    streams.delete(request);
  });
  page.on('requestfinished', (request) => {
    end(request);
    // A stream that merely ended is opened again by the browser after some seconds, one that was turned down is not.
    if (streams.has(request)) void turnedDown(request).then((is) => is && streams.delete(request));
  });
  page.on('websocket', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  page.on('load', () => {
    loaded = true;
    moved = clock.now();
  });
  page.on('framenavigated', (frame) => {
    // Also told where a page only changes its own address, and then nothing was asked for.
    if (!leaving || frame.parentFrame() !== null) return;
    leaving = false;
    loaded = false;
    asks = false;
    asksAgain = false;
    streams.clear();
    sockets.clear();
    failures.clear();
  });
  // What a service worker asks for is on no page, and it hands on what it got.
  const context = page.context();
  const onWorkers = (request: Request): void => {
    if (request.serviceWorker() !== null && matters(request)) begin(request);
  };
  context.on('request', onWorkers).on('requestfinished', end).on('requestfailed', end);
  page.once('close', () => {
    context.off('request', onWorkers).off('requestfinished', end).off('requestfailed', end);
  });
  return {
    underway: () => asked.size,
    latest: () => moved,
    live: () => (streams.size > 0 ? 'an event stream' : sockets.size > 0 ? 'a socket' : undefined),
    asks: () => asks,
    asksAgain: () => asksAgain,
    failed: () => failures.first(),
    excuse(ms) {
      excused = clock.now() + ms;
    },
  };
}

/** A request for a page in place of the one that is shown. */
export function isMain(request: Request): boolean {
  return request.isNavigationRequest() && request.frame().parentFrame() === null;
}

/** What decides on what a page shows; pictures and fonts do not. */
function matters(request: Request): boolean {
  return isOfScripts(request) || ['document', 'script'].includes(request.resourceType());
}

function isOfScripts(request: Request): boolean {
  return ['xhr', 'fetch'].includes(request.resourceType());
}

function isStream(request: Request): boolean {
  return request.resourceType() === 'eventsource';
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface: any status but 200 ends it. */
async function turnedDown(request: Request): Promise<boolean> {
  const response = await request.response().catch(() => null);
  return response !== null && response.status() !== 200;
}
