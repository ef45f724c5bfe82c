// The marker as it only travels beside a record: the baggage of a send with `trace-context`, which every service hands on.
// There it tells whose the record is, and nothing of what became of the text that was sent.

type Leaf = { path: string; text: string };

/** The name of the baggage entry, and of the attribute or field that a service makes of it. */
export const carriedName = 'smoketrail.marker';

const inText = /smoketrail\.marker(?:%3D|[\s"'\\]{0,8}[=:][\s"'\\[]{0,8})([A-Za-z0-9-]{1,80})/gi;
const asKey = /smoketrail\.marker["'\]]*$/;

/** The markers that stand so in a text or its leaves. */
export function carriedIn(text: string, leaves: readonly Leaf[]): readonly string[] {
  if (!text.includes(carriedName) && !leaves.some(isAbout)) return [];
  const found = [text, ...leaves.map((leaf) => leaf.text)].flatMap((one) =>
    [...one.matchAll(inText)].flatMap(([, marker]) => marker ?? []),
  );
  return [...new Set([...found, ...leaves.filter(isKey).map((leaf) => leaf.text)])];
}

export function withoutCarried(text: string, leaves: readonly Leaf[]): { text: string; leaves: readonly Leaf[] } {
  const kept = leaves.filter((leaf) => !isKey(leaf));
  return { text: cleared(text), leaves: kept.map((leaf) => ({ ...leaf, text: cleared(leaf.text) })) };
}

function cleared(text: string): string {
  return text.replace(inText, (whole, marker: string) => `${whole.slice(0, whole.length - marker.length)}…`);
}

function isAbout({ path, text }: Leaf): boolean {
  return path.includes(carriedName) || text.includes(carriedName);
}

function isKey({ path }: Leaf): boolean {
  return asKey.test(path);
}
