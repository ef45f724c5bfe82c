// Masks the secrets in a Playwright trace: a zip of JSON lines (actions, snapshots of the page, requests) and of the
// bodies that were sent and received.

import { readFile, writeFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';

type Masking = (text: string) => string;

/** Bytes, unpacked. A larger trace is not kept: masking it would take longer than looking at it is worth. */
const largest = 40 * 1024 * 1024;
/** Characters of one text; what is longer is left out. */
const longestText = 4 * 1024 * 1024;
const leftOut = '(left out: too long to be masked)';

const credentialName = /^(?:(?:proxy-)?authorization|(?:set-)?cookie2?)$/i;

/** Returns false where the trace is too large to be kept. */
export async function maskTrace(from: string, to: string, mask: Masking): Promise<boolean> {
  const packed = await readFile(from);
  let size = 0;
  const files = unzipSync(packed, {
    filter: ({ originalSize }) => {
      size += originalSize;
      return size <= largest;
    },
  });
  if (size > largest) return false;
  const masked: Zippable = {};
  for (const [name, bytes] of Object.entries(files)) {
    const kept = maskedFile(name, bytes, mask);
    if (kept !== undefined) masked[name] = kept;
  }
  await writeFile(to, zipSync(masked, { level: 6 }));
  return true;
}

/** Undefined for what is left out: scripts, which a viewer never runs, and what is no text but holds a secret. */
function maskedFile(name: string, bytes: Uint8Array, mask: Masking): Uint8Array | undefined {
  if (/\.(?:trace|network|stacks)$/.test(name)) return strToU8(maskedLines(strFromU8(bytes), mask));
  if (/\.(?:js|mjs|wasm|map)$/.test(name)) return undefined;
  const text = strFromU8(bytes);
  const isText = Buffer.from(text, 'utf8').equals(bytes);
  if (isText) return strToU8(bounded(text, mask));
  const plain = Buffer.from(bytes).toString('latin1');
  return plain.length <= longestText && mask(plain) === plain ? bytes : undefined;
}

function maskedLines(text: string, mask: Masking): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : JSON.stringify(maskedValue(JSON.parse(line), mask))))
    .join('\n');
}

/** Keys too: a page's own texts stand there as attributes. */
function maskedValue(value: unknown, mask: Masking): unknown {
  if (typeof value === 'string') return bounded(value, mask);
  if (Array.isArray(value)) return value.map((inner) => maskedValue(inner, mask));
  if (typeof value !== 'object' || value === null) return value;
  const { name } = value as { name?: unknown };
  const isCredential = typeof name === 'string' && credentialName.test(name);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'cookies' && Array.isArray(inner)) return [key, []];
      if ((isCredential && key === 'value') || credentialName.test(key)) return [key, '***'];
      return [mask(key), maskedValue(inner, mask)];
    }),
  );
}

function bounded(text: string, mask: Masking): string {
  return text.length > longestText ? leftOut : mask(text);
}
