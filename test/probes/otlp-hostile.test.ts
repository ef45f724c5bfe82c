// Exports that are made to hurt, or too many: the receiver goes on, within its bounds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import protobuf from 'protobufjs/minimal.js';
import { exported, opened, post, read, textValue, traceId } from './otlp-posts.ts';

const marker = 'smk-42rcxa7100000001';

test('is not hurt by what is made to hurt', async (t) => {
  const { probe, url } = await opened(t);
  const nested = (depth: number): unknown =>
    depth === 0 ? { stringValue: marker } : { arrayValue: { values: [nested(depth - 1)] } };
  assert.equal((await post(url, JSON.stringify(exported([{ key: 'deep', value: nested(500) }])))).status, 200);
  assert.ok([200, 400].includes((await post(url, '['.repeat(4_000_000))).status));
  for (const odd of [
    exported([{ key: '__proto__', value: { stringValue: marker } }, null, 7, { key: 7 }]),
    { resourceSpans: [{ scopeSpans: [{ spans: [null, { traceId: 'x' }, { traceId, spanId: '0'.repeat(16) }] }] }] },
    { resourceSpans: 'all' },
    exported([], { startTimeUnixNano: '99999999999999999999', kind: 99, links: [{}], events: [7], status: [] }),
  ])
    assert.equal((await post(url, JSON.stringify(odd))).status, 200);
  const messages = (depth: number): Uint8Array => {
    // An AnyValue in an array in an AnyValue: fields 5 and 1.
    let inner: Uint8Array = new Uint8Array();
    for (let count = 0; count < depth; count += 1)
      inner = protobuf.Writer.create()
        .uint32(count % 2 === 0 ? 10 : 42)
        .bytes(inner)
        .finish();
    return [9, 2, 2, 1].reduce<Uint8Array>(
      (bytes, field) =>
        protobuf.Writer.create()
          .uint32((field << 3) | 2)
          .bytes(bytes)
          .finish(),
      protobuf.Writer.create().uint32(18).bytes(inner).finish(),
    );
  };
  const type = 'application/x-protobuf';
  assert.equal((await post(url, messages(6), { type })).status, 200);
  assert.match(await (await post(url, messages(400), { type })).text(), /nested/);
  assert.equal(
    (
      await post(
        url,
        protobuf.Writer.create()
          .uint32(10)
          .uint32(2 ** 31)
          .finish(),
        { type },
      )
    ).status,
    400,
  );
  assert.equal((await post(url, Buffer.alloc(1_000_000, 0x0b), { type })).status, 400, 'groups');
  assert.match(
    await (await post(url, Buffer.from('0a00'.repeat(500_001), 'hex'), { type })).text(),
    /more than 500000 values/,
  );
  const unknown = protobuf.Writer.create().uint32(800).uint32(7).uint32(802).string('later').finish();
  assert.equal((await post(url, unknown, { type })).status, 200, 'a field of a later version');
  const shown = (await read(probe)).candidates.map((one) => one.text());
  assert.ok(shown.some((text) => text.includes('…')) && shown.some((text) => text.includes('__proto__')));
});

test('keeps the newest of more spans than it can hold, and says so', async (t) => {
  const { probe, url } = await opened(t);
  const big = textValue('note', 'x'.repeat(4_000_000));
  for (let count = 0; count < 9; count += 1)
    await post(url, JSON.stringify(exported([big], { name: `push ${count}` })));
  const reading = await read(probe);
  assert.ok(reading.candidates.length < 9);
  assert.match(reading.candidates.at(-1)?.source ?? '', /push 8/);
  assert.equal(reading.unseen?.kind, 'gave-up');
});
