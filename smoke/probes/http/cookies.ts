// The cookie jar that the steps and looks of one marker share. The library behind it loads when a first cookie comes.

import type { CookieJar, SerializedCookie } from 'tough-cookie';
import type { Cookies, StoredCookie } from '../plugin.ts';

export type CookiesOptions = {
  /** Called with the value of each cookie as it is stored: cookies count as secrets at once. */
  learned?: (value: string, name: string) => void;
};

// What browsers keep for one cookie; a longer one is dropped, as they do.
const longestCookie = 8_192;
const mostCookies = 10_000;

export function createCookies(options: CookiesOptions = {}): Cookies & { ready(): Promise<void> } {
  let jar: CookieJar | undefined;
  let loading: Promise<void> | undefined;
  let waiting: { setCookie: string; url: string }[] = [];
  let count = 0;

  async function load(): Promise<void> {
    const { CookieJar } = await import('tough-cookie');
    // A test system may live on `localhost`, or on a name that is a public suffix elsewhere.
    jar = new CookieJar(undefined, { allowSpecialUseDomain: true, rejectPublicSuffixes: false });
    for (const { setCookie, url } of waiting) put(jar, setCookie, url);
    waiting = [];
  }

  function put(into: CookieJar, setCookie: string, url: string): void {
    // A cookie for another domain, or one that cannot be read, is dropped as a browser drops it.
    into.setCookieSync(setCookie, url, { ignoreError: true });
  }

  return {
    header: (url) => (jar && URL.canParse(url) ? jar.getCookieStringSync(url) : ''),
    store(setCookie, url) {
      if (setCookie.length > longestCookie || count >= mostCookies) return;
      count += 1;
      tell(setCookie, options.learned);
      if (jar) {
        put(jar, setCookie, url);
        return;
      }
      waiting.push({ setCookie, url });
      loading ??= load();
      // A failure shows where somebody waits for the jar.
      loading.catch(() => undefined);
    },
    async ready() {
      await loading;
    },
    async list() {
      await loading;
      return (jar?.serializeSync()?.cookies ?? []).flatMap(storedOf);
    },
    async take(cookies) {
      loading ??= load();
      await loading;
      const { Cookie } = await import('tough-cookie');
      for (const cookie of cookies) {
        if (cookie.value.length > longestCookie) continue;
        if (cookie.value !== '') options.learned?.(cookie.value, cookie.name);
        const { name, value, domain, path, secure, httpOnly, hostOnly, sameSite, expires } = cookie;
        const made = new Cookie({
          key: name,
          value,
          path,
          secure,
          httpOnly,
          ...(hostOnly ? {} : { domain }),
          ...(sameSite !== undefined && { sameSite }),
          ...(expires !== undefined && { expires: new Date(expires * 1000) }),
        });
        jar?.setCookieSync(made, `${secure ? 'https' : 'http'}://${domain}${path}`, { ignoreError: true });
      }
    },
  };
}

function storedOf(cookie: SerializedCookie): StoredCookie[] {
  const { key, value, domain, path, secure, httpOnly, hostOnly, sameSite, expires } = cookie;
  if (typeof key !== 'string' || typeof domain !== 'string') return [];
  const until = typeof expires === 'string' ? Date.parse(expires) : Number.NaN;
  return [
    {
      name: key,
      value: String(value ?? ''),
      domain,
      hostOnly: hostOnly === true,
      path: typeof path === 'string' ? path : '/',
      secure: secure === true,
      httpOnly: httpOnly === true,
      ...(Number.isNaN(until) ? {} : { expires: Math.floor(until / 1000) }),
      ...(sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none' ? { sameSite } : {}),
    },
  ];
}

/** The value is told before the jar has read the cookie, so that it is masked even where the jar drops it. */
function tell(setCookie: string, learned: CookiesOptions['learned']): void {
  if (!learned) return;
  const [pair = ''] = setCookie.split(';', 1);
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1).trim();
  if (value !== '') learned(value, at < 0 ? '' : pair.slice(0, at).trim());
}
