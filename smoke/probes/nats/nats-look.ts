// Looks with the `nats` plug-in: a tap on a subject, or a stream that is followed from its end before the send.

import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Reading } from '../../core/look.ts';
import { messageCandidates } from '../../select/message.ts';
import { ifReachable } from '../before-the-send.ts';
import type { Kept } from '../keep-newest.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { leavesNothing, silence } from '../unseen.ts';
import { type NatsLink, natsLink } from './nats-connection.ts';
import { messageInput, type NatsMessage } from './nats-message.ts';
import type { NatsOptions } from './nats-options.ts';
import { type Beginning, followStream, type StreamFollower, type StreamPlace } from './nats-stream.ts';
import { natsTap } from './nats-tap.ts';

const LIMIT = 10_000;
/** Milliseconds that JetStream has for one answer. */
const ANSWER = 10_000;

export async function openNats(given: Partial<NatsOptions>, host: Host): Promise<Probe<NatsOptions>> {
  const { url, token, creds, nkey, ca, subject, stream, limit = LIMIT } = given;
  if (url === undefined || (subject === undefined && stream === undefined))
    throw new Blind('error', 'the url, and the subject or stream, are not known before the send');
  const link = natsLink({ url, token, creds, nkey, ca }, host);
  try {
    if (stream !== undefined) return await openStream({ stream, subject, limit }, link, host);
    return await openTap(subject ?? '>', limit, link, host);
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function openTap(subject: string, limit: number, link: NatsLink, host: Host): Promise<Probe<NatsOptions>> {
  const { clock } = host;
  const opened = clock.wall();
  const tap = natsTap(subject, limit, link, clock);
  await ifReachable(clock, (signal) => tap.open(signal));
  return {
    async read(_options, { signal, since, named }) {
      const began = clock.now();
      await tap.hear(signal);
      const past = isPast(since, opened) ? sentBefore(subject) : undefined;
      const unseen = past ?? tap.unheard() ?? silenceOn(subject, tap.kept);
      return {
        ...(await readingOf(tap.kept, `on ${subject} since the moment before the send`, named, unseen)),
        by: 'tap',
        cost: { requests: 1, bytes: tap.fresh(), ms: clock.now() - began },
      };
    },
    changed: (signal) => tap.changed(signal),
    close: () => link.close(),
  };
}

async function openStream(place: StreamPlace, link: NatsLink, host: Host): Promise<Probe<NatsOptions>> {
  const { clock } = host;
  const { stream, subject } = place;
  const opened = clock.wall();
  const followers = new Map<string, StreamFollower>();
  let noted: Beginning | undefined;
  await ifReachable(clock, (signal) =>
    link.ask(signal, async (connection) => {
      const { state, created } = await (await managerOf(connection)).streams.info(stream);
      noted = { after: state.last_seq, created };
    }),
  );
  const atOpening = noted;

  return {
    async read(_options, { signal, since, named }) {
      const began = clock.now();
      const isKnown = atOpening !== undefined && !isPast(since, opened);
      const name = isKnown ? 'opened' : String(since.getTime());
      const follower = followers.get(name) ?? followStream(place, isKnown ? atOpening : { since });
      followers.set(name, follower);
      const cost = await link.ask(signal, async (connection) => follower.read(await managerOf(connection), connection));
      const doubt = follower.doubt();
      const where = subject === undefined ? `of stream ${stream}` : `on ${subject} of stream ${stream}`;
      return {
        ...(await readingOf(follower.kept, `${where} since the send`, named, follower.unread())),
        ...(doubt !== undefined && { doubt }),
        by: 'residue',
        cost: { ...cost, ms: clock.now() - began },
      };
    },
    close: () => link.close(),
  };
}

async function readingOf(
  kept: Kept<NatsMessage>,
  where: string,
  named: boolean,
  unseen: Reading['unseen'],
): Promise<Pick<Reading, 'candidates' | 'whole' | 'searched' | 'unseen'>> {
  const messages = kept.all();
  const inputs = messages.map((message, index) => {
    const { stored, subject } = message;
    const source = stored
      ? `message ${stored.seq} of stream ${stored.stream} (${subject})`
      : `message ${kept.dropped() + index + 1} on ${subject}`;
    return messageInput(message, source, named);
  });
  return {
    candidates: await messageCandidates(inputs),
    whole: unseen === undefined,
    searched: `${messages.length} ${messages.length === 1 ? 'message' : 'messages'} ${where}`,
    ...(unseen && { unseen }),
  };
}

async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  const { jetstreamManager } = await import('@nats-io/jetstream');
  // Without a question to the account, which a right to read one stream does not include.
  return jetstreamManager(connection, { checkAPI: false, timeout: ANSWER });
}

/** Nobody can tell a subject that is mistyped from one on which nothing was published. */
function silenceOn(subject: string, kept: Kept<NatsMessage>): Reading['unseen'] {
  if (subject === '>' || kept.all().length + kept.dropped() > 0) return undefined;
  return silence({
    nothing: `nothing passed on ${subject} since the tap was opened, before the send`,
    other: 'another subject, account or server',
    which:
      'a wider subject (`orders.>`) shows what passes besides. If the app publishes on no other, and the server is the right one, it published nothing: see its log.',
    quiet: 'a subject that is mistyped would be as silent',
  });
}

function sentBefore(subject: string): Reading['unseen'] {
  return leavesNothing(
    `what passed on ${subject} before the tap was opened was not heard`,
    'Where a stream stores the subject, name it with `stream`: it can be read afterwards.',
  );
}
