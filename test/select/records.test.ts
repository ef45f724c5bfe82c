import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, json, records, values, xml } from './candidates.ts';

test('records that an answer has no place for do not fit it, and the missing part is named', async () => {
  const why = async (text: string, selector: string): Promise<string | undefined> => {
    const split = (await json(text)).split(selector);
    return split.fits ? undefined : split.why;
  };
  assert.equal(await why('{"status":"error"}', '$.r[*]'), 'there is no $.r');
  assert.equal(await why('{"reservation":[{"id":1}]}', '$.reservations[*]'), 'there is no $.reservations');
  assert.equal(await why('{"errors":[{}],"data":null}', '$.data.bookings[*]'), 'there is no $.data.bookings');
  assert.equal(await why('{"r":"none here"}', '$.r[*]'), '$.r is neither a list nor an object');
  assert.equal(await why('{"pages":[{}]}', '$.pages[*].items[*]'), 'there is no $.pages[*].items');
  assert.equal(await why('{"a":1}', '$..r[*]'), "there is no $..['r']");
  assert.equal(await why('"error"', '$[*]'), '$ is neither a list nor an object');
});

test('a place for records that is empty fits, and holds none', async () => {
  for (const [text, selector] of [
    ['{"r":[]}', '$.r[*]'],
    ['{"r":{}}', '$.r[*]'],
    ['{"r":null}', '$.r[*]'],
    ['{"r":[{"ref":"x"}]}', "$.r[?@.ref=='y']"],
    ['{"r":[]}', '$.r[0]'],
    ['{"pages":[]}', '$.pages[*].items[*]'],
    ['[]', '$[*]'],
    ['{"body":"{\\"r\\":[]}"}', '$.body.r[*]'],
  ] as const) {
    assert.deepEqual(records(await json(text), selector), [], `${text} ${selector}`);
  }
});

test('an XML answer that is an error has no records to be expected, one without any records has', async () => {
  const soap = (body: string): string =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
  for (const [text, said] of [
    [
      soap('<s:Fault><faultcode>s:Server</faultcode><faultstring> no such hotel</faultstring></s:Fault>'),
      /no such hotel/,
    ],
    [
      '<ota:OTA_ResRetrieveRS xmlns:ota="o"><ota:Errors><ota:Error Type="3">down</ota:Error></ota:Errors></ota:OTA_ResRetrieveRS>',
      /down/,
    ],
    ['<RS><Errors><Error Type="3" ShortText="not allowed"/></Errors></RS>', /not allowed/],
    [soap('<RS><Error>busy</Error></RS>'), /busy/],
    ['<Error><Code>AccessDenied</Code></Error>', /AccessDenied/],
  ] as const) {
    const split = (await xml(text)).split('Reservation');
    assert.match(split.fits ? 'fits' : split.why, said);
  }
  for (const text of [
    '<RS><Success/><Errors/></RS>',
    '<RS><Reservations/></RS>',
    soap('<RS><Reservations/></RS>'),
    '<RS><error>lower case is another word</error></RS>',
  ]) {
    assert.deepEqual(records(await xml(text), 'Reservation'), [], text);
  }
  const both = '<RS><Warnings/><Errors><Error>one is missing</Error></Errors><Reservation/></RS>';
  assert.equal(records(await xml(both), 'Reservation').length, 1);
});

test('a field of an HTML form is what stands in it', async () => {
  const page = await html(
    '<form><input name="a" value=" x &amp; y "><textarea value="no">text</textarea><p value="z"></p></form>',
  );
  assert.deepEqual(values(page, 'input'), ['x & y']);
  assert.deepEqual(values(page, 'textarea'), ['text']);
  assert.deepEqual(values(page, 'p'), ['']);
  assert.deepEqual(values(await xml('<input value="x"/>'), 'input'), ['']);
});
