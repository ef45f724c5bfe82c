// The queue's process: makes the queue, tidies it, and shows it over REST.

import { childOf, fail, tell, versionOf } from './child.ts';
import { jsonAnswer, listen, makeServer, Refusal } from './http-server.ts';
import { queueSystem } from './queue-system.ts';

const child = childOf(() => {});
const { config } = child;
const opening = queueSystem(config.queue.system).then((system) => system.caretaker(config));

const server = makeServer(async ({ method, url }) => {
  if (method !== 'GET') throw new Refusal(405, 'this queue only answers GET');
  const limit = Math.min(1000, Math.max(1, Number(url.searchParams.get('limit') ?? 100) || 100));
  switch (url.pathname) {
    case '/version':
      return jsonAnswer(200, versionOf(child));
    case '/jobs':
      return jsonAnswer(200, { jobs: await (await opening).list(limit) });
    case '/failed-jobs':
      return jsonAnswer(200, { jobs: await (await opening).listFailed(limit) });
    default:
      throw new Refusal(404, `nothing at ${url.pathname}`);
  }
});

/** One after the other, however long the system takes. */
async function tidy(): Promise<void> {
  await (await opening).tidy(child.settings());
  setTimeout(() => tidy().catch(fail), 20);
}

opening
  .then(() => listen(server, config.port, config.mayMove))
  .then((port) => tell({ type: 'ready', port }))
  .then(tidy)
  .catch(fail);
