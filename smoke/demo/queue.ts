// The queue's process: owns the jobs file, tidies it, and shows it over REST.

import { childOf, fail, tell, versionOf } from './child.ts';
import { jsonAnswer, listen, makeServer, Refusal } from './http-server.ts';
import { createJobs } from './job-table.ts';

const child = childOf(() => {});
const { config } = child;
const jobs = createJobs(config.paths.queueDb, config.times.patience);

const server = makeServer(({ method, url }) => {
  if (method !== 'GET') throw new Refusal(405, 'this queue only answers GET');
  const limit = Math.min(1000, Math.max(1, Number(url.searchParams.get('limit') ?? 100) || 100));
  switch (url.pathname) {
    case '/version':
      return jsonAnswer(200, versionOf(child));
    case '/jobs':
      return jsonAnswer(200, { jobs: jobs.list(limit) });
    case '/failed-jobs':
      return jsonAnswer(200, { jobs: jobs.listFailed(limit) });
    default:
      throw new Refusal(404, `nothing at ${url.pathname}`);
  }
});

setInterval(() => jobs.tidy(config.times.reservation, child.settings().cleared), 20);

listen(server, config.port, config.mayMove).then((port) => tell({ type: 'ready', port }), fail);
