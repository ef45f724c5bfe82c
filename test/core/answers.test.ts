// What an answer that may be another than the one that was asked for proves: error pages, maintenance, repeated questions.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection, Sought } from '../../smoke/core/look.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { note, text } from './judge-fixtures.ts';

type Asked = {
  text: string;
  format: 'json' | 'xml' | 'html' | 'text';
  /** The address that was asked. */
  url: string;
  selection?: Partial<Selection>;
  aliases?: Readonly<Record<string, string>>;
  sent?: string;
  landmark?: boolean;
  printed?: boolean;
};

async function look(asked: Asked): Promise<Look> {
  const { format, url, selection = {}, aliases = { booking: '8841' }, landmark = false, printed = false } = asked;
  const named = [text, ...Object.values(aliases)].some((name) => url.includes(name));
  const answer = await documentCandidate({
    ...{ text: asked.text, format, source: `GET ${url}`, named },
    answered: printed ? 'by a program' : 'by a server',
  });
  const reading: Reading = {
    candidates: [answer],
    whole: true,
    searched: `GET ${url} answered 200`,
    landmark,
    cost: { requests: 1, bytes: 0, ms: 0 },
  };
  const sought: Sought = {
    marker: { text, fixed: 8, prefix: 'smk' },
    aliases: new Map(Object.entries(aliases)),
    sent: [{ text: asked.sent ?? note, document: false, key: 'note' }],
    asked: named ? [url] : [],
  };
  return judge(reading, { allow: [], reference: false, ...selection }, sought, { inflate }).look;
}

const short = (made: Look): string =>
  made.kind === 'absent' ? `absent, ${made.proves ? 'proved' : 'not proved'}` : made.kind;

describe('what a page lacks', () => {
  const maintenance = '<html><body><h1>Down for maintenance</h1><ul><li>Back soon</li></ul></body></html>';
  const list = '<h1>Reservations</h1><article><dd class="ref">7</dd><dd class="note">Towels</dd></article>';
  const empty = '<h1>Reservations</h1><p>No reservation found.</p>';
  const cases: readonly [name: string, asked: Asked, expected: string][] = [
    [
      'zero records',
      { text: maintenance, format: 'html', url: '/list', selection: { records: 'article' } },
      'not proved',
    ],
    ['no marker anywhere', { text: maintenance, format: 'html', url: '/list' }, 'not proved'],
    ['an empty list', { text: empty, format: 'html', url: '/list', selection: { records: 'article' } }, 'not proved'],
    [
      'an empty list on a page that was expected',
      { text: empty, format: 'html', url: '/list', selection: { records: 'article' }, landmark: true },
      'proved',
    ],
    [
      'elements that may be of any page',
      { text: maintenance, format: 'html', url: '/list', selection: { records: 'li' } },
      'not proved',
    ],
    [
      'other records with the field',
      { text: list, format: 'html', url: '/list', selection: { records: 'article', field: '.note' } },
      'proved',
    ],
    [
      'other records as `where` knows them',
      { text: list, format: 'html', url: '/list', selection: { records: 'article', where: { '.ref': '8841' } } },
      'proved',
    ],
    ['plain text', { text: 'Down for maintenance', format: 'text', url: '/list' }, 'not proved'],
    ['data without a list', { text: '{"status":"maintenance"}', format: 'json', url: '/list' }, 'not proved'],
    ['a list of data', { text: '[]', format: 'json', url: '/list' }, 'proved'],
    [
      'the place of the records in data',
      { text: '{"items":[]}', format: 'json', url: '/list', selection: { records: '$.items[*]' } },
      'proved',
    ],
    [
      'the marker beside what the selectors pick on a page',
      {
        text: `<h1>Reservations</h1><p>${note}</p>`,
        format: 'html',
        url: '/list',
        selection: { records: 'artcle' },
        landmark: true,
      },
      'not proved',
    ],
    [
      'the marker in another record of the data',
      {
        ...{ text: `{"items":[{"id":9,"note":"${text}"}]}`, format: 'json', url: '/list' },
        selection: { records: '$.items[*]', where: { '$.id': '8841' } },
      },
      'not proved',
    ],
    [
      'the marker that was asked for, beside an empty list',
      {
        text: `{"query":"${text}","items":[]}`,
        format: 'json',
        url: `/list?q=${text}`,
        selection: { records: '$.items[*]' },
      },
      'proved',
    ],
    ['what a program printed', { text: '', format: 'text', url: '/list', printed: true }, 'proved'],
  ];
  for (const [name, asked, expected] of cases)
    test(name, async () => {
      assert.equal(short(await look(asked)), `absent, ${expected}`);
    });

  test('what is not proved says what would prove it', async () => {
    const made = await look({ text: maintenance, format: 'html', url: '/list' });
    assert.ok(made.kind === 'absent');
    assert.match(made.detail ?? '', /`expect` what it always has/);
  });
});

describe('an answer to a request that names the record by its number', () => {
  const url = '/reservations/8841';
  const page = (note: string, title = 'Reservation 8841'): string =>
    `<h1>${title}</h1><dl><dd class="note">${note}</dd></dl>`;
  const field = { field: '.note' };
  const cases: readonly [name: string, asked: Asked, expected: string][] = [
    ['an empty field on a page', { text: page(''), format: 'html', url, selection: field }, 'blind'],
    [
      'an empty field on an error page that repeats the number',
      { text: page('', 'Reservation 8841 could not be loaded'), format: 'html', url, selection: field },
      'blind',
    ],
    [
      'an empty field on a page that was expected',
      { text: page(''), format: 'html', url, selection: field, landmark: true },
      'stripped',
    ],
    [
      'an empty field beside a name that was not asked for',
      {
        ...{ text: page('', 'Reservation BK-2026-0042'), format: 'html', url, selection: field },
        aliases: { booking: '8841', reference: 'BK-2026-0042' },
      },
      'stripped',
    ],
    [
      'an empty field in data',
      { text: '{"id":8841,"note":""}', format: 'json', url, selection: { field: '$.note' } },
      'stripped',
    ],
    [
      'an error in data that repeats the number',
      { text: '{"error":"no reservation 8841"}', format: 'json', url, selection: { field: '$.note' } },
      'blind',
    ],
    ['an error page without a field', { text: '<p>8841 not found</p>', format: 'html', url }, 'blind'],
    [
      'an error in data with an empty field',
      { text: '{"error":"no booking 8841","note":null}', format: 'json', url, selection: { field: '$.note' } },
      'blind',
    ],
    [
      'the page that was expected, which says that there is none',
      { text: '<h1>Partner</h1><p>No such reservation.</p>', format: 'html', url, selection: field, landmark: true },
      'blind',
    ],
    [
      'a record without the marker in a list that was asked for by the number',
      {
        text: '{"items":[{"id":8841,"note":""}]}',
        format: 'json',
        url,
        selection: { records: '$.items[*]', field: '$.note' },
      },
      'absent, not proved',
    ],
    [
      'an empty list that was asked for by the number',
      { text: '{"items":[]}', format: 'json', url, selection: { records: '$.items[*]', field: '$.note' } },
      'absent, proved',
    ],
    [
      'data whose `where` shows the record',
      { text: '{"id":8841}', format: 'json', url, selection: { field: '$.note', where: { '$.id': '8841' } } },
      'stripped',
    ],
    ['the sent text', { text: page(note), format: 'html', url, selection: field }, 'intact'],
  ];
  for (const [name, asked, expected] of cases)
    test(name, async () => {
      assert.equal(short(await look(asked)), expected);
    });
});

describe('an answer to a request that asks for the marker', () => {
  const url = `/search?q=${text}`;
  const cases: readonly [name: string, asked: Asked, expected: string][] = [
    ['repeats it in words', { text: `<p>No results for ${text}</p>`, format: 'html', url }, 'blind'],
    [
      'repeats it on the page that was expected',
      { text: `<p>No results for ${text}</p>`, format: 'html', url, landmark: true },
      'absent, not proved',
    ],
    ['repeats it in data', { text: `{"query":"${text}","items":[]}`, format: 'json', url }, 'blind'],
    ['repeats it in capitals', { text: `NO RESULTS FOR ${text.toUpperCase()}`, format: 'text', url }, 'blind'],
    [
      'shows the whole text that was sent',
      { text: `<li>${note.replace('&', '&amp;')}</li>`, format: 'html', url },
      'intact',
    ],
    [
      'shows a name of the record',
      { text: `{"items":[{"id":8841,"note":"${text}"}]}`, format: 'json', url, sent: text },
      'intact',
    ],
    [
      'holds it in a field',
      { text: `{"note":"${text}"}`, format: 'json', url, sent: text, selection: { field: '$.note' } },
      'intact',
    ],
    [
      'holds it in a record',
      { text: `{"items":["${text}"]}`, format: 'json', url, sent: text, selection: { records: '$.items[*]' } },
      'intact',
    ],
    [
      'repeats it in a row of a page',
      {
        text: `<table><tr><td>No results for ${text}</td></tr></table>`,
        format: 'html',
        url,
        sent: text,
        selection: { records: 'tr' },
      },
      'blind',
    ],
    [
      'repeats it in the links of a record',
      {
        ...{
          text: `{"items":[{"id":8841,"note":"","self":"/items/8841?q=${text}"}]}`,
          format: 'json',
          url,
          sent: text,
        },
        selection: { records: '$.items[*]' },
      },
      'blind',
    ],
    [
      'shows the sent text in a row of a page',
      { text: `<table><tr><td>${note}</td></tr></table>`, format: 'html', url, selection: { records: 'tr' } },
      'intact',
    ],
    ['is what a program printed', { text: `nothing for ${text}`, format: 'text', url, printed: true }, 'blind'],
    [
      'repeats a question that was the whole text',
      { text: `<p>${note} not found</p>`, format: 'html', url: `/search?q=${note}` },
      'blind',
    ],
  ];
  for (const [name, asked, expected] of cases)
    test(name, async () => {
      assert.equal(short(await look(asked)), expected);
    });
});
