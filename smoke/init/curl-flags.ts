// curl's flags, as far as a request is made of them: https://curl.se/docs/manpage.html.

/** What is taken over. */
const taken = {
  X: 'request',
  H: 'header',
  b: 'cookie',
  d: 'data',
  F: 'form',
  u: 'user',
  G: 'get',
  I: 'head',
} as const;

const takenLong = [
  'request',
  'header',
  'cookie',
  'data',
  'data-ascii',
  'data-raw',
  'data-binary',
  'data-urlencode',
  'json',
  'form',
  'form-string',
  'user',
  'url',
  'get',
  'head',
  'oauth2-bearer',
  'url-query',
] as const;

/** Flags that say how curl behaves, and nothing about the request: left out without a word. */
const silent =
  'silent show-error verbose include fail fail-with-body location location-trusted compressed no-buffer globoff output remote-name write-out progress-bar http1.0 http1.1 http2 http2-prior-knowledge http3 ipv4 ipv6 no-keepalive user-agent referer path-as-is tcp-nodelay';
const silentShort: Readonly<Record<string, string>> = {
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  i: 'include',
  f: 'fail',
  L: 'location',
  N: 'no-buffer',
  g: 'globoff',
  o: 'output',
  O: 'remote-name',
  w: 'write-out',
  '#': 'progress-bar',
  A: 'user-agent',
  e: 'referer',
  '0': 'http1.0',
  '4': 'ipv4',
  '6': 'ipv6',
};

/** Left out with a note: they change what is reached, or how. */
const notedShort: Readonly<Record<string, string>> = {
  k: 'insecure',
  x: 'proxy',
  E: 'cert',
  m: 'max-time',
  T: 'upload-file',
  K: 'config',
  c: 'cookie-jar',
  r: 'range',
  n: 'netrc',
  U: 'proxy-user',
};

/** Of the flags that are left out, those with a value behind them. */
const withValue =
  /^(?:output|write-out|user-agent|referer|proxy(?:-.*)?|cert|cert-type|key|key-type|cacert|capath|pass|max-time|connect-timeout|retry(?:-delay|-max-time)?|resolve|connect-to|interface|dns-.*|upload-file|config|cookie-jar|range|limit-rate|max-redirs|ciphers|tls-max|unix-socket|trace(?:-ascii)?|stderr|dump-header|create-file-mode|keepalive-time|socks[45]a?|noproxy|netrc-file|aws-sigv4|pinnedpubkey|hsts|alt-svc|max-filesize|speed-.*|time-cond|variable|expand-.*|rate|parallel-max|preproxy|delegation|service-name|login-options|proto(?:-.*)?)$/;

export type Flag =
  | { kind: 'taken'; name: (typeof takenLong)[number]; value: string }
  | { kind: 'address'; value: string }
  | { kind: 'left-out'; name: string; value?: string };

const valueless: ReadonlySet<string> = new Set(['get', 'head']);

/** Flags and addresses in their order. Short flags may be joined (`-sXPOST`), a value may stand behind its flag. */
export function flagsIn(words: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  let onlyAddresses = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (onlyAddresses || !/^-./.test(word)) flags.push({ kind: 'address', value: word });
    else if (word === '--') onlyAddresses = true;
    else if (word.startsWith('--')) at += pushLong(word.slice(2), words[at + 1], flags);
    else at += pushShort(word.slice(1), words[at + 1], flags);
  }
  return flags;
}

/** Gives how many of the following words it took. */
function pushLong(name: string, next: string | undefined, flags: Flag[]): number {
  const known = takenLong.find((one) => one === name);
  if (known !== undefined) {
    const value = valueless.has(known) ? undefined : next;
    flags.push({ kind: 'taken', name: known, value: value ?? '' });
    return value === undefined ? 0 : 1;
  }
  const takes = withValue.test(name) && next !== undefined;
  if (!silent.split(' ').includes(name))
    flags.push({ kind: 'left-out', name: `--${name}`, ...(takes && { value: next }) });
  return takes ? 1 : 0;
}

function pushShort(letters: string, next: string | undefined, flags: Flag[]): number {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    const behind = letters.slice(at + 1);
    const known = Object.hasOwn(taken, letter) ? taken[letter as keyof typeof taken] : undefined;
    const long = known ?? silentShort[letter] ?? notedShort[letter];
    const takes = known === undefined ? long !== undefined && withValue.test(long) : !valueless.has(known);
    const value = takes ? (behind !== '' ? behind : next) : undefined;
    if (known !== undefined) flags.push({ kind: 'taken', name: known, value: value ?? '' });
    else if (silentShort[letter] === undefined)
      flags.push({ kind: 'left-out', name: `-${letter}`, ...(value !== undefined && { value }) });
    if (takes) return behind === '' && next !== undefined ? 1 : 0;
  }
  return 0;
}
