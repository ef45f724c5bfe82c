// The sessions of a run: each distinct login is made once, when somebody first needs it, by one for all; and again when
// somebody finds it ended. A login that fails, or that changes nothing, is not hammered.

import type { Fault } from '../core/look.ts';
import { Blind, type Cookies } from '../probes/plugin.ts';
import { createFlight, type Flight } from '../probes/single-flight.ts';
import type { Place, Session, SessionRef } from '../scenario/model.ts';
import { resolve, type Scope } from '../scenario/template.ts';
import type { Firing } from './firing.ts';
import type { Journey } from './journey.ts';
import { logIn, loginScope } from './login.ts';
import type { Ports } from './ports.ts';
import { stableJson } from './stable-json.ts';

/** A session that is logged in. `id` tells it from every other login of the run. */
export type Entered = { id: string; cookies: Cookies; value(name: string): string | undefined };

/** The session as one step or look uses it. Every method that may log in throws a Blind where that fails. */
export type Entry = {
  /** How many steps its login has. */
  steps: number;
  enter(signal: AbortSignal): Promise<Entered>;
  /** Another login in place of one that was found ended, or the one that somebody else has made meanwhile. */
  renew(stale: Entered, found: Fault, signal: AbortSignal): Promise<Entered>;
  /** Whoever comes next logs in again. */
  expire(stale: Entered): void;
  /** The session let through what it was used for. */
  worked(): void;
  /** It did not, right after a login: what to tell of it. */
  futile(renewed: Entered, found: Fault): Blind;
};

export type Sessions = { of(ref: SessionRef, place: Place, journey: Journey): Entry };

/** Logins in vain: how often in a row, and until when (monotonic ms) there is no other. */
type Vain = { times: number; until: number; id?: string };

type State = {
  name: string;
  flight: Flight<Entered>;
  logins: number;
  current?: Entered | undefined;
  failed?: (Vain & { fault: Fault }) | undefined;
  /** Failed logins that an account may have heard of. */
  heard: number;
  /** By the place of the step or look that was still logged out after a login. */
  futile: Map<string, Vain>;
};

/** Accounts are locked after a few wrong passwords. */
const mostFailures = 3;
/** Before the second, the third and each further login after those in vain, in ms. */
const pauses = [3_000, 10_000, 30_000] as const;

export function createSessions(ports: Ports, firing: Firing): Sessions {
  const states = new Map<string, State>();
  const { clock } = ports;

  function stateOf(session: Session, journey: Journey): State {
    const key = keyOf(session, journey);
    const known = states.get(key);
    if (known !== undefined) return known;
    const { name } = session;
    const state: State = { name, flight: createFlight(), logins: 0, heard: 0, futile: new Map() };
    states.set(key, state);
    return state;
  }

  async function login(state: State, session: Session, journey: Journey, signal: AbortSignal): Promise<Entered> {
    const { failed } = state;
    if (failed !== undefined && (state.heard >= mostFailures || clock.now() < failed.until))
      throw notAgain(state, failed);
    return state.flight.join(async (joined) => {
      const number = ++state.logins;
      const result = await logIn(session, journey, { ports, firing }, joined);
      if (!result.ok) {
        if (result.reached) state.heard += 1;
        const vain = { ...again(state.failed), fault: result.fault };
        state.failed = vain;
        throw notAgain(state, vain);
      }
      state.failed = undefined;
      const { cookies, values } = result;
      state.current = { id: `${state.name} ${number} ${indexOf(state)}`, cookies, value: (name) => values.get(name) };
      return state.current;
    }, signal);
  }

  function indexOf(state: State): number {
    return [...states.values()].indexOf(state);
  }

  function again(vain: Vain | undefined): Vain {
    const times = (vain?.times ?? 0) + 1;
    return { times, until: clock.now() + (pauses[Math.min(times, pauses.length) - 1] ?? 0) };
  }

  function notAgain({ heard }: State, { fault, until }: Vain & { fault: Fault }): Blind {
    const { kind, message, ...more } = fault;
    if (heard < mostFailures)
      return new Blind(kind, message, { ...more, retryAfter: Math.max(0, until - clock.now()) });
    const why = `${message}; that was failure ${heard}, so it is not tried again in this run`;
    return new Blind(kind, why, more);
  }

  return {
    of(ref, place, journey) {
      const session = journey.scenario.sessions[ref.name];
      if (session === undefined) throw new Error(`no session is called ${ref.name}`);
      const at = `${place.file}:${place.line}:${place.column}`;
      const state = (): State => stateOf(session, journey);
      const enter = async (signal: AbortSignal): Promise<Entered> => {
        const its = state();
        return its.current ?? login(its, session, journey, signal);
      };
      return {
        steps: session.login.length,
        enter,
        async renew(stale, found, signal) {
          const its = state();
          if (its.current === stale) {
            const vain = its.futile.get(at);
            if (vain !== undefined && (vain.times >= mostFailures || clock.now() < vain.until))
              throw stillOut(its, found);
            its.current = undefined;
          }
          return enter(signal);
        },
        expire(stale) {
          const its = state();
          const vain = its.futile.get(at);
          if (its.current !== stale || (vain !== undefined && (vain.times >= mostFailures || clock.now() < vain.until)))
            return;
          its.futile.set(at, { ...again(vain), id: stale.id });
          its.current = undefined;
        },
        worked: () => void state().futile.delete(at),
        futile(renewed, found) {
          const its = state();
          const vain = its.futile.get(at);
          // Many looks of one place may find the same login useless: that is one login in vain.
          if (vain?.id !== renewed.id) its.futile.set(at, { ...again(vain), id: renewed.id });
          return stillOut(its, found);
        },
      };
    },
  };
}

/** Two scenarios that describe the same login share it, whatever they call it. */
function keyOf(session: Session, { scope, scenario }: Journey): string {
  const placeholder = (name: string): string => `\${{ session.${name} }}`;
  const fixed = { random: () => 0.5, uuid: () => 'uuid' };
  const still: Scope = Object.assign(loginScope(scope, placeholder), fixed);
  const steps = session.login.map(({ plugin, options, keep, as, baseDir }) => {
    const resolved = resolve(options, still);
    if (resolved.ok) return [plugin, resolved.value, keep, as, baseDir];
    const message = `login ${session.name} failed: ${resolved.missing.join(', ')} has no value`;
    throw new Blind('logged-out', message, { hint: 'Set it in the environment, or in a file given with --env-file.' });
  });
  return stableJson([scenario.baseDir, steps]);
}

function stillOut({ name }: State, { message }: Fault): Blind {
  return new Blind('logged-out', `${message}, also after a new login`, {
    hint: `The login ${name} itself succeeded. Check that its last step really logs in (say with expect or keep), that this address belongs to the same site, and that the account may see it.`,
  });
}
