// Why no scenario can be made of a source: one message, and what to do about it.

export class Refusal extends Error {
  readonly hint: string | undefined;
  /** Where one of several must be chosen: their names. */
  readonly choices: readonly string[];
  constructor(message: string, hint?: string, cause?: unknown, choices: readonly string[] = []) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Refusal';
    this.hint = hint;
    this.choices = choices;
  }
}
