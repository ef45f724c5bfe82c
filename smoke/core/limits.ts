// How many markers of a scenario a run may send: what was asked, cut by the smallest limit that applies.

import { listed } from './wording.ts';

/** A limit, and where it stands, in words: `the scenario`, `environment prod`. */
export type Limit = { most: number; by: string };

export type Allowance = {
  markers: number;
  /** How many of those that were asked for are not sent, and why. */
  withheld?: { markers: number; why: string };
};

/** The smallest; of several alike, the first. */
export function smallest(limits: readonly Limit[]): Limit | undefined {
  return limits.reduce<Limit | undefined>(
    (least, one) => (least !== undefined && least.most <= one.most ? least : one),
    undefined,
  );
}

/** `perDay` with `granted`: how many places the day had left of those that were asked for. */
export function allowance(
  asked: number,
  perRun: Limit | undefined,
  perDay: (Limit & { granted: number; made: number }) | undefined,
): Allowance {
  const byRun = Math.min(asked, perRun?.most ?? asked);
  const markers = Math.min(byRun, perDay?.granted ?? byRun);
  if (markers === asked) return { markers };
  const reasons = [
    ...(perRun !== undefined && perRun.most < asked ? [`at most ${perRun.most} a run (${perRun.by})`] : []),
    ...(perDay !== undefined && perDay.granted < byRun
      ? [`at most ${perDay.most} a day (${perDay.by}), and ${perDay.made} were created in the last 24 hours`]
      : []),
  ];
  return { markers, withheld: { markers: asked - markers, why: listed(reasons) } };
}
