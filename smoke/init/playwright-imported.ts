// A recording of playwright codegen → a scenario that books through the page: browser actions, the marker in the free text.

import { createAddresses, originIn } from './addresses.ts';
import { namesCredential } from './credential.ts';
import type { Draft } from './draft.ts';
import { markedText, scoreOf, type Wanted } from './free-text.ts';
import { withoutSecrets } from './http-step.ts';
import { aliasFor, placeIn, slug, upperName } from './names.ts';
import { type Action, actionsOf } from './playwright-actions.ts';
import { type Kept, keptFrom } from './playwright-keep.ts';
import { calledOf } from './playwright-locator.ts';
import { readCode } from './playwright-read.ts';
import { Refusal } from './refusal.ts';
import { cleanSection, cleansWhat, findSection, type Known, partnerNotes, routeOf } from './route-draft.ts';
import { namedOrigins } from './scenario-draft.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import type { Asked, Imported, Wishes } from './source.ts';
import { isMapping, type Mapping, mapping, text, type Value } from './value.ts';

export async function importedFromPlaywright(source: string, name: string, asked: Asked): Promise<Imported> {
  const { actions, dialog, notes } = actionsOf(await readCode(source, name));
  const first = actions.findIndex(({ kind }) => kind === 'goto');
  if (first !== 0)
    throw new Refusal(
      `${name} does not begin with page.goto(…)`,
      'Record from the first page on: npx playwright codegen http://…',
    );
  const absolute = actions.map((action) => withAddress(action, asked.web));
  const start = new URL(String(absolute[0]?.value));
  const at = freeTextAt(absolute, asked);
  const alias = aliasFor(placeIn(start.pathname) ?? 'record');
  const kept = keptFrom(absolute, at, alias);
  const all = dialog === undefined ? {} : { dialog };
  return {
    name: slug(name.replace(/\.(?:spec|test)?\.?[cm]?[jt]sx?$/, '')),
    alias: kept.keep === undefined ? undefined : alias,
    draft: (wishes) => draft({ name, kept, at, alias, origin: start.origin, options: mapping(all), notes }, wishes),
  };
}

type Parts = {
  name: string;
  kept: Kept;
  at: number;
  alias: string;
  origin: string;
  options: Mapping;
  notes: readonly string[];
};

function draft({ name: source, kept, at, alias, origin, options, notes }: Parts, { name, partner }: Wishes): Draft {
  const addresses = createAddresses(namedOrigins(origin, partner));
  const secrets = createSecrets();
  const field = calledOf(kept.actions[at]?.value as Mapping);
  const steps = kept.actions.map(({ kind, value }, index) => mapping({ [kind]: stepValue(kind, value, index === at) }));
  function stepValue(kind: string, value: Value, isMarked: boolean): Value {
    if (kind === 'goto') return addresses.shorten(text(String(value)));
    if (!isMapping(value)) return withoutSecrets(value, '', secrets);
    const own = [...value].map(([key, item]): [string, Value] => [
      key,
      key === 'value' && kind === 'fill' ? filled(value, item, isMarked, secrets) : withoutSecrets(item, '', secrets),
    ]);
    return new Map(own);
  }
  const known: Known = { alias };
  const hops = routeOf(known, partner, undefined, { addresses, secrets });
  const browser = new Map<string, Value>([['steps', steps], ...options]);
  if (kept.keep !== undefined)
    browser.set('keep', {
      noted: mapping({ [alias]: kept.keep }),
      above: 'The id by which later hops know the record, from what the recording expected.',
    });
  const to = partner === undefined ? 'be saved by the web app' : 'reach the partner';
  return {
    name,
    head: `Written by smoketrail init from ${source}. Read it through before the first run.`,
    sections: [
      { key: 'name', value: name },
      { key: 'description', value: `What is typed into ${JSON.stringify(field)} must ${to}.` },
      { key: 'vars', value: addresses.vars() },
      { key: 'send', value: mapping({ browser }) },
      hops.section,
      findSection(known, undefined, { addresses, secrets }),
      cleanSection(known, partner, undefined, { addresses, secrets }),
    ],
    facts: {
      sends: `${steps.length} browser actions, the marker typed into ${JSON.stringify(field)}`,
      watches: hops.watched,
      unwatched: hops.unwatched,
      cleans: cleansWhat(known, partner),
      asked: secrets.asked(),
      openVars: [],
      notes: [...notes, ...kept.notes, ...partnerNotes(known, partner)],
    },
  };
}

function filled(locator: Mapping, value: Value, isMarked: boolean, secrets: Secrets): Value {
  if (typeof value !== 'string') return value;
  if (isMarked) {
    const { parts } = markedText(value);
    return { parts };
  }
  const called = calledOf(locator);
  const isSecret = called.split(/[^\w-]+/).some(namesCredential) || namesCredential(called);
  return value !== '' && isSecret
    ? text(secrets.take(value, upperName(called), `what is typed into ${called}`))
    : withoutSecrets(value, called, secrets);
}

/** The index of the action that types the free text. */
function freeTextAt(actions: readonly Action[], { field, match }: Wanted): number {
  const typed = actions.flatMap(({ kind, value }, index) =>
    kind === 'fill' && isMapping(value)
      ? [{ index, name: calledOf(value), value: String(value.get('value') ?? '') }]
      : [],
  );
  const there =
    typed.length === 0 ? 'It types nothing at all.' : `It types into ${typed.map(({ name }) => name).join(', ')}.`;
  if (field !== undefined || match !== undefined) {
    const found = typed.find((one) =>
      field === undefined ? one.value.includes(match ?? '') : one.name.toLowerCase() === field.toLowerCase(),
    );
    if (found !== undefined) return found.index;
    throw new Refusal(`${field === undefined ? '--match' : '--field'}: the recording types no such text`, there);
  }
  const ranked = typed
    .map((one) => ({ ...one, score: scoreOf({ name: one.name.replaceAll(/\W+/g, '_'), value: one.value }) }))
    .toSorted((a, b) => b.score - a.score);
  const [best] = ranked;
  if (best !== undefined && best.score > 0) return best.index;
  throw new Refusal(
    'the recording types no free text in which a marker could travel',
    `${there} --field NAME names one.`,
  );
}

function withAddress(action: Action, web: string | undefined): Action {
  if (action.kind !== 'goto') return action;
  const address = String(action.value);
  const isAbsolute = /^https?:\/\//i.test(address);
  if (!isAbsolute && web === undefined)
    throw new Refusal(
      `page.goto(${JSON.stringify(address.slice(0, 80))}) has no host`,
      'Give the address with --web http://…',
    );
  const base = web === undefined ? undefined : new URL(web);
  if (!URL.canParse(address, base?.href))
    throw new Refusal(`page.goto(${JSON.stringify(address.slice(0, 80))}) is no address`);
  const url = new URL(address, base);
  if (isAbsolute || originIn(url.href) !== '') return { kind: 'goto', value: url.href };
  throw new Refusal(`page.goto(${JSON.stringify(address.slice(0, 80))}) is no http:// or https:// address`);
}
