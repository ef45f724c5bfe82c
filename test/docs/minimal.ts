// The smallest scenario, with a piece of the documentation put into it.

import assert from 'node:assert/strict';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';

export type Pieces = {
  /** Keys of the scenario. */
  vars?: string;
  /** Keys of a scenario that can clean up. */
  keys?: string;
  /** Hops, at the place where `- hop:` stands. */
  route?: string;
  /** Keys of the destination. */
  hop?: string;
  /** A plug-in and its options, as a look. */
  look?: string;
};

/** Loads it; fails with the loader's own words where it has a problem. */
export async function minimal({ vars = '', keys = '', route = '', hop = '', look }: Pieces = {}): Promise<Scenario> {
  const text = `name: minimal
${vars}
send:
  http: { url: 'http://127.0.0.1:4100/', text: '\${{ marker }}', keep: { booking: $.id } }
route:
${route}
  - hop: destination
    look:
${indented(look ?? "http: { url: 'http://127.0.0.1:4100/' }\n", 6)}
${hop}
${keys === '' ? '' : `clean: { http: { method: DELETE, url: 'http://127.0.0.1:4100/\${{ booking }}' } }\n${keys}`}
`;
  const tools = { plugin: loadPlugin, pluginNames, readFile: async () => 'a file', baseDir: '/' };
  const loaded = await loadScenario(text, 'minimal.yaml', tools);
  assert.ok(loaded.ok, loaded.ok ? '' : `${loaded.problems.map(({ message }) => message).join('\n')}\nin\n${text}`);
  return loaded.scenario;
}

function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}
