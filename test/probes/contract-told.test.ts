// Each plug-in that looks says what it needs and costs, and names tests that are there.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';

const root = new URL('../../', import.meta.url);

for (const name of pluginNames)
  test(`${name} tells its contract, and the tests that prove it exist`, async () => {
    const plugin = await loadPlugin(name);
    assert.ok(plugin !== undefined);
    if (plugin.open === undefined) return;
    const { contract } = plugin;
    assert.ok(contract !== undefined, 'it has no contract');
    for (const text of Object.values(contract)) assert.ok(text.length > 10 && !text.endsWith('.'), text);
    const named = contract.proof?.match(/test\/[\w/-]+\.test\.ts/g) ?? [];
    assert.ok(named.length > 0, 'it names no test');
    for (const one of named) assert.ok(existsSync(fileURLToPath(new URL(one, root))), one);
  });
