// Says whose code it is where code of others lets nothing else run. Signals wait for it too, since Node handles them on
// the thread that is held up; all that is left then is to end the process by force, and the ledger knows what to clean.

import { Worker } from 'node:worker_threads';
import { onWork } from '../probes/outside/outside-work.ts';

/** Milliseconds without a sign of life before it is told, and how often there is one. */
const patience = 10_000;
const beat = 1_000;

/**
 * A text, since the package is one bundle, in which the file of a worker would be another entry. Each message is a sign of
 * life. Where the whole process stood still (a laptop that slept), the next one comes within the second that follows.
 */
const watching = `
const { parentPort } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const force = process.platform === 'win32' ? 'taskkill /f /pid ' : 'kill -9 ';
let timer;
parentPort.on('message', ({ who, patience, beat }) => {
  clearTimeout(timer);
  const tell = () => writeSync(2, 'smoketrail: nothing has moved for ' + (patience + beat) / 1000 + ' s: ' + who +
    ' is at work and lets nothing else run, signals included\\n  To end it: ' + force + process.pid +
    '. smoketrail sweep cleans up afterwards.\\n');
  timer = setTimeout(() => { timer = setTimeout(tell, beat); }, patience);
});
`;

let isStarted = false;

/** Called before code of others is loaded. Holds up no end of the process. */
export function startWatchdog(): void {
  if (isStarted) return;
  isStarted = true;
  const worker = new Worker(watching, { eval: true, env: {}, execArgv: [] });
  worker.unref();
  // A watchdog that cannot run (no memory for a thread) takes nothing from the run.
  worker.on('error', () => undefined);
  let who = '';
  const sign = (): void => worker.postMessage({ who, patience, beat });
  onWork((names) => {
    who = names.length === 0 ? 'code of a plug-in or a reporter' : names.join(', ');
    sign();
  });
  setInterval(sign, beat).unref();
}
