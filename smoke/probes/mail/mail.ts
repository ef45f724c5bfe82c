// The `mail` plug-in: reads the mails in a folder, a maildir or an mbox file, decoded as a mail program shows them.

import type { Plugin } from '../plugin.ts';
import { type MailOptions, mailOptions } from './mail-options.ts';

export const mail: Plugin<MailOptions> = {
  name: 'mail',
  summary: 'Mails in a folder of .eml files, a maildir or an mbox file, decoded: subject, text, HTML, headers',
  options: mailOptions,
  // Nothing has to be open before the send: a mail that was delivered stays.
  contract: {
    needs: 'read on the mails, and listing of their folder',
    costs: 'a listing, and each new or changed mail once; at most 64 MB',
    proof: 'nothing: test/probes/mail.test.ts',
  },
  connects: [],
  queue: false,
  title: ({ path }) => (typeof path === 'string' ? path : 'mail'),
  async open(_given, host) {
    const { openMail } = await import('./mail-look.ts');
    return openMail(host);
  },
};
