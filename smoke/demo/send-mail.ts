// Sends the confirmation mail of a job, with the faults that the mail can have.

import type { Child } from './child.ts';
import { delayOf } from './delay.ts';
import type { Fault } from './fault.ts';
import type { Job } from './job.ts';
import { mailName, putMail } from './mail-folder.ts';
import { confirmationMail } from './mail-message.ts';
import { spoilAll } from './spoil.ts';
import type { WriteTruth } from './truth.ts';

/** `note` as the worker has it. A job that is tried again writes over its own mail. */
export function sendMail(job: Job, note: string, { child, truth }: { child: Child; truth: WriteTruth }): void {
  const { booking, room, nights, guest } = job.payload;
  const faults = child.faults('mail', room);
  const named = (name: Fault['name']): Fault | undefined => faults.find((fault) => fault.name === name);
  const worker = child.config.name;
  for (const { name, id } of faults) truth({ booking, room, hop: 'mail', fault: name, rule: id, worker });
  if (named('dropped') !== undefined) return;

  const spoilt = spoilAll({ note, elsewhere: '' }, faults).note;
  const name = mailName(booking, job.id);
  const keys = named('duplicated') === undefined ? [name] : [name, `${name}-again`];
  const write = (): void => {
    for (const key of keys) {
      const mail = { booking, room, nights, guest, note: spoilt, sentAt: new Date(), key };
      putMail(child.config.paths.mail, key, confirmationMail(mail));
    }
  };
  const late = named('delayed');
  // As a mail server that holds it back would: the job does not wait for it.
  if (late === undefined) write();
  else setTimeout(write, delayOf(late, booking, 1000)).unref();
}
