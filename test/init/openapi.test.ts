// An OpenAPI document as a scenario: the operation, a sample of its body, and what the document says of the record.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { openApiDocument } from '../../smoke/demo/openapi.ts';
import { loaded, refusalOf, shownPartner, written } from './written.ts';

type Doc = { [key: string]: unknown };

/** A document with one operation that takes `schema`. */
function withBody(schema: unknown, more: Doc = {}, operation: Doc = {}): Doc {
  return {
    openapi: '3.0.3',
    servers: [{ url: 'http://web.test/v1' }],
    paths: {
      '/bookings': {
        post: {
          requestBody: { content: { 'application/json': { schema } } },
          responses: {
            201: { content: { 'application/json': { schema: { properties: { id: { type: 'integer' } } } } } },
          },
          ...operation,
        },
      },
    },
    ...more,
  };
}

/** The lines of the body of the send. */
async function bodyFor(schema: unknown, more: Doc = {}): Promise<string> {
  const { text } = await written('openapi', JSON.stringify(withBody(schema, more)));
  await loaded(text);
  return /json:([\s\S]*?)\n {4}\S/.exec(text)?.[1]?.trim() ?? text;
}

test('the demo’s own document gives all parts of a scenario, as JSON and as YAML', async () => {
  const document = openApiDocument('http://web.test', true);
  const [json, yaml] = [
    await written('openapi', JSON.stringify(document), {}, shownPartner),
    await written('openapi', stringify(document), {}, shownPartner),
  ];
  assert.equal(json.text, yaml.text);
  const { send, route, find, clean, needs } = await loaded(json.text);
  assert.deepEqual(
    [send, route, find, clean].map((part) => part.length),
    [1, 2, 1, 1],
  );
  assert.deepEqual(send[0]?.keep, { booking: { from: '$.id', secret: false } });
  assert.equal(route[0]?.look?.field, '$.hostMessage');
  assert.match(json.text, /search=\$\{\{ marker \}\}\n.*\n? *records: \$\.bookings\[\*\]/);
  assert.deepEqual(
    needs.secrets.map(({ name }) => name),
    ['WEB_TOKEN'],
  );
  assert.deepEqual(json.facts.asked, [{ name: 'WEB_TOKEN', what: 'the header Authorization' }]);
  assert.match(json.facts.cleans, /^DELETE \/api\/bookings\/\{booking\}; the partner’s copy stays/);
});

for (const [properties, parameter, cleaned] of [
  [{ hotelId: {}, bookedBy: {} }, 'id', 0],
  [{ hotel: { properties: { id: {} } }, bookingNumber: {} }, 'id', 0],
  [{ data: { properties: { id: {} } } }, 'id', 1],
  [{ bookingNumber: {} }, 'id', 1],
  [{ stayId: {} }, 'stayId', 1],
] as const) {
  const shown = JSON.stringify(properties);
  test(`of an answer ${shown} ${cleaned === 0 ? 'nothing' : 'the record'} at /{${parameter}} is deleted`, async () => {
    const responses = { 201: { content: { 'application/json': { schema: { properties } } } } };
    const document = withBody({ properties: { note: { type: 'string' } } }, {}, { responses });
    const parameters = [{ in: 'path', name: parameter, required: true, schema: { type: 'string' } }];
    const removal = { [`/bookings/{${parameter}}`]: { delete: { parameters, responses: {} } } };
    const paths = { ...(document['paths'] as Doc), ...removal };
    const { text } = await written('openapi', JSON.stringify({ ...document, paths }));
    assert.equal((await loaded(text)).clean.length, cleaned);
  });
}

test('a sample takes examples and defaults, required properties first, formats as expressions', async () => {
  const body = await bodyFor({
    type: 'object',
    required: ['arrival', 'guests', 'contact'],
    properties: {
      note: { type: 'string' },
      id: { type: 'integer', readOnly: true, example: 7 },
      channel: { type: 'string', enum: ['web', 'phone'] },
      breakfast: { type: 'boolean', default: true },
      arrival: { type: 'string', format: 'date' },
      at: { type: 'string', format: 'date-time', example: '2020-01-01T00:00:00Z' },
      guests: { type: 'integer', minimum: 2, multipleOf: 2 },
      contact: {
        type: 'object',
        required: ['email', 'ref'],
        properties: { email: { type: 'string', format: 'email' }, ref: { type: 'string', format: 'uuid' } },
      },
    },
  });
  assert.match(body, /^arrival: \$\{\{ date\('\+1d'\) \}\}\n *guests: 2\n *contact:/);
  assert.match(body, /email: smoke\.test@example\.com/);
  assert.match(body, /ref: .*uuid\(\)/);
  assert.match(body, /note: Smoke test \$\{\{ marker \}\}/);
  assert.match(body, /breakfast: true/);
  assert.doesNotMatch(body, /\bid:|channel:/);
});

test('allOf is put together, of oneOf the first is taken, lists have one item', async () => {
  const body = await bodyFor({
    allOf: [
      { type: 'object', required: ['room'], properties: { room: { type: 'integer' } } },
      {
        properties: {
          note: { type: 'string' },
          pay: { oneOf: [{ type: 'string', example: 'cash' }, { type: 'integer' }] },
        },
        required: ['pay', 'names'],
      },
      { properties: { names: { type: 'array', items: { type: 'string', example: 'Ana' } } } },
    ],
  });
  assert.match(body, /room: 1/);
  assert.match(body, /pay: cash/);
  assert.match(body, /names:\s*(?:\[ ?Ana ?\]|- Ana)/);
});

test('a text that leaves no room for more holds the marker alone', async () => {
  assert.match(
    await bodyFor({ properties: { note: { type: 'string', maxLength: 25, example: 'Arriving late tonight' } } }),
    /note: '?\$\{\{ marker \}\}/,
  );
});

test('a schema that contains itself ends, and one that refers to itself alone is left out', async () => {
  const components = {
    components: {
      schemas: {
        Node: {
          type: 'object',
          required: ['note', 'child', 'loop'],
          properties: {
            note: { type: 'string' },
            child: { $ref: '#/components/schemas/Node' },
            loop: { $ref: '#/components/schemas/Loop' },
          },
        },
        Loop: { $ref: '#/components/schemas/Loop' },
        Both: { allOf: [{ $ref: '#/components/schemas/Both' }, { $ref: '#/components/schemas/Node' }] },
      },
    },
  };
  assert.match(await bodyFor({ $ref: '#/components/schemas/Node' }, components), /note: .*marker/);
  assert.match(await bodyFor({ $ref: '#/components/schemas/Both' }, components), /note: .*marker/);
});

test('a parameter of the path is a variable that the user sets, with an example it is a value', async () => {
  const operation = {
    parameters: [
      { name: 'hotelId', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'lang', in: 'path', example: 'en' },
    ],
    requestBody: { content: { 'application/json': { schema: { properties: { note: { type: 'string' } } } } } },
    responses: {},
  };
  const { text, facts } = await written(
    'openapi',
    JSON.stringify({
      openapi: '3.1.0',
      servers: [{ url: 'http://web.test' }],
      paths: { '/{lang}/hotels/{hotelId}/bookings': { post: operation } },
    }),
  );
  assert.match(text, /url: \$\{\{ vars\.web \}\}\/en\/hotels\/\$\{\{ vars\.hotelId \}\}\/bookings/);
  assert.deepEqual(facts.openVars, ['hotelId']);
  const { needs } = await loaded(text);
  assert.deepEqual(
    needs.vars.map(({ name }) => name),
    ['hotelId'],
  );
});

test('Swagger 2 is read as well', async () => {
  const swagger = {
    swagger: '2.0',
    host: 'web.test',
    basePath: '/v2',
    schemes: ['https'],
    securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
    security: [{ key: [] }],
    definitions: {
      Booking: { type: 'object', properties: { id: { type: 'integer', readOnly: true }, note: { type: 'string' } } },
    },
    paths: {
      '/bookings': {
        post: {
          parameters: [{ in: 'body', name: 'body', schema: { $ref: '#/definitions/Booking' } }],
          responses: { 200: { schema: { $ref: '#/definitions/Booking' } } },
        },
      },
      '/bookings/{id}': {
        get: {
          parameters: [{ in: 'path', name: 'id' }],
          responses: { 200: { schema: { $ref: '#/definitions/Booking' } } },
        },
      },
    },
  };
  const { text } = await written('openapi', JSON.stringify(swagger));
  assert.match(text, /web: \$\{\{ env\.WEB_URL \?\? 'https:\/\/web\.test' \}\}/);
  assert.match(text, /url: '?\$\{\{ vars\.web \}\}\/v2\/bookings\/\$\{\{ booking \}\}/);
  assert.match(text, /X-Api-Key: '?\$\{\{ secret\.API_KEY \}\}/);
  const { route, clean } = await loaded(text);
  assert.equal(route[0]?.look?.field, '$.note');
  assert.deepEqual(clean, [], 'no DELETE in the document, none in the scenario');
});

test('which operation is meant is said with --operation, and a wrong one is answered with those there are', async () => {
  const body = {
    requestBody: { content: { 'application/json': { schema: { properties: { note: { type: 'string' } } } } } },
    responses: {},
  };
  const two = JSON.stringify({
    openapi: '3.0.0',
    servers: [{ url: 'http://web.test' }],
    paths: { '/orders': { post: { operationId: 'order', ...body } }, '/bookings': { post: body } },
  });
  assert.match(
    await refusalOf('openapi', two),
    /2 operations .* --operation\nThere are: POST \/orders \(order\), POST \/bookings\./,
  );
  for (const operation of ['POST /bookings', 'post  /bookings', 'order']) await written('openapi', two, { operation });
  assert.match(await refusalOf('openapi', two, { operation: 'ordr' }), /no "ordr"\nThere are: POST \/orders/);
});

test('what is no such document, has no address, or is a bomb is refused', async () => {
  assert.match(await refusalOf('openapi', '{"a":1}'), /no OpenAPI document/);
  assert.match(await refusalOf('openapi', 'a: [b'), /neither JSON nor YAML/);
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]},`.repeat(9)}]`),
  ].join('\n');
  assert.match(await refusalOf('openapi', bomb), /neither JSON nor YAML: Excessive alias count/);
  const relative = withBody({ properties: { note: { type: 'string' } } }, { servers: [{ url: '/v1' }] });
  assert.match(
    await refusalOf('openapi', JSON.stringify(relative)),
    /does not say where its API runs\nGive the address with --web/,
  );
  const { text } = await written('openapi', JSON.stringify(relative), { web: 'http://staging.test/' });
  assert.match(text, /'http:\/\/staging\.test'[\s\S]*\/v1\/bookings/);
  assert.match(await refusalOf('openapi', JSON.stringify(withBody({ $ref: 'other.json#/Booking' }))), /no free text/);
});

test('a document that multiplies when its references are followed is refused in time', async () => {
  const self = { $ref: '#/components/schemas/A' };
  const A = {
    allOf: Array(60).fill(self),
    properties: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`p${at}`, self])),
  };
  assert.match(
    await refusalOf('openapi', JSON.stringify(withBody(self, { components: { schemas: { A } } }))),
    /refers to itself too often/,
  );
});
