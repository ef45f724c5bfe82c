// A way to a server that breaks once a text has gone over it: `cut` ends the connection, `silent` lets no answer through.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type BrokenWay = {
  port: number;
  /** Resolves once the text has gone over it. */
  passed: Promise<void>;
  close(): Promise<void>;
};

export async function brokenWay(to: number, text: string, then: 'cut' | 'silent'): Promise<BrokenWay> {
  const passed = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    let broken = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('data', (piece) => {
      far.write(piece);
      if (broken || !piece.includes(text)) return;
      broken = true;
      if (then === 'cut') near.destroy();
      passed.resolve();
    });
    far.on('data', (piece) => {
      if (!broken) near.write(piece);
    });
    near.on('close', () => far.end());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    passed: passed.promise,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
