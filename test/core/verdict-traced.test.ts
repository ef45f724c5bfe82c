// What is said of a marker that is traced and nowhere: by what the ledger knows of its send.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Judgement, judgeMarker, type Watched } from '../../smoke/core/verdict.ts';
import { absent, at, hop, watched } from './watched.ts';

describe('a trace that finds nothing', () => {
  const looks = [at('web', 1, absent), at('partner', 2, absent)];
  const { send: _, ...nothingSent } = watched(looks, { route: [hop('web'), hop('partner', { destination: true })] });
  const traced = (knownSend?: Watched['knownSend']): Judgement =>
    judgeMarker({ ...nothingSent, fate: 'traced', ...(knownSend && { knownSend }) });
  const sentAt = '2026-11-26T10:00:00.000Z';

  it('doubts the send where nothing tells of one', () => {
    const { headline, facts } = traced();
    assert.equal(headline, 'lost: not found at web and partner, and nothing shows that it was ever sent');
    assert.match(facts[0] ?? '', /^It may be mistyped/);
  });
  it('says what the ledger knows of the send', () => {
    for (const [outcome, says] of [
      ['done', 'the ledger has it as sent at 2026-11-26 10:00:00 UTC'],
      ['unknown', 'the ledger has it as sent at 2026-11-26 10:00:00 UTC, and does not tell how the send ended'],
      ['refused', 'the ledger has its send at 2026-11-26 10:00:00 UTC as refused'],
    ] as const) {
      const { headline, facts } = traced({ at: sentAt, outcome });
      assert.equal(headline, `lost: not found at web and partner; ${says}`);
      assert.deepEqual(
        facts,
        outcome === 'refused' ? [] : ['It may have been removed since, or be older than what was searched.'],
      );
    }
  });
});
