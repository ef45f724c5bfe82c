// Times as a report shows them: `14.2 s`, `+1.80 s`.

/** Three figures below ten minutes, so that moments can be compared; minutes or hours above. Milliseconds in. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  const s = Math.max(0, ms) / 1000;
  if (s < 9.995) return `${s.toFixed(2)} s`;
  if (s < 99.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 600) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const tail = `${String(whole % 60).padStart(2, '0')} s`;
  return hours > 0 ? `${hours} h ${String(minutes).padStart(2, '0')} min` : `${minutes} min ${tail}`;
}

/** A moment after the clock started. */
export function moment(ms: number): string {
  return ms < 0 ? `-${duration(-ms)}` : `+${duration(ms)}`;
}

/** A running time, with one decimal so that it does not flicker: `2.3 s`, `60 s`. */
export function elapsed(ms: number): string {
  if (!(ms < 100_000)) return duration(ms);
  return `${Number((Math.max(0, ms) / 1000).toFixed(1))} s`;
}
