import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDate, formatFault, offsetFault, zoneFault } from '../../smoke/scenario/zoned-date.ts';

const at = (now: string, offset: string, zone: string, format?: string): string =>
  formatDate(new Date(now), offset, format, zone, true);

test('a day is a day on the calendar, also when the clocks change', () => {
  assert.equal(at('2026-03-28T10:00:00Z', '+1d', 'Europe/Berlin'), '2026-03-29T11:00:00+02:00');
  assert.equal(at('2026-10-24T10:00:00Z', '+1d', 'Europe/Berlin'), '2026-10-25T12:00:00+01:00');
});

test('hours move the clock, not the calendar', () => {
  assert.equal(at('2026-03-28T10:00:00Z', '+24h', 'Europe/Berlin'), '2026-03-29T12:00:00+02:00');
  assert.equal(at('2026-03-29T00:30:00Z', '+1h', 'Europe/Berlin'), '2026-03-29T03:30:00+02:00');
});

test('a time that the clocks skip moves forward, one they show twice is the first', () => {
  assert.equal(at('2026-03-28T01:30:00Z', '+1d', 'Europe/Berlin'), '2026-03-29T03:30:00+02:00');
  assert.equal(at('2026-10-24T00:30:00Z', '+1d', 'Europe/Berlin'), '2026-10-25T02:30:00+02:00');
});

test('the date is that of the zone, not of UTC', () => {
  const date = (now: string, zone: string): string => formatDate(new Date(now), '', undefined, zone, false);
  assert.equal(date('2026-06-30T23:30:00Z', 'Europe/Lisbon'), '2026-07-01');
  assert.equal(date('2026-07-01T02:00:00Z', 'America/New_York'), '2026-06-30');
});

test('a month ends where the shorter one does', () => {
  assert.equal(at('2026-01-31T12:00:00Z', '+1M', 'UTC', 'dd.MM.yyyy'), '28.02.2026');
  assert.equal(at('2028-02-29T12:00:00Z', '+1y', 'UTC', 'dd.MM.yy'), '28.02.29');
  assert.equal(at('2026-01-15T12:00:00Z', '-1M', 'UTC', 'dd.MM.yyyy'), '15.12.2025');
});

test('offsets add up in order', () => {
  assert.equal(at('2026-01-01T12:00:00Z', '+3w -2h +1M +30m +5s', 'UTC', 'yyyy-MM-dd HH:mm:ss'), '2026-02-22 10:30:05');
});

test('quotes keep letters of a format as they are', () => {
  assert.equal(at('2026-01-02T03:04:05Z', '', 'UTC', "yyyyMMdd'T'HHmmss'Z' ''"), "20260102T030405Z '");
});

test('what is no offset, format or zone is told', () => {
  for (const offset of ['1d', '+d', '+1q', 'tomorrow', '+1d2h', '+999999d'])
    assert.match(offsetFault(offset) ?? '', /no offset/);
  for (const format of ['d', 'DD.MM', 'yyyy-M', "'open"]) assert.match(formatFault(format) ?? '', /date format/);
  assert.match(zoneFault('Mars/North') ?? '', /no time zone/);
  assert.equal(offsetFault('') ?? formatFault('yyyy/MM/dd, HH:mm') ?? zoneFault('UTC'), undefined);
});

test('a date beyond what the clock can hold is an error, not nonsense', () => {
  assert.throws(() => at('2026-01-01T00:00:00Z', '+99999y +99999y +99999y', 'UTC'), /too far/);
});

test('every ISO time names the very instant, in every zone', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  );
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2037-12-31'), noInvalidDate: true }),
      zones,
      (now, zone) => {
        assert.equal(Date.parse(formatDate(now, '', undefined, zone, true)), Math.floor(now.getTime() / 1000) * 1000);
      },
    ),
  );
});
