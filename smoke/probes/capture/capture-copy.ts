// A bounded copy of a body that streams by.

import type { Copy } from './capture-record.ts';

export type Copying = {
  /** False where this piece was not kept as a whole. */
  add(piece: Uint8Array): boolean;
  copy(): Copy;
  /** Bytes taken since this was last asked. */
  taken(): number;
};

/** `room`: takes so many bytes from what may be kept in all. */
export function createCopy(limit: number, room: (bytes: number) => boolean): Copying {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let kept = 0;
  let told = 0;
  let isFull = false;
  return {
    add(piece) {
      size += piece.length;
      const fits = isFull ? 0 : Math.min(piece.length, limit - kept);
      // Behind a gap nothing more is kept: what is there is the beginning.
      if (fits > 0 && room(fits)) {
        // A copy, since a piece may be a small part of a large buffer.
        pieces.push(Uint8Array.prototype.slice.call(piece, 0, fits));
        kept += fits;
      }
      isFull = kept < size;
      return !isFull;
    },
    copy() {
      // It is asked for twice, and each time of the same bytes.
      if (pieces.length > 1) pieces = [Buffer.concat(pieces)];
      return { bytes: pieces[0] ?? new Uint8Array(), size };
    },
    taken() {
      const since = kept - told;
      told = kept;
      return since;
    },
  };
}
