// What the matrices of all keystones are made of: rows of a fault with what must come out of it, alone and beside blind hops.

import type { VerdictName } from '../../smoke/core/verdict.ts';
import type { DemoHop, FaultSpec } from '../../smoke/demo/fault.ts';

/** What must come out. Suspects in route order; `web>` is the handing on of web. */
export type Expected = { verdict: VerdictName; lastSeen: DemoHop | undefined; suspects: string };

export type FaultAt = FaultSpec & { at: DemoHop };

/** `X`: what is demanded. */
export type CellOf<X> = {
  name: string;
  /** The fault under test: the truth file must name it, and the suspects must hold its hop where anything is suspected. */
  fault: FaultAt | undefined;
  /** Rules that only make the cell deterministic, such as the worker that takes the job. */
  with: readonly FaultSpec[];
  blind: DemoHop | undefined;
  expected: X;
};

export type RowOf<X> = {
  fault?: FaultAt;
  with?: readonly FaultSpec[];
  alone: X;
  blind?: readonly [DemoHop, X][];
};

export function e(verdict: VerdictName, lastSeen: DemoHop | undefined, suspects: string): Expected {
  return { verdict, lastSeen, suspects };
}

/** `more`: what a cell's name says beside the fault; `own`: what a row gives to its cells. */
export function cellsOf<X, R extends RowOf<X>, Own>(
  rows: readonly R[],
  more: (row: R) => string,
  own: (row: R) => Own,
): (CellOf<X> & Own)[] {
  return rows.flatMap((row) => {
    const cell = (blind: DemoHop | undefined, expected: X): CellOf<X> & Own => {
      const name = `${faultName(row.fault)}${more(row)}${blind === undefined ? '' : `; ${blind} blind`}`;
      return { name, fault: row.fault, with: row.with ?? [], blind, expected, ...own(row) };
    };
    return [cell(undefined, row.alone), ...(row.blind ?? []).map(([hop, expected]) => cell(hop, expected))];
  });
}

function faultName(fault: FaultAt | undefined): string {
  if (fault === undefined) return 'no fault';
  const { name, at, ...details } = fault;
  return [`${name} at ${at}`, ...Object.entries(details).map(([key, value]) => `${key} ${value}`)].join(', ');
}
