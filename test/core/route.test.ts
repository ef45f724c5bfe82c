import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destinationsOf, lineTo, routeText } from '../../smoke/core/route.ts';
import { bookingRoute, hop } from './watched.ts';

/** Out of order: `worker` names a hop that stands below it. */
const tree = [
  hop('web'),
  hop('worker', { after: 'queue' }),
  hop('mail', { after: 'worker' }),
  hop('queue', { after: 'web' }),
  hop('partner', { after: 'worker' }),
];

test('a route is told in one line, branches in brackets', () => {
  assert.equal(routeText(bookingRoute()), 'web → queue → worker → partner');
  assert.equal(routeText(tree), 'web → queue → worker → (mail, partner)');
  const nested = [
    { hop: 'web' },
    { hop: 'push' },
    { hop: 'partner' },
    { hop: 'mailer', after: 'web' },
    { hop: 'inbox' },
    { hop: 'spam', after: 'mailer' },
  ];
  assert.equal(routeText(nested), 'web → (push → partner, mailer → (inbox, spam))');
});

test('a recorded route that goes in circles is told all the same', () => {
  assert.equal(routeText([{ hop: 'a', after: 'b' }, { hop: 'b' }]), '');
  assert.equal(routeText([{ hop: 'a' }, { hop: 'a', after: 'a' }]), 'a → a');
});

test('the line to a destination follows `after`, wherever its hops stand in the list', () => {
  const names = (destination: string): string[] => lineTo(tree, destination).map((one) => one.hop);
  assert.deepEqual(names('partner'), ['web', 'queue', 'worker', 'partner']);
  assert.deepEqual(names('mail'), ['web', 'queue', 'worker', 'mail']);
  assert.deepEqual(
    destinationsOf(tree).map((one) => one.hop),
    ['mail', 'partner'],
  );
});
