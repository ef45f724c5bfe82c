// What the pure core knows of a hop.

export type HopFact = {
  hop: string;
  after?: string;
  carries: 'content' | 'reference';
  /** False where an absence proves nothing because the hop keeps nothing (a queue). */
  keeps: boolean;
  sees: 'holds' | 'in' | 'out';
  /** The probe's name, or undefined for a hop without a look. */
  probe?: string;
  /** A queue hands on what it holds byte for byte, so its handing on is never a suspect. */
  queue: boolean;
  destination: boolean;
  /** What the look reads, in a few words. */
  title: string;
  /** Where the hop stands in its scenario file. */
  line: number;
};
