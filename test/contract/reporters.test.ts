// The built-in reporters keep the contract that third parties are given.

import assert from 'node:assert/strict';
import { XMLValidator } from 'fast-xml-parser';
import { Parser } from 'tap-parser';
import { loadReporter, type ReporterName, reporterNames } from '../../reporters/index.ts';
import { testReporter } from '../../smoke/testing.ts';

const checks: Readonly<Partial<Record<ReporterName, (text: string) => void>>> = {
  json: (text) => void JSON.parse(text),
  ndjson: (text) => {
    for (const line of text.split('\n').filter((one) => one !== '')) JSON.parse(line);
  },
  junit: (text) => assert.equal(XMLValidator.validate(text), true),
  tap: (text) => assert.ok(Parser.parse(text, { strict: true }).every(([kind]) => kind !== 'extra')),
};

for (const name of reporterNames) {
  const reporter = await loadReporter(name);
  assert.ok(reporter !== undefined);
  const check = checks[name];
  testReporter(name, { reporter, ...(check && { check }) });
}
