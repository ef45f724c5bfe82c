// What a scenario says of a browser: actions, locators, and the options around them. Shapes, and what they amount to.

type Scalar = string | number | boolean;

/** What is meant on a page, in Playwright's words: exactly one of role, label, text, testid, css, placeholder and alt. */
export type Locating = {
  role?: string | undefined;
  /** Accessible name, of a role. */
  name?: Scalar | undefined;
  label?: Scalar | undefined;
  text?: Scalar | undefined;
  testid?: Scalar | undefined;
  css?: string | undefined;
  placeholder?: Scalar | undefined;
  alt?: Scalar | undefined;
  exact?: boolean | undefined;
  'has-text'?: Scalar | undefined;
  /** From 1; -1 is the last. */
  nth?: number | undefined;
  in?: Locating | undefined;
  frame?: string | readonly string[] | undefined;
};

export type Where = Partial<Locating> & { page?: number | undefined; timeout?: string | undefined };
export type WaitState = 'visible' | 'hidden' | 'attached' | 'detached';

/** One action as it stands in a file: exactly one of these keys. */
export type Action = {
  goto?: string | { url: string; until?: 'load' | 'domcontentloaded' | 'networkidle' | undefined } | undefined;
  fill?: (Where & { value: Scalar }) | undefined;
  click?: (Where & { opens?: 'page' | undefined; times?: number | undefined }) | undefined;
  select?: (Where & { option: Scalar | readonly Scalar[] }) | undefined;
  check?: Where | undefined;
  uncheck?: Where | undefined;
  hover?: Where | undefined;
  press?: string | (Where & { key: string }) | undefined;
  upload?: (Where & { file: string | readonly string[] }) | undefined;
  wait?: string | (Where & { state?: WaitState | undefined; url?: string | undefined }) | undefined;
  read?: (Where & { as?: string | undefined; attribute?: string | undefined; download?: true | undefined }) | undefined;
  expect?: Expecting | undefined;
  screenshot?: string | (Where & { name: string }) | undefined;
  script?: string | { file: string; with?: Readonly<Record<string, unknown>> | undefined } | undefined;
};

export type Expecting = Where & {
  state?: WaitState | undefined;
  count?: number | undefined;
  value?: Scalar | undefined;
  url?: string | undefined;
  title?: string | undefined;
};

export type BrowserOptions = {
  steps: readonly Action[];
  timeout?: string | undefined;
  viewport?: { width: number; height: number } | undefined;
  locale?: string | undefined;
  timezone?: string | undefined;
  headers?: Readonly<Record<string, Scalar>> | undefined;
  dialog?: 'accept' | 'dismiss' | undefined;
};

export const locatorKinds = ['role', 'label', 'text', 'testid', 'css', 'placeholder', 'alt'] as const;

/** The name under which the only read of these actions is told; undefined where there are several, or none. */
export function onlyRead(options: Readonly<Record<string, unknown>>): string | undefined {
  const all = Array.isArray(options['steps']) ? (options['steps'] as readonly Action[]) : [];
  const reads = all.flatMap((one) => (typeof one === 'object' && one?.read ? [one.read] : []));
  const [only] = reads;
  if (reads.length !== 1 || all.some((one) => one?.script !== undefined)) return undefined;
  return typeof only?.as === 'string' ? only.as : unnamed;
}

/** What a read without a name is called. */
export const unnamed = 'text';
