// The commands that a runner of GitHub Actions reads in a job's log, and how a text is kept from being one.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

import { visible } from '../smoke/core/escape.ts';

/** Properties without a value are left out. The message may have several lines. */
export function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(value)}`);
  return `::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapedData(message)}`;
}

/** A line of the log that is no command: neither `::name::` at its start nor, in the older form, `##[name]` anywhere. */
export function logLine(text: string): string {
  return withoutOldCommands(text).replace(/^(\s*):(?=:)/, '$1\\x3a');
}

function escapedData(text: string): string {
  return withoutOldCommands(text).split('\n').map(visible).join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return visible(withoutOldCommands(text)).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function withoutOldCommands(text: string): string {
  return text.replaceAll('##[', '\\x23#[').replaceAll('##vso[', '\\x23#vso[');
}
