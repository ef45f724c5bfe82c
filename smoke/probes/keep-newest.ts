// The newest of what came, bounded by number and bytes, for looks that keep what they saw from one to the next.

export type Kept<T> = {
  add(one: T): void;
  /** The oldest first. */
  all(): readonly T[];
  /** How many had to go. */
  dropped(): number;
};

export type Bounds<T extends object> = {
  limit: number;
  /** Bytes of all together; default 16 MB. */
  bytes?: number;
  sizeOf(one: T): number;
  /** Called with each that has to go. */
  onDrop?(one: T): void;
};

const CAP = 16 * 1024 * 1024;

export function keepNewest<T extends object>({ limit, bytes: most = CAP, sizeOf, onDrop }: Bounds<T>): Kept<T> {
  // The first `first` places are empty: an array is not moved with every one that goes.
  let kept: (T | undefined)[] = [];
  let first = 0;
  let bytes = 0;
  let dropped = 0;

  function drop(oldest: T): void {
    kept[first] = undefined;
    first += 1;
    bytes -= sizeOf(oldest);
    dropped += 1;
    onDrop?.(oldest);
  }

  return {
    add(one) {
      kept.push(one);
      bytes += sizeOf(one);
      for (let oldest = kept[first]; oldest && (kept.length - first > limit || bytes > most); oldest = kept[first])
        drop(oldest);
      if (first <= limit) return;
      kept = kept.slice(first);
      first = 0;
    },
    all: () => kept.slice(first).filter((one) => one !== undefined),
    dropped: () => dropped,
  };
}
