// When the hops of a route are looked at for the sake of which destinations: the lines to them, and their moments.

import type { Hop, Times } from '../scenario/model.ts';

/** A destination with the hops before it, in their order, and the times it is watched by. */
export type Frame = { destination: string; line: readonly string[]; times: Times };

/** One for each destination, in the order of the route. A hop without `after` follows the one above it. */
export function framesOf(route: readonly Hop[], destinations: readonly string[], times: Times): readonly Frame[] {
  const before = new Map(route.map((hop, index) => [hop.name, hop.after ?? route[index - 1]?.name]));
  return destinations.map((destination) => {
    const line = [destination];
    for (let hop = before.get(destination); hop !== undefined && !line.includes(hop); hop = before.get(hop))
      line.unshift(hop);
    const own = route.find(({ name }) => name === destination)?.times;
    return { destination, line, times: { ...times, ...own } };
  });
}

/** The moments at which a hop is looked at whatever its backoff, in milliseconds after the clock started. */
export type Moments = {
  /** Each deadline and each end of grace of the destinations that it leads to, in order. */
  boundaries: readonly number[];
  deadlines: readonly number[];
  /** The last of them: no look of its own begins later. */
  end: number;
};

export function momentsAt(hop: string, frames: readonly Frame[]): Moments {
  const times = frames.filter(({ line }) => line.includes(hop)).map((frame) => frame.times);
  const deadlines = times.map(({ deadline }) => deadline).sort((a, b) => a - b);
  const ends = times.map(({ deadline, grace }) => deadline + grace);
  const boundaries = [...deadlines, ...ends].sort((a, b) => a - b);
  return { boundaries, deadlines, end: boundaries.at(-1) ?? 0 };
}
