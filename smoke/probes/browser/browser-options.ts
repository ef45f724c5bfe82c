// The options of the `browser` plug-in, as values: what a person would do in a browser, one action after the other.

import * as v from 'valibot';
import { DURATION, durationFault } from '../../core/duration.ts';
import { headerValue, webAddress } from '../http/web-address.ts';
import { told } from '../told.ts';
import { type Action, type BrowserOptions, locatorKinds } from './browser-action.ts';

const unknownKey = v.never('unknown key');
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const sayDuration = ({ input }: { input: unknown }): string => durationFault(input);
const duration = v.pipe(v.string(sayDuration), v.regex(DURATION, sayDuration));
const oneLine = v.pipe(v.string(), v.minLength(1, 'nothing stands here'));
const states = v.picklist(['visible', 'hidden', 'attached', 'detached']);
const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000));

type Any = v.GenericSchema;
type Entries = Readonly<Record<string, Any>>;

function about(schema: Any, description: string, ...examples: readonly [unknown, ...unknown[]]): Any {
  return v.optional(told(schema, description, ...examples));
}

const plainLocating: Entries = {
  role: about(oneLine, 'An ARIA role, as a screen reader tells it.', 'button'),
  name: about(scalar, 'With role: what the element is called.', 'Book'),
  label: about(scalar, 'The label of a field.', 'Message from the host'),
  text: about(scalar, 'A text that the element shows.', 'Reservations'),
  testid: about(scalar, 'The value of data-testid.', 'booking-note'),
  css: about(oneLine, 'A CSS selector.', '#note'),
  placeholder: about(scalar, 'The placeholder of a field.', 'Reference'),
  alt: about(scalar, 'The alternative text of a picture.', 'Logo'),
  exact: about(v.boolean(), 'The whole text in its own case; default: a part of it in any case.', true),
  'has-text': about(scalar, 'Only an element that holds this text.', 'R-551'),
  nth: about(v.pipe(v.number(), v.integer()), 'Which of several, from 1; -1 is the last.', 1),
  frame: about(
    v.union([oneLine, v.array(oneLine)]),
    'CSS of the frame it is in; a list for frames within frames.',
    'iframe',
  ),
};

const locating: Entries = {
  ...plainLocating,
  in: about(located(plainLocating, true), 'Only within this element.', { role: 'article' }),
};

const around: Entries = {
  page: about(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Which page, from 1 in the order they opened.', 2),
  timeout: about(duration, 'The longest that this action may wait for its element.', '2s'),
};

/** An object with a locator: at least one kind where `must`, never two. */
function located(entries: Entries, must: boolean): Any {
  return v.pipe(
    v.objectWithRest(entries, unknownKey),
    v.check(
      (given) => {
        const kinds = locatorKinds.filter((kind) => (given as Readonly<Record<string, unknown>>)[kind] !== undefined);
        return kinds.length === 1 || (kinds.length === 0 && !must);
      },
      `${must ? 'exactly' : 'at most'} one of ${locatorKinds.join(', ')} says what is meant`,
    ),
    v.check((given) => given['name'] === undefined || given['role'] !== undefined, '`name` belongs to `role`'),
  );
}

function acting(entries: Entries = {}, must = true): Any {
  return located({ ...locating, ...around, ...entries }, must);
}

const until = v.picklist(['load', 'domcontentloaded', 'networkidle']);
const files = v.union([oneLine, v.array(oneLine)]);
const column = v.pipe(v.string(), v.regex(/^[A-Za-z_][\w-]{0,63}$/, 'a name of letters, digits, `-` and `_`'));
const script = v.pipe(v.string(), v.regex(/\.[cm]?[jt]s$/, 'the path of a .ts or .js file'));

const actions: Entries = {
  goto: about(
    v.union([
      webAddress,
      v.objectWithRest(
        {
          url: told(webAddress, 'The address.', 'https://partner.example/extranet'),
          until: about(until, 'When the page counts as loaded. Default load.', 'networkidle'),
        },
        unknownKey,
      ),
    ]),
    'Opens an address.',
    'https://partner.example/extranet',
  ),
  fill: about(
    acting({ value: told(scalar, 'What is typed in place of what stands there.', 'Arriving late') }),
    'Types into a field.',
    { label: 'Note', value: 'Arriving late' },
  ),
  click: about(
    acting({
      opens: about(v.literal('page'), 'Waits for the page that opens, which the next actions are about.', 'page'),
      times: about(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3)), '2 for a double click.', 2),
    }),
    'Clicks.',
    { role: 'button', name: 'Book' },
  ),
  select: about(
    acting({
      option: told(v.union([scalar, v.array(scalar)]), 'Label or value of the option, or several.', 'Suite'),
    }),
    'Chooses in a drop-down list.',
    { label: 'Room', option: 'Suite' },
  ),
  check: about(acting(), 'Ticks a box or a radio button.', { label: 'Breakfast' }),
  uncheck: about(acting(), 'Clears a box.', { label: 'Breakfast' }),
  hover: about(acting(), 'Moves the mouse over it.', { role: 'menuitem', name: 'Bookings' }),
  press: about(
    v.union([oneLine, acting({ key: told(oneLine, 'In Playwright’s words.', 'Enter', 'Control+A') }, false)]),
    'Presses a key, in an element or on the page.',
    'Enter',
  ),
  upload: about(
    acting({ file: told(files, 'From the folder of the scenario file.', './scan.pdf') }),
    'Chooses files.',
    { label: 'Scan', file: './scan.pdf' },
  ),
  wait: about(
    v.union([
      duration,
      v.pipe(
        acting(
          {
            state: about(states, 'Default visible.', 'hidden'),
            url: about(oneLine, 'Until the address is this, with * and **.', '**/done'),
          },
          false,
        ),
        v.check(namesSomething, 'a locator, `url`, or a duration as a text'),
      ),
    ]),
    'Waits for an element, an address, or some time.',
    { role: 'status' },
  ),
  read: about(
    v.pipe(
      acting(
        {
          as: about(column, 'A name for what is read, for `field`, `where` and `keep`.', 'note'),
          attribute: about(oneLine, 'This attribute instead of the text.', 'href'),
          download: about(v.literal(true), 'The text of the file that was downloaded last.', true),
        },
        false,
      ),
      v.check((given) => namesSomething(given, 'download'), 'a locator, or `download: true`'),
    ),
    'Reads what an element shows.',
    { testid: 'booking-note' },
  ),
  expect: about(
    v.pipe(
      acting(
        {
          state: about(states, 'Default visible.', 'hidden'),
          count: about(v.pipe(v.number(), v.integer(), v.minValue(0)), 'So many of them.', 1),
          value: about(scalar, 'What stands in the field.', '101'),
          url: about(oneLine, 'The address, with * and **.', '**/bookings/*'),
          title: about(oneLine, 'A part of the page’s title.', 'Booked'),
        },
        false,
      ),
      v.check((given) => namesSomething(given, 'url', 'title'), 'a locator, `url` or `title`'),
    ),
    'Waits until the page is so; if it never is, what was to be seen here could not be.',
    { testid: 'booking-id' },
  ),
  screenshot: about(
    v.union([oneLine, acting({ name: told(oneLine, 'The name of the file.', 'booked') }, false)]),
    'Keeps a picture of the page among the attachments.',
    'booked',
  ),
  script: about(
    v.union([
      script,
      v.objectWithRest(
        {
          file: told(script, 'From the folder of the scenario file.', './pay.ts'),
          with: about(v.record(v.string(), v.unknown()), 'Values for the function.', { ref: '8841' }),
        },
        unknownKey,
      ),
    ]),
    'Runs the function that a file exports, for what actions cannot say.',
    './pay.ts',
  ),
};

function namesSomething(given: unknown, ...others: readonly string[]): boolean {
  const keys = given as Readonly<Record<string, unknown>>;
  return [...locatorKinds, 'url', ...others].some((key) => keys[key] !== undefined);
}

const action = v.pipe(
  v.objectWithRest(actions, unknownKey),
  v.check((given) => Object.keys(given).length === 1, 'each action is an item of its own: begin it with `-`'),
);

const steps = v.pipe(
  v.array(action),
  v.minLength(1, 'at least one action'),
  v.check(([first]) => first?.['goto'] !== undefined || first?.['script'] !== undefined, 'the first action is `goto`'),
  v.check((all) => areNamed(all as readonly Action[]), 'with several reads, each needs a name of its own: `as: note`'),
);

export const browserOptions: v.GenericSchema<unknown, BrowserOptions> = v.objectWithRest(
  {
    steps: told(steps, 'What is done, one action after the other.', [
      { goto: 'https://partner.example/extranet/reservations?ref=R-551' },
      { read: { testid: 'booking-note' } },
    ]),
    timeout: about(duration, 'The longest that one action waits for its element. Default 5s.', '5s'),
    viewport: about(
      v.objectWithRest(
        { width: told(size, 'In CSS pixels.', 390), height: told(size, 'In CSS pixels.', 844) },
        unknownKey,
      ),
      'Size of the page. Default 1280 by 720.',
      {
        width: 390,
        height: 844,
      },
    ),
    locale: about(oneLine, 'Language and region that the browser tells.', 'de-DE'),
    timezone: about(oneLine, 'Time zone of the browser.', 'Europe/Lisbon'),
    headers: about(v.record(v.string(), headerValue), 'Sent with every request.', { 'X-Tenant': 'demo' }),
    dialog: about(
      v.picklist(['accept', 'dismiss']),
      'What is done with alert, confirm and prompt. Default dismiss.',
      'accept',
    ),
  },
  unknownKey,
) as unknown as v.GenericSchema<unknown, BrowserOptions>;

function areNamed(all: readonly Action[]): boolean {
  const reads = all.flatMap(({ read }) => (read === undefined ? [] : [read.as]));
  return reads.length < 2 || (reads.every((name) => name !== undefined) && new Set(reads).size === reads.length);
}
