import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultKinds } from '../../smoke/demo/fault.ts';
import { checkFault } from '../../smoke/demo/fault-spec.ts';

describe('a fault that is asked for', () => {
  it('is applied at its first hop where none is named', () => {
    assert.deepEqual(checkFault({ name: 'stuck' }, 'f1'), { fault: { name: 'stuck', id: 'f1', at: 'queue' } });
    for (const [name, { at }] of Object.entries(faultKinds)) {
      const fault = checkFault({ name, worker: 'worker-1' }, 'f1').fault;
      assert.equal(fault?.at, at[0], name);
    }
  });

  it('is refused with what is wrong', () => {
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [null, /is an object with a name/],
      [[], /is an object with a name/],
      [{ name: 'constructor' }, /no fault is called "constructor"/],
      [{ name: 'gone', at: 'web' }, /gone has no meaning at web, only at partner/],
      [{ name: 'gone', delay: 3 }, /no parameter "delay"/],
      [JSON.parse('{"name": "gone", "__proto__": 1}'), /no parameter "__proto__"/],
      [{ name: 'gone', ms: '3' }, /ms must be a number/],
      [{ name: 'gone', ms: Number.NaN }, /ms must be a number/],
      [{ name: 'gone', match: { room: 1, nights: 2 } }, /match must be \{ room: NUMBER \}/],
      [{ name: 'delayed', distribution: { kind: 'uniform', min: 1 } }, /distribution must be uniform \(min, max\)/],
      [{ name: 'delayed', distribution: { kind: 'toString' } }, /distribution must be/],
      [{ name: 'good-and-bad', how: 'gone' }, /how must be a fault of the content/],
      [{ name: 'pinned' }, /pinned needs worker/],
    ];
    for (const [spec, message] of wrong) assert.match(checkFault(spec, 'f1').wrong ?? 'nothing', message);
  });
});
