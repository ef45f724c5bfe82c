// The operations of a document that create something, and which of them is meant.

import { type Api, isObject, type Json, type JsonObject, listAt, textAt } from './openapi-document.ts';
import { Refusal } from './refusal.ts';

export type Operation = {
  method: string;
  path: string;
  id: string | undefined;
  node: JsonObject;
  /** Those of the path and of the operation, references followed. */
  parameters: readonly JsonObject[];
};

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function operationsOf(api: Api): Operation[] {
  const paths = api.document['paths'];
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, item]) => {
    const place = api.follow(item);
    if (place === undefined) return [];
    return methods.flatMap((method): Operation[] => {
      const node = api.follow(place[method]);
      if (node === undefined) return [];
      const parameters = api.followAll([...listAt(place, 'parameters'), ...listAt(node, 'parameters')]);
      return [{ method: method.toUpperCase(), path, id: textAt(node, 'operationId'), node, parameters }];
    });
  });
}

/** The named one, or the only one that creates something. Throws a Refusal that lists them. */
export function chosenOperation(
  all: readonly Operation[],
  creates: (one: Operation) => boolean,
  named: string | undefined,
): Operation {
  if (named !== undefined) {
    const wanted = named.trim().replaceAll(/\s+/g, ' ');
    const found = all.find(
      ({ id, method, path }) =>
        id === wanted || `${method} ${path}` === wanted.replace(/^[a-z]+ /, (verb) => verb.toUpperCase()),
    );
    if (found !== undefined) return found;
    throw new Refusal(`--operation: the document has no ${JSON.stringify(named)}`, listed(all.filter(creates)));
  }
  const candidates = all
    .filter(({ method, path }) => method === 'POST' || (method === 'PUT' && !path.endsWith('}')))
    .filter(creates);
  const [only, ...more] = candidates;
  if (only === undefined)
    throw new Refusal('the document has no operation that creates something with a body', listed(all.filter(creates)));
  if (more.length === 0) return only;
  throw new Refusal(
    `${candidates.length} operations of the document create something: say which with --operation`,
    listed(candidates),
    undefined,
    candidates.map(({ method, path }) => `${method} ${path}`),
  );
}

function listed(operations: readonly Operation[]): string {
  const names = operations
    .slice(0, 20)
    .map(({ id, method, path }) => `${method} ${path}${id === undefined ? '' : ` (${id})`}`);
  return names.length === 0
    ? 'A scenario needs one with a text in its body.'
    : `There are: ${names.join(', ')}${operations.length > 20 ? ' and more' : ''}.`;
}

/** The body's schema and media type; JSON goes before forms. */
export function bodyOf(
  { node, parameters }: Operation,
  api: Api,
): { type: string; schema: Json | undefined; example?: Json } | undefined {
  const content = api.follow(api.follow(node['requestBody'])?.['content']);
  if (content !== undefined) {
    const types = Object.keys(content);
    const type =
      types.find((one) => /[/+]json\b/i.test(one)) ??
      types.find((one) => /urlencoded|multipart/i.test(one)) ??
      types[0];
    if (type === undefined) return undefined;
    const media = api.follow(content[type]);
    const [named] = Object.values(api.follow(media?.['examples']) ?? {});
    const example = media?.['example'] ?? api.follow(named)?.['value'];
    return { type, schema: media?.['schema'], ...(example !== undefined && { example }) };
  }
  // Swagger 2.
  const body = parameters.find((one) => one['in'] === 'body');
  if (body !== undefined) return { type: 'application/json', schema: body['schema'] };
  const fields = parameters.filter((one) => one['in'] === 'formData');
  if (fields.length === 0) return undefined;
  const properties = Object.fromEntries(fields.map((one) => [textAt(one, 'name') ?? '', one]));
  const required = fields.filter((one) => one['required'] === true).map((one) => textAt(one, 'name') ?? '');
  return { type: 'application/x-www-form-urlencoded', schema: { type: 'object', properties, required } };
}

/** The answer of success: its status, and the schema of its JSON. */
export function answerOf(
  { node }: Operation,
  api: Api,
): { status?: number; schema?: JsonObject; headers?: JsonObject } {
  const responses = api.follow(node['responses']);
  const status = ['201', '200', '202', '204', '303'].find((one) => responses?.[one] !== undefined);
  const answer = status === undefined ? undefined : api.follow(responses?.[status]);
  if (answer === undefined) return {};
  const content = api.follow(answer['content']);
  const type = Object.keys(content ?? {}).find((one) => /[/+]json\b/i.test(one));
  const schema = api.follow(type === undefined ? answer['schema'] : api.follow(content?.[type])?.['schema']);
  const headers = api.follow(answer['headers']);
  return {
    ...(status !== undefined && { status: Number(status) }),
    ...(schema && { schema }),
    ...(headers && { headers }),
  };
}
