// What the looks of scenarios need and cost, as each plug-in says of itself: for `doctor`, so that an operator can grant just that.

import type { Contract } from '../probes/plugin.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Plugins } from './plugins.ts';
import type { Page } from './rows.ts';

export type UsedContract = { plugin: string } & Contract;

/** Of the plug-ins that look in these scenarios, each once, in the order in which they stand there. */
export async function contractsOf(
  chosen: readonly { scenario: Scenario }[],
  plugins: Pick<Plugins, 'plugin'>,
): Promise<UsedContract[]> {
  const looks = chosen.flatMap(({ scenario }) =>
    scenario.route.flatMap(({ look, release }) =>
      [look, release?.listed?.look].flatMap((one) =>
        one === undefined ? [] : [{ name: one.plugin, baseDir: one.baseDir ?? scenario.baseDir }],
      ),
    ),
  );
  const contracts = new Map<string, UsedContract>();
  for (const { name, baseDir } of looks) {
    if (contracts.has(name)) continue;
    const contract = (await plugins.plugin(name, baseDir))?.contract;
    if (contract !== undefined) contracts.set(name, { plugin: name, ...contract });
  }
  return [...contracts.values()];
}

export function printContracts(contracts: readonly UsedContract[], page: Page): void {
  if (contracts.length === 0) return;
  page.line('what these looks need');
  page.table(
    contracts.flatMap(({ plugin, needs, costs, proof }) => [
      [plugin, 'needs', needs],
      ['', 'costs', costs],
      ...(proof === undefined ? [] : [['', 'changes', proof]]),
    ]),
  );
}
