// What the pure core knows of a hop, and how the hops of a route follow each other.

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
  /** A destination's own times in milliseconds, where they are not the scenario's. */
  times?: Partial<WatchTimes>;
  /** What the look reads, in a few words. */
  title: string;
  /** Where the hop stands in its scenario file. */
  line: number;
};

/** How long a destination is watched, in milliseconds. */
export type WatchTimes = { deadline: number; grace: number; confirm: number; settle: number };

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

/** Hops that several others follow: what goes out of one is not known to go to all of them. */
export function forksOf(route: readonly HopFact[]): ReadonlySet<string> {
  const followers = Map.groupBy(route.slice(1), (hop, index) => hop.after ?? route[index]?.hop ?? '');
  return new Set([...followers].flatMap(([hop, next]) => (next.length > 1 ? [hop] : [])));
}

/** The route in one line: `web → queue → worker → (partner, mail)`. */
export function routeText(route: readonly { hop: string; after?: string }[]): string {
  const after = Map.groupBy(route, (hop, index): string | undefined => hop.after ?? route[index - 1]?.hop);
  const told = new Set<string>();
  const textFrom = (hop: string): string => {
    if (told.has(hop)) return hop;
    told.add(hop);
    const branches = (after.get(hop) ?? []).map((next) => textFrom(next.hop));
    if (branches.length === 0) return hop;
    return `${hop} → ${branches.length === 1 ? branches[0] : `(${branches.join(', ')})`}`;
  };
  return (after.get(undefined) ?? []).map(({ hop }) => textFrom(hop)).join(', ');
}
