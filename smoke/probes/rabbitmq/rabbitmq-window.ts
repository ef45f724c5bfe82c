// What a tap keeps: the newest messages, bounded in number and bytes.

export type Kept = { at: number; size: number };

export type Window<T extends Kept> = {
  add(one: T): void;
  /** Those that came since then, the oldest first. */
  since(date: Date): readonly T[];
  /** Some that came since then are not kept any more. */
  dropped(date: Date): boolean;
};

export type Bounds = { messages: number; bytes: number };

export function keepNewest<T extends Kept>({ messages, bytes }: Bounds, onDrop: (one: T) => void): Window<T> {
  // The first `from` places are empty: an array is not moved with every message that goes.
  let kept: (T | undefined)[] = [];
  let from = 0;
  let size = 0;
  let lastDropped = Number.NEGATIVE_INFINITY;

  function drop(): void {
    const oldest = kept[from];
    kept[from] = undefined;
    from += 1;
    if (oldest === undefined) return;
    size -= oldest.size;
    lastDropped = oldest.at;
    onDrop(oldest);
  }

  return {
    add(one) {
      kept.push(one);
      size += one.size;
      while (kept.length - from > messages || (size > bytes && from < kept.length)) drop();
      if (from > 1000 && from * 2 > kept.length) {
        kept = kept.slice(from);
        from = 0;
      }
    },
    since: (date) => kept.filter((one): one is T => one !== undefined && one.at >= date.getTime()),
    dropped: (date) => lastDropped >= date.getTime(),
  };
}
