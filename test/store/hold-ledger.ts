// A process that opens a ledger, creates the records it is told to, says "ready" and stays until it is killed.

import { openLedger } from '../../smoke/store/ledger-file.ts';
import { record } from './ledger-record.ts';

const [dir = '', run = '', host = '', ...markers] = process.argv.slice(2);
const ledger = await openLedger({ dir, run, host, clock: { wall: () => new Date() } });
for (const marker of markers) {
  await ledger.created(record(marker));
  await ledger.alias(marker, 'booking', `b-${marker}`);
}
process.stdout.write('ready\n');
setInterval(() => void ledger.beat(), 1_000);
