// Reads the budgets of hosts.

import type { Node } from '../scenario/node.ts';
import { child, entriesAt, textAt } from '../scenario/plain.ts';
import { quoted, type Report } from '../scenario/problems.ts';
import type { HostBudget } from './model.ts';
import { parseRate } from './rate.ts';

export function hostsAt(node: Node, report: Report): Record<string, HostBudget> {
  const hosts: [string, HostBudget][] = [];
  for (const { key, keySpan, node: value } of entriesAt(node, 'hosts')) {
    if (!isHost(key))
      report.problem(
        'bad-value',
        `${quoted(key)} is no host`,
        keySpan,
        'Write api.partner.example, api.partner.example:8443 or https://api.partner.example.',
      );
    const rate = parseRate(textAt(value, 'rate') ?? '');
    const concurrent = child(value, 'concurrent');
    hosts.push([
      key,
      {
        ...(rate !== undefined && { rate }),
        ...(concurrent?.kind === 'scalar' && typeof concurrent.value === 'number' && { concurrent: concurrent.value }),
      },
    ]);
  }
  return Object.fromEntries(hosts);
}

/** A host with or without a port, or an origin; no path, no user, no wildcard. */
function isHost(text: string): boolean {
  const origin = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/[\s*@?#]/.test(text) || !URL.canParse(origin)) return false;
  const { pathname, hostname } = new URL(origin);
  return hostname !== '' && (pathname === '' || pathname === '/') && !text.endsWith('/');
}
