// Inflates gzip and zlib for the marker search, which is pure and has no zlib of its own.

import { constants, gunzipSync, inflateSync } from 'node:zlib';
import type { Inflate } from '../core/compressed.ts';

/** Gives what there is of a stream that was cut short; `over-cap` where there is more than `cap` bytes. */
export const inflate: Inflate = (bytes, cap) => {
  const options = { maxOutputLength: Math.max(cap, 1), finishFlush: constants.Z_SYNC_FLUSH };
  try {
    return bytes[0] === 0x1f ? gunzipSync(bytes, options) : inflateSync(bytes, options);
  } catch (error) {
    // Bytes that only look like a stream are the normal case here, not a fault.
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? 'over-cap' : undefined;
  }
};
