// How many requests a host allows: `10/s`, `10/min`, `100/h`.

/** As a pattern without flags, since the JSON Schema takes it over. */
export const RATE: RegExp = /^[1-9]\d{0,5}\/(s|min|h)$/;

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

/** Requests a second, or undefined where the text is no rate. */
export function parseRate(text: string): number | undefined {
  if (!RATE.test(text)) return undefined;
  const [count = '', unit = ''] = text.split('/');
  return Number(count) / (SECONDS[unit] ?? 1);
}
