// Finds gzip and zlib streams in bytes by their headers and has them inflated.

/**
 * Inflates a gzip or zlib stream at the start of the bytes, ignoring what follows it; of a stream that is cut short
 * it gives what there is. Undefined for what is no such stream, `over-cap` for one that holds more than `cap` bytes.
 * It is passed in, since the core has no zlib.
 */
export type Inflate = (bytes: Uint8Array, cap: number) => Uint8Array | 'over-cap' | undefined;

export type Stream = { name: 'gzip' | 'zlib'; at: number; bytes: Uint8Array };

export type Streams = { streams: readonly Stream[]; gaveUp: boolean };

/** A first try sees this much, so that a thousand bytes that merely look like headers cost little. */
const trialLength = 4096;
const mostTrials = 4096;
const gzipStart = '\x1f\x8b\x08';
/** The second bytes of zlib's header for its four levels, after 0x78. */
const zlibLevels = [0x01, 0x5e, 0x9c, 0xda];

/** True where a text of bytes-as-characters may hold a stream: spares making bytes of it. */
export function mayBeCompressed(text: string): boolean {
  return text.includes(gzipStart) || zlibLevels.some((level) => text.includes(`x${String.fromCharCode(level)}`));
}

/** Every stream in the bytes, inflated to at most `cap` bytes in all. `work` bytes of input are read at most. */
export function inflateAll(bytes: Uint8Array, inflate: Inflate, cap: number): Streams {
  const streams: Stream[] = [];
  let left = cap;
  let work = 4 * cap;
  let trials = 0;
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    const name = headerAt(bytes, at);
    if (name === undefined) continue;
    trials += 1;
    if (trials > mostTrials) return { streams, gaveUp: true };
    const trial = inflate(bytes.subarray(at, at + trialLength), 16 * trialLength);
    if (trial === undefined || trial.length === 0) continue;
    work -= bytes.length - at;
    const all = work < 0 ? 'over-cap' : inflate(bytes.subarray(at), left);
    if (all === 'over-cap') return { streams, gaveUp: true };
    if (all === undefined) continue;
    left -= all.length;
    streams.push({ name, at, bytes: all });
  }
  return { streams, gaveUp: false };
}

function headerAt(bytes: Uint8Array, at: number): 'gzip' | 'zlib' | undefined {
  const first = bytes[at];
  if (first === 0x1f) return bytes[at + 1] === 0x8b && bytes[at + 2] === 0x08 ? 'gzip' : undefined;
  if (first !== 0x78 || !zlibLevels.includes(bytes[at + 1] ?? 0)) return undefined;
  // The block type 3 does not exist.
  return (((bytes[at + 2] ?? 0) >> 1) & 3) === 3 ? undefined : 'zlib';
}
