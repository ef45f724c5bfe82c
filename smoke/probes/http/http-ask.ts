// One attempt of a look over HTTP, but for a kept connection that the other side closed meanwhile.

import { createAgents } from './http-agents.ts';
import type { Wire } from './http-exchange.ts';
import { HttpFault } from './http-fault.ts';
import type { HttpOptions } from './http-options.ts';
import { type Around, type Final, type RequestRules, request } from './http-request.ts';

/** A connection that was closed before says nothing about the hop. Throws an HttpFault. */
export async function ask(
  wire: Wire,
  options: HttpOptions,
  around: Around,
  wanted: RequestRules['wanted'],
): Promise<Final> {
  const rules = { again: true, wanted };
  try {
    return await request(wire, options, rules, around);
  } catch (error) {
    if (!(error instanceof HttpFault) || error.facts.stale !== true) throw error;
    around.meter.retries += 1;
    // Another kept connection may be as dead as this one.
    const agents = createAgents({ keepAlive: false });
    const fresh = { ...around, line: { ...around.line, agents } };
    return await request(wire, options, rules, fresh).finally(() => agents.close());
  }
}
