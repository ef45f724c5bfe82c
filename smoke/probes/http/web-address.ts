// What an http:// or https:// address and a header's value must be, for each plug-in that takes them.

import * as v from 'valibot';

const begins = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/]/;

export const webAddress: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(begins, 'an http:// or https:// address'),
  v.check(
    (url) => !begins.test(url) || URL.canParse(url),
    'no address that can be asked: look at its host and its port',
  ),
);

/** A line break would end the header and begin another one. */
export const headerText: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.check((value) => !/[^\P{Cc}\t]/u.test(value), 'a header holds no line break and no other control character'),
);

export const headerValue: v.GenericSchema<unknown, string | number | boolean> = v.union([
  headerText,
  v.number(),
  v.boolean(),
]);
