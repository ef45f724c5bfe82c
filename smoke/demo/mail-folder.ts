// The folder in which the mails lie that the stack has sent: one .eml file each.

import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Written under another name first, so that nobody ever reads half a mail. */
export function putMail(folder: string, name: string, message: string): void {
  const unfinished = join(folder, `.${name}.tmp`);
  writeFileSync(unfinished, message);
  renameSync(unfinished, join(folder, `${name}.eml`));
}

export function mailName(booking: number, job: number | string): string {
  return `confirmation-${booking}-${job}`;
}

/** Says how many there were. */
export function removeMails(folder: string, booking: number): number {
  const names = readdirSync(folder).filter((name) => name.startsWith(`confirmation-${booking}-`));
  for (const name of names) rmSync(join(folder, name), { force: true });
  return names.length;
}
