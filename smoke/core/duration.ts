// Durations as people write them: a number with a unit, always.

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest a timer of the runtime can wait, in milliseconds (about 24 days). */
export const longestDuration: number = 2 ** 31 - 1;

/** `500ms`, `2s`, `1.5m`, `1h`, `1d` → milliseconds; undefined where it is none, or longer than a timer can wait. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/u.exec(text.trim());
  const unit = match?.[2];
  if (match === null || unit === undefined) return undefined;
  const ms = Math.round(Number(match[1]) * (units[unit] ?? Number.NaN));
  return ms <= longestDuration ? ms : undefined;
}
