// A partner whose record carries what steers a terminal, opens a page or calls somebody: no output passes it on.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSite, scenarioAt } from '../system/site.ts';
import { inTerminal, withoutTerminal } from '../system/terminal.ts';
import { face } from './faced.ts';
import { partner } from './partners.ts';

const hurts: Readonly<Record<string, string>> = {
  'a hyperlink': '\u001b]8;;http://evil.example/\u0007click\u001b]8;;\u0007',
  'the clipboard': '\u001b]52;c;cm0gLXJmIC8=\u0007',
  'a title, a bell and an answerback': '\u001b]0;owned\u0007\u0007\u001b[5n\u001b[c\u0005',
  'C1 controls, DEL and a string without end': '\u009b2J\u0090+q\u009c\u007f\u001bP\u001b_G\u001b^',
  'colours and a cursor that moves': '\u001b[31m\u001b[1;1H\u001b[2K\r\u0008\u0008ok',
  'marks of direction and without width': 'a\u202e\u2066b\u200b\u200d\ufeff\u00adc\u034f\u115f\u{e0041}\u{1d173}',
  'Markdown that calls and links':
    '@everyone [x](javascript:alert(1)) ![i](http://evil.example/p.png) `code` | cell | <!-- ',
  'markup and the end of a CDATA section': ']]><script>alert(1)</script><img src=x onerror=alert(1)>',
  'commands of a pipeline': '\n::error::owned\n::set-output name=x::y\n##vso[task.complete]\n##teamcity[message]',
};

/** What is put where a person reads it, by the payload that must not come through. */
const passedOn = /evil\.example\/\u0007|^(?:::error::owned|::set-output|##vso|##teamcity)/m;

describe('a record that carries what hurts is shown without harm', { concurrency: 2 }, () => {
  for (const [name, text] of Object.entries(hurts)) {
    test(name, async (t) => {
      const odd = partner((response) => {
        response.statusMessage = 'Odd';
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ id: 8_841, note: text, [text]: text }));
      });
      const { code, outputs, scenario } = await face(t, odd);
      assert.equal(scenario.verdict?.verdict, 'altered');
      assert.equal(code, 1);
      for (const [reporter, output] of Object.entries(outputs)) assert.doesNotMatch(output, passedOn, reporter);
      assert.doesNotMatch(outputs['junit'] ?? '', /<script|<img/);
    });
  }
});

test('in a terminal nothing of it moves the cursor, sets a title or opens a page', {
  skip: withoutTerminal,
}, async (t) => {
  const odd = partner((response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ id: 8_841, note: `\u001b]8;;http://evil.example/\u0007\n::error::owned\n\u001b[1;1H\u009b2J` }),
    );
  });
  const site = await openSite(t, odd);
  site.file('booking.yaml', scenarioAt(site.url, { deadline: '20s' }));
  const { stdout } = await site.run(['run', 'booking.yaml', '-v'], { through: inTerminal, env: { TERM: 'xterm' } });
  assert.match(stdout, /altered: stripped between web and partner/);
  // What the program itself writes to a terminal: colours, the cursor hidden and shown, lines drawn again.
  const rest = stdout.replace(/\u001b\[(?:\d+m|\?25[lh]|\d+[AM]|J)|\r/g, '');
  assert.doesNotMatch(rest, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.doesNotMatch(rest, /^::error/m);
});
