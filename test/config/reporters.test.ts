import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../smoke/config/settings.ts';

function reporterOf(text: string): unknown {
  const merged = settingsOf({ reporter: [text] }, {});
  return merged.ok ? merged.settings.reporters[0] : merged.problems.map(({ message }) => message);
}

test('what stands behind the first = of a name is the file', () => {
  assert.deepEqual(reporterOf('junit'), { name: 'junit' });
  assert.deepEqual(reporterOf('junit=out/a=b.xml'), { name: 'junit', path: 'out/a=b.xml' });
  assert.deepEqual(reporterOf('@scope/reporter=x.txt'), { name: '@scope/reporter', path: 'x.txt' });
});

test('in a path to a module, the = behind its ending counts, on Windows as well', () => {
  assert.deepEqual(reporterOf('./mine.ts'), { name: './mine.ts' });
  assert.deepEqual(reporterOf('./a=b/mine.ts'), { name: './a=b/mine.ts' });
  assert.deepEqual(reporterOf('./a=b/mine.mjs=c=d.txt'), { name: './a=b/mine.mjs', path: 'c=d.txt' });
  assert.deepEqual(reporterOf('C:\\a=b\\mine.ts=D:\\out=1.txt'), { name: 'C:\\a=b\\mine.ts', path: 'D:\\out=1.txt' });
  assert.deepEqual(reporterOf('/srv/mine.cjs=out.txt'), { name: '/srv/mine.cjs', path: 'out.txt' });
  assert.deepEqual(reporterOf('./no-ending=out.txt'), { name: './no-ending', path: 'out.txt' });
});

test('a = with nothing on one side of it is refused', () => {
  for (const text of ['=out.txt', 'junit=', './mine.ts=']) assert.match(String(reporterOf(text)), /not of the form/);
});
