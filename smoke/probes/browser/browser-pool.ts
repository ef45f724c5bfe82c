// The one browser of a run, started before something is first read or sent with it, and the contexts in it: one for each marker, and one more for
// each session that the marker uses.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import type { Cookies, Host, Owner } from '../plugin.ts';
import type { BrowserOptions } from './browser-action.ts';
import { launchBrowser } from './browser-launch.ts';
import { openSession, type Session } from './browser-session.ts';

export type Pool = {
  /** A probe or a trigger that may use it; the last that leaves closes the browser. Resolves when the browser is up, or cannot be. */
  enter(): Promise<void>;
  leave(): Promise<void>;
  session(whose: Whose, options: BrowserOptions): Promise<Session>;
};

/** Who is logged in where goes by the cookies: those of a session and the marker's own must not meet. */
export type Whose = { owner: Owner; cookies: Cookies };

/** Milliseconds that a browser has to start before a look or step is made, whose own time is then for the page alone. */
const starting = 15_000;
/** Milliseconds that a browser has to close; its process ends with the runner all the same. */
const closing = 5_000;

export function poolOf(host: Host): Pool {
  return host.once('browser', () => createPool(host));
}

function createPool(host: Host): Pool {
  let users = 0;
  /** Resolves once the browser is gone, and its folder with it. */
  let removed: Promise<void> | undefined;
  let browser: Promise<{ browser: Browser; userAgent: string }> | undefined;
  const sessions = new Map<string, Promise<Session>>();
  const jars = new WeakMap<Cookies, number>();
  let lastJar = 0;

  function jarOf(cookies: Cookies): number {
    const known = jars.get(cookies);
    if (known !== undefined) return known;
    lastJar += 1;
    jars.set(cookies, lastJar);
    return lastJar;
  }

  function start(): NonNullable<typeof browser> {
    const started = launch();
    browser = started;
    const forget = (): void => {
      if (browser !== started) return;
      // It crashed, or never came up: the next use starts another.
      browser = undefined;
      sessions.clear();
    };
    started.then((one) => one.browser.once('disconnected', forget), forget);
    return started;
  }

  async function launch(): Promise<{ browser: Browser; userAgent: string }> {
    // Playwright does not remove what it recorded itself, and Chromium leaves what it had when it was killed.
    const folder = await mkdtemp(join(tmpdir(), 'smoketrail-browser-'));
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
    const launched = await launchBrowser(host, folder).catch(async (error: unknown) => {
      await remove();
      throw error;
    });
    removed = new Promise((done) => launched.once('disconnected', () => done(remove().catch(() => undefined))));
    const cdp = await launched.newBrowserCDPSession();
    const { userAgent } = await cdp.send('Browser.getVersion');
    await cdp.detach();
    return { browser: launched, userAgent: `${userAgent} ${host.userAgent}` };
  }

  return {
    async enter() {
      users += 1;
      const started = (browser ?? start()).then(
        () => undefined,
        // Whoever needs it tries again, and says why it is not there.
        () => undefined,
      );
      const up = new AbortController();
      const late = host.clock.wait(starting, up.signal).catch(() => undefined);
      await Promise.race([started, late]);
      up.abort();
    },
    async leave() {
      users -= 1;
      if (users > 0 || browser === undefined) return;
      const running = await browser.catch(() => undefined);
      browser = undefined;
      sessions.clear();
      const over = new AbortController();
      const late = host.clock.wait(closing, over.signal).catch(() => undefined);
      const closed = running?.browser.close().then(
        () => removed,
        () => undefined,
      );
      await Promise.race([closed, late]);
      over.abort();
    },
    async session({ owner, cookies }, options) {
      const key = JSON.stringify([owner.id, jarOf(cookies), options.locale, options.timezone]);
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const running = browser ?? start();
      const opened = running.then((one) => openSession(one.browser, one.userAgent, options, host));
      sessions.set(key, opened);
      const forget = (): void => {
        if (sessions.get(key) === opened) sessions.delete(key);
      };
      opened.catch(forget);
      const end = (): void => {
        forget();
        opened.then((session) => session.close()).catch(() => undefined);
      };
      if (!owner.over.aborted) owner.over.addEventListener('abort', end, { once: true });
      return opened;
    },
  };
}
