// What is said about a row of measurements: its median, and how far it spreads.

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `share` from 0 to 1; between two values it is interpolated. Not a number where there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return below + (above - below) * (place - Math.floor(place));
}

/** The ratios of values measured in pairs, one of each in turn: what slows the machine down for both cancels out. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
}
