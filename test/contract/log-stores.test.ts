// The probes of log stores keep the contract: journald by the real journalctl, the others against stand-ins that follow
// the published APIs.

import { writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { elasticsearch } from '../../smoke/probes/logs/elasticsearch.ts';
import { journald } from '../../smoke/probes/logs/journald.ts';
import type { JournaldOptions } from '../../smoke/probes/logs/journald-options.ts';
import { kubernetesLogs } from '../../smoke/probes/logs/kubernetes-logs.ts';
import type { KubernetesLogsOptions } from '../../smoke/probes/logs/kubernetes-logs-options.ts';
import { loki } from '../../smoke/probes/logs/loki.ts';
import { testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { elasticsearchStandIn } from '../servers/elasticsearch-stand-in.ts';
import { journal } from '../servers/journal.ts';
import { keyPair } from '../servers/key-pair.ts';
import { kubernetesStandIn } from '../servers/kubernetes-stand-in.ts';
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
      denied: () => ({ ...options, tenant: undefined }),
      // It has no accounts: what stands before it does.
      forbidden() {
        server.instead.push({ status: 403, body: 'access denied' });
        return options;
      },
      outage: { begin: server.stop, end: server.start },
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
      denied() {
        server.authorization = 'ApiKey right';
        return { ...options, headers: { authorization: 'ApiKey wrong' } };
      },
      forbidden() {
        const reason = 'action [indices:data/read/search] is unauthorized for user [me]';
        const error = { type: 'security_exception', reason };
        server.instead.push({ status: 403, body: JSON.stringify({ error, status: 403 }) });
        return options;
      },
      outage: { begin: server.stop, end: server.start },
      stalled() {
        server.instead.push('hang');
        return options;
      },
      snapshot: async () => structuredClone(server.documents),
      close: () => server.stop(),
    };
  },
});

const isRoot = process.getuid?.() === 0;
const missing = without('journald');
if (missing !== false) test('journald as a probe', { skip: missing }, () => undefined);
else
  testProbe('journald', {
    plugin: journald,
    unreachableAs: 'error',
    async setUp() {
      const written = await journal();
      const [stall, bar] = [`${written.folder}.stall`, `${written.folder}.bar`];
      const asNobody = 'setpriv --reuid=nobody --regid=nogroup --clear-groups';
      const PATH = await written.path(
        `test -e ${stall} && exec sleep 600\ntest -e ${bar} && exec ${asNobody} /usr/bin/journalctl "$@"`,
      );
      // What is kept reaches back to before the send.
      await written.write([{ MESSAGE: 'started' }], Date.now() - 3_600_000);
      const began = new Date();
      const options: JournaldOptions = { directory: written.folder, unit: 'app-worker' };
      return {
        host: { env: { PATH } },
        options: () => options,
        since: () => began,
        selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
        put: ({ alias, note }) => written.write([{ MESSAGE: JSON.stringify({ booking: Number(alias), note }) }]),
        unreachable: () => ({ directory: '/no/such/folder' }),
        // No `denied` and no `outage`: files ask nobody who they are, and need no server.
        ...(isRoot && {
          async forbidden() {
            await chmod(written.file, 0o600);
            writeFileSync(bar, '');
            return options;
          },
        }),
        stalled() {
          writeFileSync(stall, '');
          return options;
        },
        snapshot: () => written.state(),
        close: () => written.close(),
      };
    },
  });

const withoutKeys = without('openssl');
if (withoutKeys !== false) test('kubernetes-logs as a probe', { skip: withoutKeys }, () => undefined);
else
  testProbe('kubernetes-logs, against a stand-in that follows the published API,', {
    plugin: kubernetesLogs,
    unreachableAs: 'refused',
    // The suite looks since 1970: pods may have gone since, with their logs.
    provesAbsence: false,
    async setUp() {
      const { pair, ca } = await keyPair();
      const folder = await mkdtemp(join(tmpdir(), 'smoketrail-kubernetes-'));
      const server = await kubernetesStandIn(pair, ca);
      server.add('worker-1');
      const kubeconfig = await server.kubeconfig(folder);
      const options: KubernetesLogsOptions = { kubeconfig, selector: 'app=worker' };
      const nowhere = JSON.stringify({ server: 'https://127.0.0.1:1' });
      const config = (await readFile(kubeconfig, 'utf8')).replace(/"server":"[^"]*"/, nowhere.slice(1, -1));
      await writeFile(join(folder, 'nowhere'), config);
      return {
        options: () => options,
        selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
        put: async ({ alias, note }) => server.log('worker-1', JSON.stringify({ booking: Number(alias), note })),
        unreachable: () => ({ ...options, kubeconfig: join(folder, 'nowhere') }),
        async denied() {
          const stale = join(folder, 'stale');
          await mkdir(stale);
          return { ...options, kubeconfig: await server.kubeconfig(stale, { token: 'expired' }) };
        },
        forbidden() {
          server.forbidden.add('get pods/log');
          return options;
        },
        outage: { begin: server.stop, end: server.start },
        stalled() {
          server.instead.push('right', 'hang');
          return options;
        },
        snapshot: async () => structuredClone(server.pods),
        async close() {
          await server.stop();
          await rm(folder, { recursive: true, force: true });
        },
      };
    },
  });
