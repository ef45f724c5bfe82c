// The `nats` plug-in: taps a subject, reads a JetStream stream without a consumer, and publishes.

import type { Plugin } from '../plugin.ts';
import { type NatsOptions, natsOptions } from './nats-options.ts';

export const nats: Plugin<NatsOptions> = {
  name: 'nats',
  summary: 'Messages of NATS: those that pass on a subject, or a JetStream stream; as a step, one that is published',
  options: natsOptions,
  documents: ['text'],
  queue: true,
  evidence: 'tap',
  contract: {
    needs: 'subscribe on the subject and the inbox; for a stream publish on $JS.API.STREAM.INFO and .MSG.GET of it',
    costs: 'a subject: one connection and a ping; a stream: one request, and one for each message since the last look',
    proof: 'nothing: test/contract/nats.test.ts, test/probes/nats.test.ts',
  },
  // The tap is open, and the end of the stream noted, before the send.
  connects: ['url', 'token', 'creds', 'nkey', 'ca', 'subject', 'stream', 'limit'],
  title({ subject, stream }) {
    const [on, of] = [subject, stream].map((one) => (typeof one === 'string' ? one : undefined));
    if (of === undefined) return on ?? 'nats';
    return on === undefined ? `stream ${of}` : `${on} of stream ${of}`;
  },
  lookFault(options) {
    const sent = ['json', 'text', 'headers'].find((name) => options[name] !== undefined);
    return sent === undefined ? undefined : `a look publishes nothing: leave out \`${sent}\``;
  },
  async open(given, host) {
    const { openNats } = await import('./nats-look.ts');
    return openNats(given, host);
  },
  async trigger(host) {
    const { natsTrigger } = await import('./nats-send.ts');
    return natsTrigger(host);
  },
};
