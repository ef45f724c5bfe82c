// The process that keeps the server of the queue: starts it or finds that it is there, and leaves nothing when the stack ends, however it ends.

import { childOf, fail, tell } from './child.ts';
import { removeOwn } from './queue-remains.ts';
import { type KeptServer, keepServer } from './server-programs.ts';

/** After the parent has crashed, the other processes of the stack have this long to end. */
const orphanPause = 500;

let leaving = false;
const child = childOf(
  () => {},
  () => leave(orphanPause),
);
const { queue: place } = child.config;
if (place.system === 'sqlite') throw new Error('a queue in SQLite has no server');
// From here on there is something to put away.
process.on('SIGTERM', () => leave(0));
const server: KeptServer | undefined = place.own === undefined ? undefined : keepServer(place, place.own);

function leave(pause: number): void {
  if (leaving) return;
  leaving = true;
  setTimeout(() => {
    end().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  }, pause);
}

async function end(): Promise<void> {
  if (server !== undefined) await server.end();
  else if (place.system !== 'sqlite') await removeOwn(place);
}

// One that was named has answered before this process was started.
const up = server?.up ?? Promise.resolve();
// What it listens on is the server's own port; a server of somebody else has none that is ours.
const port = place.own?.port ?? 1;
up.then(
  () => tell({ type: 'ready', port }),
  (error: unknown) => {
    if (leaving) return;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    void Promise.resolve(server?.end()).finally(() => process.exit(1));
  },
);
// The server ended by itself: this process ends too, and is started again with it.
void server?.gone.then((how) => {
  if (!leaving) fail(new Error(how));
});
