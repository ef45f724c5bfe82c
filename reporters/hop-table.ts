// Lays hop rows out in columns: all of them where there is room, fewer or stacked where there is not.

import type { HopRow, Tone } from './hop-row.ts';
import { cut, padEnd, padStart, widthOf, wrap } from './text-width.ts';

export type TableOptions = {
  /** Columns to stay within; undefined: lines may be of any length, as in a log. */
  width?: number;
  /** One line a row, cut where it is too long (a live table); otherwise cells wrap. */
  single?: boolean;
  paint: (tone: Tone, text: string) => string;
};

type Widths = { hop: number; word: number; since: number; what: number; release: number };

const indent = 2;
const gap = 2;
const leastWhat = 16;
const mostUnbounded = 60;

export function hopTable(rows: readonly HopRow[], options: TableOptions): string[] {
  const natural = naturalWidths(rows);
  const { width } = options;
  if (width === undefined) {
    const what = Math.min(natural.what, mostUnbounded);
    return rows.map((row) => line(row, { ...natural, what, release: 0 }, [row.what, row.release], options.paint));
  }
  const room = width - indent - natural.hop - natural.word - 2 - natural.since - 3 * gap;
  const release = Math.min(natural.release, Math.floor(room * 0.45));
  const beside = room - release - gap;
  if (beside >= Math.min(natural.what, leastWhat + 8)) {
    const widths = {
      ...natural,
      what: Math.min(natural.what, beside),
      release: room - Math.min(natural.what, beside) - gap,
    };
    return rows.flatMap((row) => cells(row, widths, options));
  }
  if (room >= leastWhat) return rows.flatMap((row) => cells(row, { ...natural, what: room, release: 0 }, options));
  return rows.flatMap((row) => stacked(row, width, options));
}

function naturalWidths(rows: readonly HopRow[]): Widths {
  const most = (of: (row: HopRow) => string): number => Math.max(0, ...rows.map((row) => widthOf(of(row))));
  return {
    hop: Math.min(
      24,
      most(({ lead, hop }) => `${lead}${hop}`),
    ),
    word: most(({ word }) => word),
    since: most(({ since }) => since),
    what: most(({ what }) => what),
    release: most(({ release }) => release),
  };
}

function line(
  row: HopRow,
  widths: Widths,
  [what, release]: readonly [string, string],
  paint: TableOptions['paint'],
): string {
  const mark = paint(row.tone, padEnd(`${row.symbol} ${row.word}`, widths.word + 2));
  const head = `${' '.repeat(indent)}${padEnd(cut(`${row.lead}${row.hop}`, widths.hop), widths.hop)}  ${mark}  ${padStart(row.since, widths.since)}  `;
  return `${head}${padEnd(what, release === '' ? 0 : widths.what)}${release === '' ? '' : `  ${release}`}`.trimEnd();
}

/** A row whose last cells take as many lines as they need. Without room for the release it stands under the source. */
function cells(row: HopRow, widths: Widths, { single, paint }: TableOptions): string[] {
  if (single) return [line(row, widths, [cut(row.what, widths.what), cut(row.release, widths.release)], paint)];
  const below = widths.release === 0 && row.release !== '–' ? wrap(row.release, widths.what) : [];
  const whats = [...wrap(row.what, widths.what), ...below];
  const releases = widths.release === 0 ? [] : wrap(row.release, widths.release);
  const aside = ' '.repeat(widths.word + 2 + widths.since + 3 * gap);
  const before = `${' '.repeat(indent)}${padEnd(cut(row.below, widths.hop), widths.hop)}${aside}`;
  return Array.from({ length: Math.max(whats.length, releases.length) }, (_, index) => {
    const [what, release] = [whats[index] ?? '', releases[index] ?? ''];
    if (index === 0) return line(row, widths, [what, release], paint);
    return `${before}${padEnd(what, release === '' ? 0 : widths.what)}${release === '' ? '' : `  ${release}`}`.trimEnd();
  });
}

/** For a very narrow terminal. */
function stacked(row: HopRow, width: number, { single, paint }: TableOptions): string[] {
  const mark = `${row.symbol} ${row.word}`;
  const room = width - indent - widthOf(row.lead) - widthOf(mark) - 1;
  // The hop's name counts more than the moment.
  const since = room - widthOf(row.since) - 1 >= Math.min(4, widthOf(row.hop)) ? row.since : '';
  const hop = cut(row.hop, since === '' ? room : room - widthOf(since) - 1);
  const head = `${' '.repeat(indent)}${row.lead}${paint(row.tone, mark)} ${hop} ${since}`.trimEnd();
  if (single) return [head];
  const more = [row.what, ...(row.release === '–' ? [] : [row.release])];
  const before = `${' '.repeat(indent)}${padEnd(row.below, 2)}`;
  return [head, ...more.flatMap((text) => wrap(text, width - widthOf(before))).map((text) => `${before}${text}`)];
}
