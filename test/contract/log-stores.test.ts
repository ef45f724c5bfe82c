// The probes of log stores keep the contract: journald by the real journalctl, the others against stand-ins that follow
// the published APIs.

import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { elasticsearch } from '../../smoke/probes/elasticsearch.ts';
import { journald } from '../../smoke/probes/journald.ts';
import { loki } from '../../smoke/probes/loki.ts';
import { testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { elasticsearchStandIn } from '../servers/elasticsearch-stand-in.ts';
import { journal } from '../servers/journal.ts';
import { lokiStandIn } from '../servers/loki-stand-in.ts';

testProbe('loki, against a stand-in that follows the published API,', {
  plugin: loki,
  unreachableAs: 'refused',
  async setUp() {
    const server = await lokiStandIn({ tenants: true });
    const options = { url: server.url, query: '{app="worker"}', tenant: 'hotel' };
    return {
      options: () => options,
      selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
      async put({ alias, note }) {
        server.write(JSON.stringify({ booking: Number(alias), note }), { app: 'worker', pod: 'worker-1' }, 'hotel');
      },
      unreachable: () => ({ ...options, url: 'http://127.0.0.1:1' }),
      stalled() {
        server.instead.push('hang');
        return options;
      },
      snapshot: async () => structuredClone(server.lines),
      close: () => server.stop(),
    };
  },
});

testProbe('elasticsearch, against a stand-in that follows the published API,', {
  plugin: elasticsearch,
  unreachableAs: 'refused',
  async setUp() {
    const server = await elasticsearchStandIn();
    server.index('logs-worker-1', { '@timestamp': '2026-01-01T00:00:00Z', message: 'started' });
    const options = { url: server.url, index: 'logs-worker-*' };
    return {
      options: () => options,
      selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
      async put({ alias, note }) {
        server.index('logs-worker-1', { '@timestamp': new Date().toISOString(), booking: Number(alias), note });
      },
      unreachable: () => ({ ...options, url: 'http://127.0.0.1:1' }),
      stalled() {
        server.instead.push('hang');
        return options;
      },
      snapshot: async () => structuredClone(server.documents),
      close: () => server.stop(),
    };
  },
});

const missing = without('journald');
if (missing !== false) test('journald as a probe', { skip: missing }, () => undefined);
else
  testProbe('journald', {
    plugin: journald,
    unreachableAs: 'error',
    async setUp() {
      const written = await journal();
      const stall = `${written.folder}.stall`;
      const PATH = await written.path(`test -e ${stall} && exec sleep 600`);
      await written.write([{ MESSAGE: 'started' }]);
      const options = { directory: written.folder, unit: 'app-worker' };
      return {
        host: { env: { PATH } },
        options: () => options,
        selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
        put: ({ alias, note }) => written.write([{ MESSAGE: JSON.stringify({ booking: Number(alias), note }) }]),
        unreachable: () => ({ directory: '/no/such/folder' }),
        stalled() {
          writeFileSync(stall, '');
          return options;
        },
        snapshot: () => written.state(),
        close: () => written.close(),
      };
    },
  });
