// What one marker has of the browser: a context, whose cookies are those of its other steps and looks, or of its session.

import type { Browser, BrowserContext, Cookie } from 'playwright';
import type { Cookies, Host, StoredCookie } from '../plugin.ts';
import type { BrowserOptions } from './browser-action.ts';
import { noteTimers } from './browser-in-page.ts';

export type Session = {
  context: BrowserContext;
  /** Puts in what the jar has that was not there when the two were last alike. */
  bring(cookies: Cookies): Promise<void>;
  /** Hands the jar what has changed in the browser: what others changed in the jar meanwhile stays. */
  giveBack(cookies: Cookies): Promise<void>;
  /** One use at a time is recorded: a context has one recorder. */
  record(): Promise<Recording | undefined>;
  /** Faults whose attachments are kept already: a look that fails alike at every poll shows it once. */
  shown: Set<string>;
  close(): Promise<void>;
};

/** Ends the recording, into a file or into nothing. */
export type Recording = { end(path?: string): Promise<void> };

const viewport = { width: 1280, height: 720 };

export async function openSession(
  browser: Browser,
  userAgent: string,
  { locale, timezone }: BrowserOptions,
  host: Host,
): Promise<Session> {
  const context = await browser.newContext({
    userAgent,
    viewport,
    ignoreHTTPSErrors: host.insecure,
    ...(locale !== undefined && { locale }),
    ...(timezone !== undefined && { timezoneId: timezone }),
  });
  await context.addInitScript(noteTimers);
  // Without pictures: what they show cannot be masked. They are taken where a use fails, with the fields of secrets masked.
  await context.tracing.start({ snapshots: true, screenshots: false, sources: false });
  const alike = new Map<string, StoredCookie>();
  let recording = false;

  return {
    context,
    shown: new Set(),
    async bring(cookies) {
      const fresh = (await cookies.list()).filter((one) => alike.get(keyOf(one))?.value !== one.value);
      for (const one of fresh) {
        // One that the browser does not take is not for it.
        await context.addCookies([given(one)]).catch(() => undefined);
        alike.set(keyOf(one), one);
      }
    },
    async giveBack(cookies) {
      const held = (await context.cookies()).map(stored);
      const gone = (await cookies.list()).filter((one) => !held.some((other) => keyOf(other) === keyOf(one)));
      const removed = gone.filter((one) => alike.has(keyOf(one))).map((one) => ({ ...one, value: '', expires: 1 }));
      const changed = held.filter((one) => {
        const known = alike.get(keyOf(one));
        return known?.value !== one.value || known.expires !== one.expires;
      });
      await cookies.take([...changed, ...removed]);
      alike.clear();
      for (const one of held) alike.set(keyOf(one), one);
    },
    async record() {
      if (recording) return undefined;
      recording = true;
      await context.tracing.startChunk();
      return {
        async end(path) {
          await context.tracing.stopChunk(path === undefined ? {} : { path });
          recording = false;
        },
      };
    },
    close: () => context.close(),
  };
}

function keyOf({ name, domain, path, hostOnly }: StoredCookie): string {
  return JSON.stringify([name, domain, path, hostOnly]);
}

type Given = Parameters<BrowserContext['addCookies']>[0][number];

const sites = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

function given({ name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite }: StoredCookie): Given {
  return {
    name,
    value,
    domain: hostOnly ? domain : `.${domain}`,
    path,
    secure,
    httpOnly,
    ...(expires !== undefined && { expires }),
    ...(sameSite !== undefined && { sameSite: sites[sameSite] }),
  };
}

/** A browser tells a cookie for a host and those below it by the dot before its domain. */
function stored({ name, value, domain, path, expires, secure, httpOnly, sameSite }: Cookie): StoredCookie {
  const hostOnly = !domain.startsWith('.');
  const site = sameSite?.toLowerCase();
  return {
    name,
    value,
    domain: hostOnly ? domain : domain.slice(1),
    hostOnly,
    path,
    secure,
    httpOnly,
    ...(expires > 0 && { expires: Math.floor(expires) }),
    ...(site === 'strict' || site === 'lax' || site === 'none' ? { sameSite: site } : {}),
  };
}
