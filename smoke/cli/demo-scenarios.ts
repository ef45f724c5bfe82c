// Which of the example scenarios fit the stack as it was started, and what they must be told.

import { shellQuoted } from '../core/wording.ts';
import type { Stack } from '../demo/stack.ts';
import { shownExample } from './examples.ts';
import type { World } from './world.ts';

/** The example that looks at the queue by its own plug-in. */
export function scenarioFor({ system }: Stack['queue']): string {
  return system === 'sqlite' ? 'booking-note.yaml' : `booking-${system}.yaml`;
}

/** `settings`: further environment variables that the scenarios read. */
export type Advice = { lines: string[]; settings: Record<string, string> };

/** What to run against a stack that stays up. `pushTo`: where its workers push to in place of the partner. */
export function adviceFor(stack: Stack, pushTo: string | undefined, world: Pick<World, 'cwd' | 'env'>): Advice {
  const run = (name: string): string => `  smoketrail run ${shellQuoted(shownExample(name, world.cwd))}`;
  const plain: Advice = { lines: ['Then:', run(scenarioFor(stack.queue))], settings: {} };
  const first = pushTo === undefined ? plain : captured(pushTo, stack.urls.partner, run);
  const endpoint = world.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  if (endpoint === '') return first;
  const spans = exported(endpoint, pushTo !== undefined, run);
  return { lines: [...first.lines, '', ...spans.lines], settings: { ...first.settings, ...spans.settings } };
}

type Run = (name: string) => string;

function captured(pushTo: string, partner: string, run: Run): Advice {
  const { port } = addressOf(pushTo);
  const lines = [
    `The workers push to ${pushTo}. This scenario listens there`,
    'while it runs, and passes what comes on to the partner:',
    run('booking-capture.yaml'),
    'For other scenarios, let this run in a terminal of its own meanwhile:',
    `  smoketrail capture --port ${port} --forward ${partner}`,
  ];
  return { lines, settings: { CAPTURE_LISTEN: addressOf(pushTo).listen } };
}

function exported(endpoint: string, pushes: boolean, run: Run): Advice {
  const local = loopback(endpoint);
  const at = local?.listen ?? '127.0.0.1:4318';
  const lines = [
    ...(local === undefined
      ? [
          'Spans are exported as OTEL_EXPORTER_OTLP_ENDPOINT says. This scenario',
          `sees them once that is http://${at} when the demo is started:`,
        ]
      : [`Spans are exported to ${at}. This scenario receives them there${pushes ? ',' : ':'}`]),
    ...(local !== undefined && pushes ? ['with that capture beside it:'] : []),
    run('booking-spans.yaml'),
  ];
  return { lines, settings: local === undefined ? {} : { OTLP_LISTEN: at } };
}

type Address = { listen: string; port: string };

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { listen: `${hostname}:${port || '80'}`, port: port || '80' };
}

/** Only there can a scenario on this machine receive what is exported. */
function loopback(endpoint: string): Address | undefined {
  const { protocol, hostname } = URL.parse(endpoint) ?? {};
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname ?? '')
    ? addressOf(endpoint)
    : undefined;
}
