// What a page is asking for, and the connections over which it may be told something at any time.

import type { Page, Request, WebSocket } from 'playwright';

export type Traffic = {
  /** Requests that are under way and may change what the page shows. */
  underway(): number;
  /** What is open for good: `an event stream`. Undefined where nothing is. */
  live(): string | undefined;
};

export function trafficOf(page: Page): Traffic {
  const asked = new Set<Request>();
  const streams = new Set<Request>();
  const sockets = new Set<WebSocket>();
  let leaving = false;
  page.on('request', (request) => {
    if (isStream(request)) streams.add(request);
    if (matters(request)) asked.add(request);
    if (isMain(request)) leaving = true;
  });
  page.on('requestfailed', (request) => {
    asked.delete(request);
    streams.delete(request);
  });
  page.on('requestfinished', (request) => {
    asked.delete(request);
    // A stream that merely ended is opened again by the browser after some seconds, one that was turned down is not.
    if (streams.has(request)) void turnedDown(request).then((is) => is && streams.delete(request));
  });
  page.on('websocket', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  page.on('framenavigated', (frame) => {
    // Also told where a page only changes its own address, and then nothing was asked for.
    if (!leaving || frame.parentFrame() !== null) return;
    leaving = false;
    streams.clear();
    sockets.clear();
  });
  return {
    underway: () => asked.size,
    live: () => (streams.size > 0 ? 'an event stream' : sockets.size > 0 ? 'a socket' : undefined),
  };
}

/** A request for a page in place of the one that is shown. */
export function isMain(request: Request): boolean {
  return request.isNavigationRequest() && request.frame().parentFrame() === null;
}

/** What decides on what a page shows; pictures and fonts do not. */
function matters(request: Request): boolean {
  return ['document', 'script', 'xhr', 'fetch'].includes(request.resourceType());
}

function isStream(request: Request): boolean {
  return request.resourceType() === 'eventsource';
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface: any status but 200 ends it. */
async function turnedDown(request: Request): Promise<boolean> {
  const response = await request.response().catch(() => null);
  return response !== null && response.status() !== 200;
}
