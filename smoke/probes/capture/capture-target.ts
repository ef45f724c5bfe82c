// Where a request that came to a capture goes: to the partner, or as that of a proxy to a host that was allowed.

/** `origin`: scheme, host and port. */
export type Target = { origin: URL; path: string };
export type Refused = { status: number; says: string };

export type Where = {
  /** Base address of the partner. */
  forward?: string | undefined;
  /** `host` (port 80 or 443) or `host:port`, for requests to a proxy where no partner is named. */
  allow?: readonly string[] | undefined;
};

/**
 * A path goes below the base address. The whole address, as a client writes it to its proxy, goes with its path as it
 * stands to the partner, or to the host that it names where that is allowed: never to any other.
 */
export function targetOf(asked: string, { forward, allow = [] }: Where): Target | Refused {
  const base = forward === undefined ? undefined : new URL(forward);
  const whole = /^(https?:\/\/[^/?#]*)(.*)$/i.exec(asked);
  if (whole === null) {
    if (base === undefined)
      return { status: 421, says: 'this is a proxy for the hosts that it allows; it has no partner of its own' };
    if (asked === '*') return { origin: base, path: asked };
    if (!asked.startsWith('/'))
      return { status: 400, says: 'the target of the request is neither a path nor an address' };
    return { origin: base, path: `${base.pathname.replace(/\/$/, '')}${asked}` };
  }
  const [, origin = '', rest = ''] = whole;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  if (base !== undefined) return { origin: base, path };
  if (!URL.canParse(origin)) return { status: 400, says: 'the target of the request is no address' };
  const named = new URL(origin);
  const isAllowed = allow.some((one) => one.toLowerCase() === named.host || isNamedWithPort(one, named));
  if (isAllowed) return { origin: named, path };
  return { status: 403, says: `the host ${named.host} is not among those that are allowed` };
}

/** `partner.example:80` names what an address says without its port. */
function isNamedWithPort(name: string, { hostname, port, protocol }: URL): boolean {
  return port === '' && name.toLowerCase() === `${hostname}:${protocol === 'https:' ? 443 : 80}`;
}
