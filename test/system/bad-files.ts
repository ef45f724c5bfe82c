// Scenario files that are wrong, each in one way, and what must be said of them.

import assert from 'node:assert/strict';
import { scenarioAt } from './site.ts';

export type Bad = {
  name: string;
  /** Made from a scenario that works, by replacing the first for the second. */
  change?: readonly [string | RegExp, string];
  content?: string | Uint8Array;
  /** The place `line:column`, and words of the error. */
  at: string;
  says: RegExp;
};

const aliasBomb = Array.from({ length: 12 }, (_, index) =>
  index === 0
    ? '  a0: &a0 [x, x, x, x, x, x, x, x, x]'
    : `  a${index}: &a${index} [${Array.from({ length: 9 }, () => `*a${index - 1}`).join(', ')}]`,
).join('\n');

export const badFiles: readonly Bad[] = [
  { name: 'an empty file', content: '', at: '1:1', says: /the file is empty/ },
  { name: 'a file of comments', content: '# nothing yet\n', at: '1:1', says: /the file is empty/ },
  { name: 'a tab', change: [/ {4}look/, '\tlook'], at: '12:1', says: /a tab cannot indent YAML/ },
  { name: 'a duplicate key', change: ['grace:', 'name:'], at: '4:1', says: /`name` stands here a second time/ },
  {
    name: 'an unknown key',
    change: ['route:', 'rout:'],
    at: '10:1',
    says: /unknown key `rout`[\s\S]*Did you mean `route`\?/,
  },
  { name: 'a wrong type', change: [/\n\n/, '\ntags: post\n'], at: '2:7', says: /`tags` must be a list/ },
  {
    name: 'an undefined name',
    change: ['${{ marker }}', '${{ marker }} ${{ vars.guest }}'],
    at: '9:',
    says: /`vars.guest` is not defined/,
  },
  {
    name: 'constructor as a name',
    change: ['${{ booking }}', '${{ constructor }}'],
    at: '12:',
    says: /`constructor` cannot be a name/,
  },
  {
    name: '__proto__ as a name',
    change: ['${{ booking }}', '${{ vars.__proto__ }}'],
    at: '12:',
    says: /`__proto__` cannot be a name/,
  },
  {
    name: 'constructor as a key',
    change: ['json: {', 'json: { constructor: 1,'],
    at: '9:',
    says: /`constructor` cannot be a key/,
  },
  {
    name: '__proto__ as a key',
    change: ['json: {', 'json: { __proto__: { polluted: 1 },'],
    at: '9:',
    says: /`__proto__` cannot be a key/,
  },
  {
    name: 'constructor as a scenario',
    change: ['name: booking', 'name: constructor'],
    at: '1:7',
    says: /`constructor` cannot name a scenario/,
  },
  {
    name: '__proto__ as a hop',
    change: ['hop: web', 'hop: __proto__'],
    at: '11:10',
    says: /`__proto__` cannot name a hop/,
  },
  {
    name: 'a duration without a unit',
    change: ['deadline: 2s', 'deadline: 5'],
    at: '3:11',
    says: /a duration needs a unit: write 5s/,
  },
  {
    name: 'an endless duration',
    change: ['deadline: 2s', 'deadline: .inf'],
    at: '3:11',
    says: /a duration is a number and a unit/,
  },
  { name: 'a YAML alias bomb', change: [/\n\n/, `\nvars:\n${aliasBomb}\n`], at: '7:', says: /more than 50000 values/ },
  { name: 'a 10 MB file', change: [/$/, `# ${'x'.repeat(10 * 1024 * 1024)}`], at: '1:1', says: /larger than 1 MB/ },
  {
    name: 'a missing secret',
    change: ['json:', "headers: { Authorization: 'Bearer ${{ secret.WEB_TOKEN }}' }, json:"],
    at: '9:',
    says: /secret\.WEB_TOKEN has no value/,
  },
  {
    name: 'a missing environment value',
    change: [/\n\n/, '\nvars: { web: "${{ env.NO_SUCH_URL }}" }\n'],
    at: '2:',
    says: /env\.NO_SUCH_URL has no value/,
  },
  {
    name: 'a send without the marker',
    change: ['${{ marker }}', 'tomorrow'],
    at: '8:1',
    says: /the send never contains `\$\{\{ marker \}\}`/,
  },
  {
    name: 'a binary file',
    content: Uint8Array.from({ length: 4_096 }, (_, index) => index % 256),
    at: '1:1',
    says: /not text in UTF-8/,
  },
  {
    name: 'a wrong file with Windows line ends',
    content: scenarioAt('http://127.0.0.1:1', { deadline: '1x' }).replaceAll('\n', '\r\n'),
    at: '3:11',
    says: /a duration is a number and a unit/,
  },
  {
    name: 'a template in a key',
    change: ['json: {', "json: { '${{ marker }}': 1,"],
    at: '9:',
    says: /a key cannot hold `\$\{\{ \}\}`/,
  },
  { name: 'a template that is never closed', change: ['${{ marker }}', '${{ marker'], at: '9:', says: /never closed/ },
  { name: 'an invalid JSONPath', change: ['field: $.note', "field: '$.['"], at: '12:', says: /is no JSONPath/ },
  {
    name: 'an invalid CSS selector',
    change: ['field: $.note', "as: html, field: 'div[['"],
    at: '12:',
    says: /is no CSS selector/,
  },
  {
    name: 'an invalid regular expression',
    change: ['field: $.note', "field: '/(/'"],
    at: '12:',
    says: /is no regular expression/,
  },
  {
    name: 'an unknown plug-in',
    change: ['look: { http:', 'look: { htpp:'],
    at: '12:13',
    says: /no plug-in is called `htpp`[\s\S]*Did you mean `http`\?/,
  },
  {
    name: 'two documents in one file',
    change: [/$/, '---\nname: other\n'],
    at: '1',
    says: /a file holds one scenario/,
  },
];

export function contentOf({ change, content }: Bad, url: string): string | Uint8Array {
  if (content !== undefined) return content;
  const works = scenarioAt(url);
  // A function, since `$` means something in a replacement.
  const broken = change === undefined ? works : works.replace(change[0], () => change[1]);
  assert.notEqual(broken, works, 'the change changed nothing');
  return broken;
}
