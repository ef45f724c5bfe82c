// What init makes of a source, without a disk: the scenario's text, loaded as `check` would load it.

import assert from 'node:assert/strict';
import type { Facts } from '../../smoke/init/draft.ts';
import { importFrom } from '../../smoke/init/imported.ts';
import { type PartnerLook, partnerLook } from '../../smoke/init/partner.ts';
import { Refusal } from '../../smoke/init/refusal.ts';
import { renderDraft } from '../../smoke/init/render.ts';
import type { Asked, SourceKind } from '../../smoke/init/source.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';

export type Written = { text: string; facts: Facts };

export async function written(
  kind: SourceKind,
  source: string,
  asked: Asked = {},
  partner?: PartnerLook,
): Promise<Written> {
  const imported = await importFrom({ kind, text: source, name: 'source' }, asked);
  const draft = imported.draft({ name: 'written', ...(partner && { partner }) });
  return { text: renderDraft(draft), facts: draft.facts };
}

/** Fails with the loader's words where the scenario cannot be run. */
export async function loaded(text: string): Promise<Scenario> {
  const tools = { plugin: loadPlugin, pluginNames, readFile: async () => '', baseDir: '/' };
  const result = await loadScenario(text, 'written.yaml', tools);
  assert.ok(result.ok, result.ok ? '' : `${result.problems.map(({ message }) => message).join('\n')}\nin\n${text}`);
  return result.scenario;
}

/** The message and the hint of the refusal. */
export async function refusalOf(kind: SourceKind, source: string, asked: Asked = {}): Promise<string> {
  const error = await importFrom({ kind, text: source, name: 'source' }, asked).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Refusal, `no refusal: ${error instanceof Error ? error.stack : 'it was imported'}`);
  return `${error.message}\n${error.hint ?? ''}`;
}

export const shownPartner: PartnerLook = partnerLook(
  'http://partner.test/reservations',
  {
    kind: 'answered',
    status: 200,
    type: 'application/json',
    body: '{"reservations":[{"id":"R-551","externalRef":"8841","BookingNote":"late"}]}',
  },
  'booking',
);
