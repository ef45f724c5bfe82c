// A search page holds what was searched for, whether it found it or not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Site, siteOf } from './note-site.ts';

for (const works of [true, false])
  test(`a search page that repeats its question ${works ? 'shows that a record is gone' : 'still shows one that is not'}`, async (t) => {
    const scenario = `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' } } }
route:
  - hop: desk
    look: { http: { url: 'BASE/search?q=\${{ marker }}', expect: { has: h1 } } }
clean:
  - http: { method: DELETE, url: 'BASE/del?q=\${{ marker }}' }
`;
    const site: Site = await siteOf(t, scenario, (request, note) => {
      const gone = works && site.deleted.length > 0;
      const marker = /smk-\w+/.exec(note)?.[0];
      const found = gone ? '<p>Nothing found.</p>' : `<ul><li>${note}</li></ul>`;
      const page = `<h1>Search</h1><input name="q" value="${marker}"><p>You searched for ${marker}</p>${found}`;
      return { body: request === 'GET /search' ? page : {} };
    });
    const ran = await site.run('run', 'stranger.yaml');
    assert.match(ran.out, /desk +✓ intact/);
    assert.equal(site.deleted.length, 1);
    if (works)
      assert.deepEqual([ran.code, /desk still has|could not be seen/.test(ran.out + ran.err)], [0, false], ran.out);
    else assert.match(ran.out, /desk still has the record/);
  });
