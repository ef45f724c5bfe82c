// A system that answers a send with the id of a record that was there before: somebody else's, or one of an earlier run.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, siteOf } from './note-site.ts';

describe('an answer with the id of a record that was there before', () => {
  const scenario = `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: web
    look: { http: { url: 'BASE/book/\${{ booking }}', where: { $.id: '\${{ booking }}' }, field: $.note } }
  - hop: partner
    look: { http: { url: BASE/list, records: '$.list[*]', where: { $.id: '\${{ booking }}' }, field: $.note } }
clean:
  - http: { method: DELETE, url: 'BASE/del/\${{ booking }}', expect: { status: [200, 404] } }
`;
  const system =
    (atWeb: string | undefined, atPartner: string) =>
    (request: string, note: string): Answer => {
      if (request === 'POST /book') return { body: { id: 'GUEST-7' } };
      if (request.startsWith('GET /book')) return { body: { id: 'GUEST-7', note: atWeb ?? note } };
      return { body: { list: [{ id: 'GUEST-7', note: atPartner }] } };
    };

  test('keeps a record with a text that nobody sent, and says so; no sweep deletes it either', async (t) => {
    const site = await siteOf(t, scenario, system('Two towels, please.', 'Two towels, please.'));
    const ran = await site.run('run', 'stranger.yaml');
    assert.equal(ran.code, 1, ran.out);
    assert.match(ran.out, /Cleanup +kept: not deleted: no look showed the marker, and at web the ids name a record/);
    assert.match(ran.out, /it may be somebody else's record/);
    assert.doesNotMatch(ran.out, /the record arrived at partner/);
    await site.run('sweep', 'stranger.yaml');
    assert.deepEqual(site.deleted, []);
  });

  test('keeps one of which no field is named, since any text in it may be somebody else’s', async (t) => {
    const site = await siteOf(t, scenario.replaceAll(', field: $.note', ''), system('', ''));
    const ran = await site.run('run', 'stranger.yaml');
    assert.match(ran.out, /Cleanup +kept: not deleted: no look showed the marker/);
    assert.deepEqual(site.deleted, []);
  });

  test('keeps it where only a hop on the way shows it, in the run and in a sweep', async (t) => {
    for (const seen of ['Two towels, please.', 'Late. smk-t4n2xw8cccccccca']) {
      const site = await siteOf(t, scenario, (request, note) => {
        if (request.startsWith('GET /list')) return { body: { list: [] } };
        return system(seen, '')(request, note);
      });
      const ran = await site.run('run', 'stranger.yaml');
      assert.match(ran.out, /Cleanup +kept: not deleted:/);
      if (seen.includes('smk-')) assert.doesNotMatch(ran.out, /last seen at web/i);
      const swept = await site.run('sweep', 'stranger.yaml');
      assert.match(swept.out + swept.err, /not deleted: /);
      assert.deepEqual(site.deleted, []);
    }
  });

  test('deletes one whose text is gone, or was changed on the way from where the marker was seen', async (t) => {
    for (const [atWeb, atPartner] of [
      ['', ''],
      [undefined, '*****'],
    ] as const) {
      const site = await siteOf(t, scenario, system(atWeb, atPartner));
      const ran = await site.run('run', 'stranger.yaml');
      assert.equal(ran.code, 1, ran.out);
      assert.deepEqual([...new Set(site.deleted)], ['/del/GUEST-7'], ran.out);
    }
  });

  test('says that the id alone told what to delete where no look showed the record and no 201 called it new', async (t) => {
    for (const status of [200, 201]) {
      const site = await siteOf(t, scenario, (request) =>
        request === 'POST /book' ? { status, body: { id: 'GUEST-7' } } : { body: { list: [] } },
      );
      const ran = await site.run('run', 'stranger.yaml');
      assert.match(ran.out, /Cleanup +lingering: 1 clean step done/);
      assert.equal(/the id in the answer to the send alone told what to delete/.test(ran.out), status === 200, ran.out);
      assert.deepEqual(site.deleted, ['/del/GUEST-7']);
    }
  });

  test('leaves what an earlier run of ours had sent to that run, and names it', async (t) => {
    let text = 'sent';
    const site = await siteOf(t, scenario, (request, note) => {
      if (request === 'POST /book') return { status: text === 'sent' ? 201 : 200, body: { id: 'GUEST-7' } };
      if (request.startsWith('GET /book')) return { body: { id: 'GUEST-7', note: text === 'sent' ? note : '' } };
      return { body: { list: [{ id: 'GUEST-7', note: text === 'sent' ? note : '' }] } };
    });
    const first = await site.run('run', 'stranger.yaml', '--no-cleanup');
    const [marker = 'no marker'] = /smk-[0-9a-z]{16}/.exec(first.out) ?? [];
    text = 'empty';
    const second = await site.run('run', 'stranger.yaml');
    assert.match(second.out, /Cleanup +kept: not deleted: no look showed the marker, and the ids are those of smk-/);
    assert.ok(second.out.includes(`those of ${marker}, which the run `), second.out);
    assert.deepEqual(site.deleted, []);
  });

  test('keeps and deletes nothing where the step expects 201 and is answered 200', async (t) => {
    const strict = scenario.replace(
      'keep: { booking: $.id } } }\nroute',
      'expect: { status: 201 }, keep: { booking: $.id } } }\nroute',
    );
    assert.notEqual(strict, scenario);
    const site = await siteOf(t, strict, system('', ''));
    const ran = await site.run('run', 'stranger.yaml');
    assert.match(ran.out, /the send's outcome was unknown \(POST \S+ → 200/);
    assert.notEqual(ran.code, 0);
    await site.run('sweep', 'stranger.yaml');
    assert.deepEqual(site.deleted, []);
  });
});
