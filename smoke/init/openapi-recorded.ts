// An OpenAPI document → the request that creates a record, and the operations that read, find and delete it.

import { pairs } from './body.ts';
import { freeTextIn } from './free-text.ts';
import { aliasFor } from './names.ts';
import { pathParts, requiredQuery, serverOf } from './openapi-address.ts';
import { type Api, readApi } from './openapi-document.ts';
import { answerOf, bodyOf, chosenOperation, type Operation, operationsOf } from './openapi-operation.ts';
import { fieldOf, findOf, keepOf, recordOperations } from './openapi-record.ts';
import { exampleValue, sampleOf } from './openapi-sample.ts';
import { securityHeaders } from './openapi-security.ts';
import { isOwnId } from './own-id.ts';
import type { Body, Recorded } from './recorded.ts';
import { Refusal } from './refusal.ts';
import type { Asked } from './source.ts';
import { isMapping, type Text, type Value } from './value.ts';

export async function recordedFromOpenApi(source: string, name: string, asked: Asked): Promise<Recorded> {
  const api = await readApi(source, name);
  const all = operationsOf(api);
  const operation = chosenOperation(all, (one) => bodyOf(one, api) !== undefined, asked.operation);
  const base = serverOf(api, asked.web);
  const open = new Set<string>();
  const url = { parts: [base, ...pathParts(operation, open, undefined), ...requiredQuery(operation, open)] };
  const { body, rooms } = sampleBody(operation, api);
  const freeText = freeTextIn(body, asked);
  const room = rooms.get(freeText.path.filter((step) => typeof step === 'string').join('.'));
  const alias = aliasFor(operation.path.replaceAll(/\{[^}]*\}/g, ''));
  const field = freeText.path.findLast((step) => typeof step === 'string');
  const records = recordOperations(operation, all);
  const answer = answerOf(operation, api);
  const keep = keepOf(answer, api);
  // Another thing's id behind this address would delete another record.
  const isOwn = keep?.path === undefined || isOwnId(keep.path, alias, parametersOf(records.remove));
  const address = (one: Operation): Text => ({ parts: [base, ...pathParts(one, open, alias)] });
  const find = keep === undefined ? undefined : findOf(records.list, api, base, open);
  return {
    source: name,
    request: { method: operation.method, url, headers: securityHeaders(operation, api), body },
    freeText: { ...freeText, ...(room !== undefined && { room }) },
    alias,
    ...(keep && { keep: { ...keep, sure: 'seen' } }),
    ...(keep &&
      records.read && { look: { url: address(records.read), ...fieldOf(records.read, field, api), sure: 'seen' } }),
    ...(find && keep && { find: { ...find, keep: keep.from } }),
    ...(keep &&
      records.remove &&
      isOwn && { clean: { urls: [address(records.remove)], from: `${name}: DELETE ${records.remove.path}` } }),
    ...(answer.status !== undefined && { status: answer.status }),
    openVars: [...open],
    notes: [
      'the body is a sample made from the schema: put in values that your system accepts',
      ...(keep === undefined
        ? ['the document does not say where the answer holds the new record’s id: fill in keep']
        : []),
    ],
  };
}

/** `{bookingId}` in the address: what the document calls the id. */
function parametersOf(remove: Operation | undefined): string[] {
  return remove === undefined ? [] : (/\{([^{}/]+)\}\/?$/.exec(remove.path)?.slice(1) ?? []);
}

function sampleBody(operation: Operation, api: Api): { body: Body; rooms: ReadonlyMap<string, number> } {
  const described = bodyOf(operation, api);
  const sample = sampleOf(described?.schema, api);
  const example = described?.example === undefined ? undefined : exampleValue(described.example);
  const value: Value =
    isMapping(example) && isMapping(sample.value) ? new Map([...sample.value, ...example]) : (example ?? sample.value);
  const type = described?.type ?? '';
  if (/urlencoded/.test(type) && isMapping(value))
    return { body: { kind: 'form', value: pairs(value) }, rooms: sample.rooms };
  if (/multipart/.test(type) && isMapping(value)) return { body: { kind: 'multipart', value }, rooms: sample.rooms };
  if (/json/.test(type)) return { body: { kind: 'json', value }, rooms: sample.rooms };
  throw new Refusal(
    `${operation.method} ${operation.path} takes ${type === '' ? 'no body' : type}, which has no sample`,
    'Name an operation with a JSON or form body: --operation',
  );
}
