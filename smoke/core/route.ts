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

/** The hops a record passes on its way to that hop, the hop itself last. A hop without `after` follows the one above it. */
export function lineTo(route: readonly HopFact[], destination: string): readonly HopFact[] {
  const places = new Map(route.map((hop, index) => [hop.hop, index]));
  const line: HopFact[] = [];
  const passed = new Set<number>();
  let index = places.get(destination);
  while (index !== undefined && !passed.has(index)) {
    const hop = route[index];
    if (hop === undefined) break;
    passed.add(index);
    line.unshift(hop);
    index = hop.after === undefined ? index - 1 : places.get(hop.after);
  }
  return line;
}

/** The hops marked as destinations; where none is, those that no hop follows. */
export function destinationsOf(route: readonly HopFact[]): readonly HopFact[] {
  const marked = route.filter((hop) => hop.destination);
  if (marked.length > 0) return marked;
  const followed = new Set(route.map((hop, index) => hop.after ?? route[index - 1]?.hop));
  return route.filter((hop) => !followed.has(hop.hop));
}
