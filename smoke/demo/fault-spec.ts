// Checks a fault that somebody asked for, and says in words what is wrong with it.

import {
  type DemoHop,
  type Fault,
  type FaultName,
  type FaultSpec,
  faultKinds,
  isContentFault,
  isFaultName,
} from './fault.ts';

type Check = { fits: (value: unknown) => boolean; needs: string };

const oneOf = (...values: readonly unknown[]): Check => ({
  fits: (value) => values.includes(value),
  needs: `one of ${values.join(', ')}`,
});
const number = (min: number, max: number): Check => ({
  fits: (value) => typeof value === 'number' && value >= min && value <= max,
  needs: `a number from ${min} to ${max}`,
});
const whole = (min: number, max: number): Check => ({
  fits: (value) => Number.isInteger(value) && number(min, max).fits(value),
  needs: `a whole number from ${min} to ${max}`,
});

const hour = 3_600_000;

const parameters: Readonly<Record<string, Check>> = {
  at: oneOf('web', 'queue', 'worker', 'partner', 'mail'),
  match: {
    fits: (value) => isRecord(value) && Object.keys(value).join() === 'room' && Number.isInteger(value['room']),
    needs: '{ room: NUMBER }',
  },
  ms: number(0, hour),
  distribution: {
    fits: isDistribution,
    needs: 'uniform (min, max), normal (mean, deviation), exponential (mean) or lognormal (median, sigma)',
  },
  seed: whole(0, 2 ** 31),
  length: whole(0, 100_000),
  count: whole(0, 64),
  worker: { fits: (value) => typeof value === 'string' && /^worker-\d{1,2}$/.test(value), needs: 'worker-1 and so on' },
  when: oneOf('before', 'after'),
  times: whole(1, 1000),
  requests: oneOf('all', 'pushes', 'reads'),
  retryAfter: whole(0, 3600),
  how: { fits: (value) => typeof value === 'string' && isContentFault(value), needs: 'a fault of the content' },
  order: oneOf('good-first', 'bad-first'),
  rows: oneOf(1, 2),
  from: oneOf('seen', 'stored'),
};

const shapes: Readonly<Record<string, readonly string[]>> = {
  uniform: ['min', 'max'],
  normal: ['mean', 'deviation'],
  exponential: ['mean'],
  lognormal: ['median', 'sigma'],
};

/** The fault to switch on, or what is wrong with the request. */
export function checkFault(
  spec: unknown,
  id: string,
): { fault: Fault; wrong?: never } | { fault?: never; wrong: string } {
  if (!isRecord(spec)) return { wrong: 'a fault is an object with a name' };
  const name = spec['name'];
  if (typeof name !== 'string' || !isFaultName(name)) {
    return { wrong: `no fault is called ${JSON.stringify(name)}; there are: ${Object.keys(faultKinds).join(', ')}` };
  }
  for (const [key, value] of Object.entries(spec)) {
    if (key === 'name' || value === undefined) continue;
    const check = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
    if (check === undefined) return { wrong: `a fault has no parameter ${JSON.stringify(key)}` };
    if (!check.fits(value)) return { wrong: `${key} must be ${check.needs}` };
  }
  if (name === 'pinned' && spec['worker'] === undefined) return { wrong: 'pinned needs worker: the name of a worker' };
  const hops: readonly DemoHop[] = faultKinds[name].at;
  const checked = spec as FaultSpec;
  const at = checked.at ?? faultKinds[name].at[0];
  if (!hops.includes(at)) return { wrong: `${name} has no meaning at ${at}, only at ${hops.join(', ')}` };
  return { fault: { ...checked, id, at } };
}

/** Those that are told by their name alone, as a flag tells them. */
export const plainFaults: readonly FaultName[] = (Object.keys(faultKinds) as FaultName[]).filter(
  (name) => checkFault({ name }, '').wrong === undefined,
);

function isDistribution(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const kind = value['kind'];
  const keys = typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  return keys?.every((key) => number(0, hour).fits(value[key])) ?? false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
