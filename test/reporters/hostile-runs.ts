// Runs in which every text from outside is the same hostile one.

import type { RunEvent } from '../../smoke/core/events.ts';
import type { Look } from '../../smoke/core/look.ts';
import { runEvents, type Story, stamped, type Told } from './events.ts';

/** What would be a command, a mention, a link, an image, markup, a table's or a block's end, a directive. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'markdown of every kind':
    '**b** _i_ ~~s~~ # h\n- [ ] x\n> q\n---\n```\n| a | b |\n[l](https://evil.example) ![i](x) <img src=x onerror=y>',
  backticks: '`one` ``two`` ```three``` ````four` `',
  'a fence of its own': '\n```\n# out\n```\n',
  'pipes and backslashes': 'a|b\\|c\\\\|d\\',
  'mentions and links':
    '@octocat @org/team #1 GH-2 org/repo#3 https://evil.example www.evil.example a@evil.example :tada:',
  'commands of a pipeline': '::error file=a::x\n::set-env name=A::b\n##[command]x\n##vso[task.complete]',
  'what needs escaping in a command': '100% a:b,c=d\r\n%0A::endgroup::',
  'directives and plans': 'x # SKIP y\n1..0\nnot ok 1\nBail out! z\n  ---\n  ...\n# TODO \\# \\\\',
  'controls, marks and lone halves': '\u001b[2J\u0007\u202ex\u2066\u200b\ud800\u0000\u0085\u2028',
};

export function hostileRun(text: string): RunEvent[] {
  const evidence = { source: text, excerpt: text, field: text, instance: text, release: text };
  const look: Look = { kind: 'altered', how: 'other', detail: text, evidence };
  const id = `s ${text}`;
  const story: Story = {
    id,
    name: `n ${text}`,
    looks: [
      ['web', look, 120],
      ['worker', { kind: 'blind', fault: { kind: 'error', message: text, hint: text } }, 130],
      ['partner', { kind: 'absent', searched: text, proves: true, detail: text }, 140],
    ],
    verdict: 'altered',
    headline: `altered: ${text}`,
    facts: [text],
    trail: {
      lastSeen: { hop: text, since: 1, what: text },
      suspects: [{ hop: text, part: 'hop', why: text }],
      blindSpots: [{ hop: text, why: text, hint: text }],
      ruledOut: [{ what: text, proof: text }],
      next: [text, text],
      warnings: [{ hop: text, message: text }],
    },
    cleaned: { type: 'cleaned', scenario: id, state: 'failed', detail: text },
    extra: [[150, { type: 'warning', scenario: id, message: text, hint: text }]],
  };
  const events = runEvents([story, { ...story, id: `t ${text}` }], { code: 1, why: text });
  const loose: Told[] = [
    [0, { type: 'warning', message: text, hint: text }],
    [0, { type: 'reporter.failed', reporter: text, message: text }],
  ];
  const bodies = events.map(({ ms, seq: _seq, at: _at, ...body }): Told => {
    const planned = body.type === 'run.started' ? body.scenarios.map((one) => ({ ...one, name: `n ${text}` })) : [];
    return [ms, body.type === 'run.started' ? { ...body, scenarios: planned } : body];
  });
  return stamped([...bodies.slice(0, 1), ...loose, ...bodies.slice(1)]);
}
