// One piece of work for all who need it at the same time: a token that is fetched, a login.

export type Flight<T> = {
  /** Joins the work under way, or begins it. It is aborted only when nobody waits for it any more. */
  join(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
};

type Round<T> = { result: Promise<T>; waiters: number; abort: AbortController };

export function createFlight<T>(): Flight<T> {
  let running: Round<T> | undefined;

  function begin(work: (signal: AbortSignal) => Promise<T>): Round<T> {
    const abort = new AbortController();
    const result = Promise.resolve()
      .then(() => work(abort.signal))
      .finally(() => {
        if (running === round) running = undefined;
      });
    const round: Round<T> = { result, waiters: 0, abort };
    return round;
  }

  return {
    join(work, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      running ??= begin(work);
      const round = running;
      round.waiters += 1;
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          round.waiters -= 1;
          reject(signal.reason);
          if (round.waiters > 0) return;
          // Who comes now must not get the end of a work that was given up.
          if (running === round) running = undefined;
          round.abort.abort(signal.reason);
        };
        const done = (): void => signal.removeEventListener('abort', leave);
        signal.addEventListener('abort', leave, { once: true });
        round.result.then(
          (value) => {
            done();
            resolve(value);
          },
          (error: unknown) => {
            done();
            reject(error);
          },
        );
      });
    },
  };
}
