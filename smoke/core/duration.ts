// Durations always carry a unit: `500ms`, `2s`, `5m`, `1h`, `1d`.

/** As a pattern without flags, since the JSON Schema takes it over. */
export const DURATION: RegExp = /^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds, or undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const unit = text.replace(/^[\d.]+/, '');
  return Math.round(Number.parseFloat(text) * (UNITS[unit] ?? 1));
}

/** Why something is no duration, and what to write. */
export function durationFault(value: unknown): string {
  if (Number.isFinite(value) || (typeof value === 'string' && /^\d+$/.test(value))) {
    return `a duration needs a unit: write ${value}s, or ms, m, h or d`;
  }
  return 'a duration is a number and a unit: 500ms, 2s, 5m, 1h or 1d';
}
