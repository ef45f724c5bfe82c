// Calls on a page → actions of the `browser` plug-in; what has no counterpart is named, not guessed.

import { locatorOf, optionOf } from './playwright-locator.ts';
import type { Arg, Chain, Line, Part } from './playwright-read.ts';
import { isMapping, type Mapping, mapping, type Value } from './value.ts';

export type Action = { kind: string; value: Value };
export type Actions = { actions: Action[]; dialog?: 'accept' | 'dismiss'; notes: string[] };

export function actionsOf(lines: readonly Line[]): Actions {
  const actions: Action[] = [];
  const notes: string[] = [];
  const pages = new Map([['page', 1]]);
  let current = 1;
  let opening = false;
  let dialog: Actions['dialog'];
  for (const { chain, awaited, named } of lines) {
    const first = chain.parts[0];
    if (first?.name === 'waitForEvent' && first.args[0] === 'popup') {
      opening = true;
      continue;
    }
    // `const page1 = await page1Promise`
    if (awaited && named !== undefined && chain.parts.length === 0) {
      pages.set(named, pages.size + 1);
      current = pages.size;
      continue;
    }
    if (/^(?:once|on)$/.test(first?.name ?? '') && first?.args[0] === 'dialog') {
      dialog = /\.accept\(/.test(chain.code) ? 'accept' : 'dismiss';
      continue;
    }
    if (!awaited) continue;
    const root = first?.inner?.root ?? chain.root;
    const page = pages.get(root);
    const action = page === undefined ? undefined : actionOf(chain);
    if (action === undefined) {
      if (page !== undefined || /^(?:page|context|browser)/.test(root))
        notes.push(`line ${chain.line} is left out: ${chain.code.split('\n', 1)[0] ?? ''}`);
      continue;
    }
    if (opening && action.kind === 'click' && isMapping(action.value)) {
      action.value = new Map([...action.value, ['opens', 'page']]);
      opening = false;
    }
    if (page !== current && isMapping(action.value)) action.value = new Map([...action.value, ['page', page ?? 1]]);
    actions.push(action);
  }
  return { actions: withoutNoise(actions), ...(dialog && { dialog }), notes };
}

function actionOf({ root, parts }: Chain): Action | undefined {
  const [first] = parts;
  const call = parts.at(-1);
  if (first === undefined || call === undefined) return undefined;
  if (root === '' && first.name === 'expect')
    return first.inner === undefined ? undefined : expectation(first.inner, parts.slice(1));
  const [arg] = call.args;
  if (parts.length === 1) {
    if (call.name === 'goto' && typeof arg === 'string') return { kind: 'goto', value: arg };
    if (call.name === 'waitForURL' && typeof arg === 'string') return { kind: 'wait', value: mapping({ url: arg }) };
  }
  if (
    root !== '' &&
    parts.length === 2 &&
    first.name === 'keyboard' &&
    call.name === 'press' &&
    typeof arg === 'string'
  )
    return { kind: 'press', value: arg };
  const locator = locatorOf(parts.slice(0, -1));
  return locator === undefined ? undefined : onElement(call, locator);
}

function onElement({ name, args }: Part, locator: Mapping): Action | undefined {
  const [arg] = args;
  const made = (kind: string, more: Readonly<Record<string, Value>> = {}): Action => ({
    kind,
    value: new Map([...locator, ...mapping(more)]),
  });
  const plain = typeof arg === 'string' || typeof arg === 'number';
  switch (name) {
    case 'fill':
    case 'pressSequentially':
    case 'type':
      return plain ? made('fill', { value: arg }) : undefined;
    case 'click':
      return optionOf(arg, 'button') === undefined && optionOf(arg, 'modifiers') === undefined
        ? made('click')
        : undefined;
    case 'tap':
      return made('click');
    case 'dblclick':
      return made('click', { times: 2 });
    case 'check':
    case 'uncheck':
    case 'hover':
      return made(name);
    case 'setChecked':
      return typeof arg === 'boolean' ? made(arg ? 'check' : 'uncheck') : undefined;
    case 'press':
      return typeof arg === 'string' ? made('press', { key: arg }) : undefined;
    case 'selectOption': {
      const options = textsOf(arg);
      return options === undefined ? undefined : made('select', { option: options });
    }
    case 'setInputFiles': {
      const files = textsOf(arg);
      return files === undefined || (Array.isArray(files) && files.length === 0)
        ? undefined
        : made('upload', { file: files });
    }
    case 'waitFor':
      return made('wait');
    default:
      return undefined;
  }
}

function textsOf(arg: Arg): Value | undefined {
  if (typeof arg === 'string') return arg;
  if (!Array.isArray(arg) || arg.some((one) => typeof one !== 'string')) {
    const named = optionOf(arg, 'label') ?? optionOf(arg, 'value');
    return typeof named === 'string' ? named : undefined;
  }
  return arg as readonly string[];
}

function expectation(inner: Chain, [check, ...more]: readonly Part[]): Action | undefined {
  if (check === undefined || more.length > 0) return undefined;
  const [arg] = check.args;
  const isText = typeof arg === 'string' || typeof arg === 'number';
  if (inner.parts.length === 0) {
    const key = check.name === 'toHaveURL' ? 'url' : check.name === 'toHaveTitle' ? 'title' : undefined;
    return key !== undefined && isText ? { kind: 'expect', value: mapping({ [key]: arg }) } : undefined;
  }
  const locator = locatorOf(inner.parts);
  if (locator === undefined) return undefined;
  const made = (more: Readonly<Record<string, Value>>): Action => ({
    kind: 'expect',
    value: new Map([...locator, ...mapping(more)]),
  });
  switch (check.name) {
    case 'toBeVisible':
      return made({});
    case 'toBeHidden':
      return made({ state: 'hidden' });
    case 'toBeAttached':
      return made({ state: 'attached' });
    case 'toContainText':
    case 'toHaveText':
      return isText ? made({ 'has-text': arg }) : undefined;
    case 'toHaveValue':
      return isText ? made({ value: arg }) : undefined;
    case 'toHaveCount':
      return isText ? made({ count: arg }) : undefined;
    default:
      return undefined;
  }
}

/** codegen writes a click before each fill, and keys that only move the cursor. */
function withoutNoise(actions: readonly Action[]): Action[] {
  return actions.filter(({ kind, value }, index) => {
    const next = actions[index + 1];
    if (
      kind === 'press' &&
      isMapping(value) &&
      /^(?:Tab|Shift\+Tab|CapsLock|ArrowLeft|ArrowRight)$/.test(String(value.get('key')))
    )
      return false;
    if (kind !== 'click' || next?.kind !== 'fill' || !isMapping(value) || !isMapping(next.value)) return true;
    const rest = new Map(next.value);
    rest.delete('value');
    return JSON.stringify(plain(rest)) !== JSON.stringify(plain(value));
  });
}

function plain(value: Value): unknown {
  return isMapping(value) ? [...value].map(([key, item]) => [key, plain(item)]) : value;
}
