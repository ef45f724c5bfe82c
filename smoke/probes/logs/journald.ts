// The `journald` plug-in: entries of systemd's journal from a little before the send, as `journalctl` gives them.

import type { Plugin } from '../plugin.ts';
import { type JournaldOptions, journaldOptions } from './journald-options.ts';

export const journald: Plugin<JournaldOptions> = {
  name: 'journald',
  summary: 'Entries of the systemd journal, of this machine or of journal files, from a little before the send',
  options: journaldOptions,
  queue: false,
  evidence: 'own',
  contract: {
    needs: 'journalctl, and membership in systemd-journal (or adm) to see what others wrote',
    costs: 'three short runs of journalctl over the entries since the send',
    proof: 'nothing: test/contract/log-stores.test.ts',
  },
  connects: [],
  title: ({ unit, identifier }) => {
    const which = [unit ?? identifier ?? []].flat().filter((one) => typeof one === 'string');
    return which.length === 0 ? 'journald' : `journal of ${which.join(', ')}`.slice(0, 80);
  },
  async open(_options, host) {
    const { openJournald } = await import('./journald-look.ts');
    return openJournald(host);
  },
  async ready(_options, host) {
    const { findProgram } = await import('../command/command-ready.ts');
    await findProgram({ argv: ['journalctl'] }, host);
  },
};
