// Which system a step of the send asked, and which hop of the route that is: the one that can have refused it.

import type { Scenario, Step } from '../scenario/model.ts';
import { isList, isTemplate, namesIn, resolve, type Scope, type Tree } from '../scenario/template.ts';
import type { Journey } from './journey.ts';

/** `address`: scheme, host and port. `hop`: the first one whose look asks there; absent where no look does. */
export type Asked = { address: string; hop?: string };

/** Undefined where the step names no address (`command`, `sql`): then nobody knows whom it asked. */
export function systemAsked(step: Step, { scenario, scope }: Journey): Asked | undefined {
  const [address] = addressesIn(step.options, scenario, scope);
  if (address === undefined) return undefined;
  const hop = scenario.route.find(
    ({ look }) => look !== undefined && addressesIn(look.options, scenario, scope).includes(address),
  );
  return { address, ...(hop && { hop: hop.name }) };
}

/** The keys under which a plug-in of ours names where it goes. */
const keys: readonly string[] = ['url', 'goto'];

function addressesIn(options: Tree, scenario: Scenario, scope: Scope): string[] {
  if (typeof options !== 'object' || options === null || isTemplate(options)) return [];
  if (isList(options)) return options.flatMap((item) => addressesIn(item, scenario, scope));
  return Object.entries(options).flatMap(([key, tree]) => {
    if (!keys.includes(key)) return key === 'steps' ? addressesIn(tree, scenario, scope) : [];
    const address = originOf(tree, scenario, scope);
    return address === undefined ? [] : [address];
  });
}

/** An alias that is not known yet stands in the path, mostly: any text in its place leaves the address as it is. */
function originOf(tree: Tree, { vars }: Scenario, scope: Scope): string | undefined {
  const unknown = [...namesIn(tree, vars).aliases].map((name) => [name, '0'] as const);
  const able: Scope = Object.create(scope, { aliases: { value: new Map([...unknown, ...scope.aliases]) } });
  const url = resolved(tree, able);
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return origin === 'null' ? undefined : origin;
}

function resolved(tree: Tree, scope: Scope): string | undefined {
  try {
    const url = resolve(tree, scope);
    return url.ok ? String(url.value) : undefined;
  } catch {
    // A value that makes no sense is told where it is used.
    return undefined;
  }
}
