// The `elasticsearch` plug-in: documents of an index of Elasticsearch or OpenSearch, from a little before the send.

import type { Plugin } from '../plugin.ts';
import { type ElasticsearchOptions, elasticsearchOptions } from './elasticsearch-options.ts';

export const elasticsearch: Plugin<ElasticsearchOptions> = {
  name: 'elasticsearch',
  summary: 'Documents of logs in Elasticsearch or OpenSearch, from a little before the send',
  options: elasticsearchOptions,
  queue: false,
  evidence: 'own',
  contract: {
    needs: 'the privilege read on the index (POST _search, GET _field_caps)',
    costs:
      'one search for each 500 documents since the send; where there are none, once the fields of the index, and a search for its newest',
    proof: 'nothing: test/contract/log-stores.test.ts',
  },
  connects: [],
  title: ({ index }) => (typeof index === 'string' ? `documents of ${index}` : 'elasticsearch'),
  async open(_options, host) {
    const { openElasticsearch } = await import('./elasticsearch-look.ts');
    return openElasticsearch(host);
  },
};
