// A runner that takes places of a day's limit, for the test of several at once: DIR RUN WANTED MOST. Prints how many it got.

import { setTimeout as sleep } from 'node:timers/promises';
import { takeDayPlaces } from '../../smoke/store/day-places.ts';

const [dir = '', run = '', wanted = '', most = ''] = process.argv.slice(2);
const clock = { wall: () => new Date(), wait: (ms: number) => sleep(ms) };
const places = await takeDayPlaces({
  dir,
  run,
  scenario: 'booking',
  wanted: Number(wanted),
  most: Number(most),
  clock,
});
process.stdout.write(`${places.granted}`);
