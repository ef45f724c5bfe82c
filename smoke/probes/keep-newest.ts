// The newest of what came, bounded by number and bytes, for looks that keep what they saw from one to the next.

export type Kept<T> = {
  add(one: T): void;
  all(): readonly T[];
  /** How many had to go. */
  dropped(): number;
};

/** Bytes that are kept at most. */
const CAP = 16 * 1024 * 1024;

export function keepNewest<T>(limit: number, sizeOf: (one: T) => number): Kept<T> {
  const kept: T[] = [];
  let first = 0;
  let bytes = 0;
  let dropped = 0;
  return {
    add(one) {
      kept.push(one);
      bytes += sizeOf(one);
      for (let oldest = kept[first]; oldest && (kept.length - first > limit || bytes > CAP); oldest = kept[first]) {
        bytes -= sizeOf(oldest);
        first += 1;
        dropped += 1;
      }
      // Moved together now and then, for one move a message would take long in a flood.
      if (first <= limit) return;
      kept.splice(0, first);
      first = 0;
    },
    all: () => kept.slice(first),
    dropped: () => dropped,
  };
}
