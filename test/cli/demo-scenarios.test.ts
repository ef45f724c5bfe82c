// What `demo --up` names to run: the scenarios that fit the way it was started.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Advice, adviceFor } from '../../smoke/cli/demo-scenarios.ts';
import { ownStack } from '../demo/on-stack.ts';

test('the scenarios fit what the workers push to and where spans go', async (t) => {
  const { stack, end } = await ownStack({ workers: 1 });
  t.after(end);
  const advice = (pushTo?: string, endpoint?: string): Advice & { text: string } => {
    const env = endpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    const given = adviceFor(stack, pushTo, { cwd: '/', env });
    const text = given.lines.join('\n');
    assert.ok(
      given.lines.every((line) => line.length <= 80 || line.startsWith('  smoketrail ')),
      text,
    );
    return { ...given, text };
  };

  const plain = advice();
  assert.match(plain.text, /^Then:\n {2}smoketrail run \S*scenarios\/booking-note\.yaml$/);
  assert.deepEqual(plain.settings, {});

  const pushed = advice('http://127.0.0.1:4197');
  assert.doesNotMatch(pushed.text, /booking-note/);
  assert.match(
    pushed.text,
    /^The workers push to http:\/\/127\.0\.0\.1:4197\..*\n.*\n {2}smoketrail run \S*booking-capture\.yaml$/m,
  );
  assert.ok(pushed.text.includes(`  smoketrail capture --port 4197 --forward ${stack.urls.partner}`));
  assert.deepEqual(pushed.settings, { CAPTURE_LISTEN: '127.0.0.1:4197' });

  const traced = advice(undefined, 'http://127.0.0.1:4329');
  assert.match(
    traced.text,
    /booking-note\.yaml\n\nSpans are exported to 127\.0\.0\.1:4329\..*\n.*booking-spans\.yaml$/,
  );
  assert.deepEqual(traced.settings, { OTLP_LISTEN: '127.0.0.1:4329' });

  const both = advice('http://127.0.0.1:4197', 'http://localhost:4318');
  assert.match(both.text, /booking-capture\.yaml[\s\S]*with that capture beside it:\n.*booking-spans\.yaml$/);
  assert.deepEqual(both.settings, { CAPTURE_LISTEN: '127.0.0.1:4197', OTLP_LISTEN: 'localhost:4318' });

  const afar = advice(undefined, 'https://collector.example');
  assert.match(
    afar.text,
    /sees them once that is http:\/\/127\.0\.0\.1:4318 when the demo is started:\n.*booking-spans/,
  );
  assert.deepEqual(afar.settings, {});
});
