// The output of playwright codegen as browser actions of a scenario. It is read, never run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { refusalOf, shownPartner, written } from './written.ts';

/** Lines of a test as codegen writes it. */
function recording(...lines: string[]): string {
  return `import { test, expect } from '@playwright/test';\n\ntest('test', async ({ page }) => {\n${lines.map((line) => `  ${line}\n`).join('')}});\n`;
}

const begin = "await page.goto('http://web.test/');";
const type = "await page.getByLabel('Message from the host').fill('Arriving late');";

type Browser = { steps: object[]; keep?: unknown; dialog?: string };

async function browserOf(...lines: string[]): Promise<{ browser: Browser; notes: readonly string[] }> {
  const { text, facts } = await written('playwright', recording(begin, ...lines));
  const { send } = parse(text) as { send: { browser: Browser } };
  return { browser: send.browser, notes: facts.notes };
}

async function stepsOf(...lines: string[]): Promise<object[]> {
  return (await browserOf(...lines, type)).browser.steps.slice(1, -1);
}

test('the demo’s form as codegen records it becomes the actions of its user', async () => {
  const source = recording(
    begin,
    "await page.getByRole('spinbutton', { name: 'Room' }).click();",
    "await page.getByRole('spinbutton', { name: 'Room' }).fill('102');",
    "await page.getByRole('textbox', { name: 'Guest' }).fill('Zoë');",
    "await page.getByRole('textbox', { name: 'Guest' }).press('Tab');",
    "await page.getByRole('textbox', { name: 'Message from the host' }).fill('Arriving late, ${{ bike }}');",
    "await page.getByRole('button', { name: 'Book' }).click();",
    "await expect(page.getByRole('status')).toContainText('is saved.');",
    "await expect(page.getByTestId('booking-id')).toContainText('8841');",
  );
  const { text, facts } = await written('playwright', source, {}, shownPartner);
  const { send, vars, route } = parse(text) as {
    send: unknown;
    vars: unknown;
    route: { hop: string; look?: unknown }[];
  };
  assert.deepEqual(vars, {
    web: "${{ env.WEB_URL ?? 'http://web.test' }}",
    partner: "${{ env.PARTNER_URL ?? 'http://partner.test' }}",
  });
  assert.deepEqual(send, {
    browser: {
      steps: [
        { goto: '${{ vars.web }}/' },
        { fill: { role: 'spinbutton', name: 'Room', value: '102' } },
        { fill: { role: 'textbox', name: 'Guest', value: 'Zoë' } },
        {
          fill: {
            role: 'textbox',
            name: 'Message from the host',
            value: "Arriving late, ${{ '${{' }} bike }} ${{ marker }}",
          },
        },
        { click: { role: 'button', name: 'Book' } },
        { expect: { role: 'status', 'has-text': 'is saved.' } },
        { read: { testid: 'booking-id', as: 'record' } },
      ],
      keep: { record: 'record' },
    },
  });
  assert.deepEqual(
    route.map(({ hop, look }) => [hop, look !== undefined]),
    [
      ['web', false],
      ['partner', true],
    ],
  );
  assert.deepEqual(facts.notes, []);
  assert.match(facts.unwatched.join(), /web: the source shows no address/);
});

for (const [line, step] of [
  [
    "await page.getByLabel('Room', { exact: true }).selectOption('suite');",
    { select: { label: 'Room', exact: true, option: 'suite' } },
  ],
  ["await page.getByLabel('Rooms').selectOption(['a', 'b']);", { select: { label: 'Rooms', option: ['a', 'b'] } }],
  [
    "await page.getByRole('checkbox', { name: 'Breakfast' }).check();",
    { check: { role: 'checkbox', name: 'Breakfast' } },
  ],
  ["await page.locator('#terms').uncheck();", { uncheck: { css: '#terms' } }],
  ["await page.getByPlaceholder('Search').press('Enter');", { press: { placeholder: 'Search', key: 'Enter' } }],
  ["await page.keyboard.press('Escape');", { press: 'Escape' }],
  ["await page.getByLabel('Scan').setInputFiles('scan.pdf');", { upload: { label: 'Scan', file: 'scan.pdf' } }],
  ["await page.getByText('More').first().click();", { click: { text: 'More', nth: 1 } }],
  [
    "await page.getByRole('listitem').filter({ hasText: 'R-1x' }).getByRole('button').nth(2).click();",
    { click: { role: 'button', nth: 3, in: { role: 'listitem', 'has-text': 'R-1x' } } },
  ],
  [
    "await page.locator('iframe[name=\"pay\"]').contentFrame().getByLabel('Card').dblclick();",
    { click: { label: 'Card', times: 2, frame: 'iframe[name="pay"]' } },
  ],
  ["await expect(page.getByLabel('Room')).toHaveValue('101');", { expect: { label: 'Room', value: '101' } }],
  ["await expect(page.getByAltText('Logo')).toBeHidden();", { expect: { alt: 'Logo', state: 'hidden' } }],
  ["await page.goto('http://other.test/x?y=1');", { goto: '${{ vars.other }}/x?y=1' }],
] as const) {
  test(`${line} is ${Object.keys(step)[0]}`, async () => {
    assert.deepEqual(await stepsOf(line), [step]);
  });
}

test('a page that opens is followed, a dialog is answered as it was', async () => {
  const { browser } = await browserOf(
    "const page1Promise = page.waitForEvent('popup');",
    "await page.getByRole('link', { name: 'Form' }).click();",
    'const page1 = await page1Promise;',
    "page1.once('dialog', dialog => {",
    '  dialog.dismiss().catch(() => {});',
    '});',
    "await page1.getByLabel('Note').fill('Arriving late');",
    "await page.getByText('Done').click();",
  );
  assert.deepEqual(browser.steps.slice(1), [
    { click: { role: 'link', name: 'Form', opens: 'page' } },
    { fill: { label: 'Note', value: 'Arriving late ${{ marker }}' } },
    { click: { text: 'Done', page: 1 } },
  ]);
  assert.equal(browser.dialog, 'dismiss');
});

test('the id of the recorded record is read, not expected: alone, within a text, and in the address', async () => {
  const keeps = async (line: string): Promise<unknown> => (await browserOf(type, line)).browser.keep;
  assert.deepEqual(await keeps("await expect(page.getByTestId('id')).toContainText('R-5519');"), { record: 'record' });
  assert.deepEqual(await keeps("await expect(page.getByRole('status')).toContainText('Booking 8841 is saved.');"), {
    record: { from: 'record', match: 'Booking ([\\w-]+) is saved\\.' },
  });
  assert.deepEqual(await keeps("await expect(page).toHaveURL('http://web.test/bookings/8841');"), {
    record: { from: 'url:', match: '/bookings/([\\w-]+)' },
  });
  const { browser, notes } = await browserOf(type);
  assert.equal(browser.keep, undefined);
  assert.match(notes.join(), /does not show the new record’s id: fill in keep/);
});

test('passwords become secrets', async () => {
  const { text, facts } = await written(
    'playwright',
    recording(begin, "await page.getByLabel('Password').fill('welcome99');", type),
  );
  assert.doesNotMatch(text, /welcome99/);
  assert.match(text, /value: '?\$\{\{ secret\.PASSWORD \}\}/);
  assert.deepEqual(facts.asked, [{ name: 'PASSWORD', what: 'what is typed into Password' }]);
});

test('what has no counterpart is named with its line, and code is never run', async () => {
  const { notes } = await browserOf(
    "await page.route('**', (route) => route.abort());",
    'await page.getByText(/Book|Reserve/).click();',
    "await page.evaluate(() => { throw new Error('ran'); });",
    type,
  );
  assert.deepEqual(
    notes.slice(0, 3).map((note) => /^line \d+ is left out/.exec(note)?.[0]),
    ['line 5 is left out', 'line 6 is left out', 'line 7 is left out'],
  );
});

test('what is no recording, types nothing or has no address is refused', async () => {
  assert.match(await refusalOf('playwright', 'from playwright import x:'), /neither JavaScript nor TypeScript/);
  assert.match(await refusalOf('playwright', 'const x = 1;'), /does not begin with page\.goto/);
  assert.match(await refusalOf('playwright', recording(begin)), /no free text.*\nIt types nothing/);
  assert.match(
    await refusalOf('playwright', recording("await page.goto('/book');", type)),
    /has no host\nGive the address with --web/,
  );
  const { text } = await written('playwright', recording("await page.goto('/book');", type), {
    web: 'http://staging.test',
  });
  assert.match(text, /'http:\/\/staging\.test'/);
});
