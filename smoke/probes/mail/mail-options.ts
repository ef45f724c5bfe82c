// The options of the `mail` plug-in.

import * as v from 'valibot';

export type MailOptions = { path: string; limit?: number | undefined };

export const mailOptions: v.GenericSchema<unknown, MailOptions> = v.objectWithRest(
  {
    path: v.pipe(
      v.string(),
      v.minLength(1),
      v.description('A folder of .eml files, a maildir (the folder above new and cur), an mbox file, or a glob'),
      v.examples(['./mail', '/var/mail/guest', 'outbox/*.eml']),
    ),
    limit: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(2000),
        v.description('The most mails that a look reads, the newest first. Default 200.'),
        v.examples([500]),
      ),
    ),
  },
  v.never('unknown key'),
);
