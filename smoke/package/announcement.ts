// Keeps one announcement of the runtime back, which is of no use to whoever runs a smoke test. Every other warning passes.

/** `part`: a piece of the announcement's text. */
export function keepBack(part: string): void {
  const emitWarning = process.emitWarning;
  const filtered = (...args: readonly unknown[]): void => {
    const [warning, options] = args;
    const about = typeof options === 'object' && options !== null && 'type' in options ? options.type : options;
    if (about === 'ExperimentalWarning' && String(warning).includes(part)) return;
    Reflect.apply(emitWarning, process, args);
  };
  process.emitWarning = filtered;
}
