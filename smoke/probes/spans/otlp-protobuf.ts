// Decodes the trace messages of OTLP from Protocol Buffers into the shape of OTLP's JSON encoding. Numbers and types of the
// fields are those of the published protocol (opentelemetry-proto, trace/v1, common/v1, resource/v1).

import protobuf from 'protobufjs/minimal.js';

type Reader = InstanceType<typeof protobuf.Reader>;
type Scalar = 'string' | 'hex' | 'base64' | 'bool' | 'int64' | 'enum' | 'double' | 'fixed64';
/** Number → name, what it holds, and whether it may stand there several times. */
type Message = { readonly [number: number]: readonly [name: string, holds: Scalar | MessageName, many?: 'many'] };
type Decoded = { [name: string]: unknown };

const messages = {
  /** ExportTraceServiceRequest, TracesData and Tempo's Trace alike. */
  Traces: { 1: ['resourceSpans', 'ResourceSpans', 'many'] },
  ResourceSpans: { 1: ['resource', 'Resource'], 2: ['scopeSpans', 'ScopeSpans', 'many'] },
  Resource: { 1: ['attributes', 'KeyValue', 'many'] },
  ScopeSpans: { 2: ['spans', 'Span', 'many'] },
  Span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'string'],
    6: ['kind', 'enum'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', 'KeyValue', 'many'],
    11: ['events', 'Event', 'many'],
    13: ['links', 'Link', 'many'],
    15: ['status', 'Status'],
  },
  Event: { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'string'], 3: ['attributes', 'KeyValue', 'many'] },
  Link: { 1: ['traceId', 'hex'], 2: ['spanId', 'hex'], 4: ['attributes', 'KeyValue', 'many'] },
  Status: { 2: ['message', 'string'], 3: ['code', 'enum'] },
  KeyValue: { 1: ['key', 'string'], 2: ['value', 'AnyValue'] },
  AnyValue: {
    1: ['stringValue', 'string'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int64'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', 'ArrayValue'],
    6: ['kvlistValue', 'KeyValueList'],
    7: ['bytesValue', 'base64'],
  },
  ArrayValue: { 1: ['values', 'AnyValue', 'many'] },
  KeyValueList: { 1: ['values', 'KeyValue', 'many'] },
} as const satisfies Readonly<Record<string, Readonly<Record<number, readonly [string, string, 'many'?]>>>>;

type MessageName = keyof typeof messages;

const wireTypes: Readonly<Record<Scalar | 'message', number>> = {
  bool: 0,
  int64: 0,
  enum: 0,
  double: 1,
  fixed64: 1,
  string: 2,
  hex: 2,
  base64: 2,
  message: 2,
};

/** Messages in messages. A value in a value takes two or three of them. */
const deepest = 64;
/** Values in one request: a few bytes can name an empty one each. */
const mostValues = 500_000;

const utf8 = new TextDecoder();

export function decodeTraces(bytes: Uint8Array): unknown {
  return decode(protobuf.Reader.create(bytes), bytes.length, 'Traces', 0, { values: 0 });
}

function decode(reader: Reader, end: number, name: MessageName, depth: number, count: { values: number }): Decoded {
  if (depth > deepest) throw new Error(`messages are nested more than ${deepest} deep`);
  const known: Message = messages[name];
  const message: Decoded = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = known[tag >>> 3];
    count.values += 1;
    if (count.values > mostValues) throw new Error(`it holds more than ${mostValues} values`);
    if (field === undefined) {
      skip(reader, tag & 7, end);
      continue;
    }
    const [key, holds, many] = field;
    const isMessage = holds in messages;
    if ((tag & 7) !== wireTypes[isMessage ? 'message' : (holds as Scalar)])
      throw new Error(`${key} of ${name} is of another type than it should be`);
    const value = isMessage
      ? decode(reader, lengthWithin(reader, end), holds as MessageName, depth + 1, count)
      : scalar(reader, holds as Scalar, end);
    if (many === undefined) message[key] = value;
    else {
      const all = (message[key] as unknown[] | undefined) ?? [];
      all.push(value);
      message[key] = all;
    }
  }
  if (reader.pos !== end) throw new Error(`${name} is cut short`);
  return message;
}

/** Where what begins with its length ends. */
function lengthWithin(reader: Reader, end: number): number {
  const length = reader.uint32();
  if (reader.pos + length > end) throw new Error('a part is longer than the whole');
  return reader.pos + length;
}

function scalar(reader: Reader, type: Scalar, end: number): unknown {
  switch (type) {
    case 'string':
      return utf8.decode(bytesOf(reader, end));
    case 'hex':
      return Buffer.from(bytesOf(reader, end)).toString('hex');
    case 'base64':
      return Buffer.from(bytesOf(reader, end)).toString('base64');
    case 'bool':
      return reader.bool();
    case 'enum':
      return reader.int32();
    case 'int64':
      return String(reader.int64());
    case 'double':
      return reader.double();
    case 'fixed64':
      return String(reader.fixed64());
  }
}

function bytesOf(reader: Reader, end: number): Uint8Array {
  const until = lengthWithin(reader, end);
  const bytes = reader.buf.subarray(reader.pos, until);
  reader.pos = until;
  return bytes;
}

/** A field of a later version of the protocol. Groups are of a former one, and could be nested without end. */
function skip(reader: Reader, wireType: number, end: number): void {
  if (wireType === 2) reader.pos = lengthWithin(reader, end);
  else if (wireType === 0 || wireType === 1 || wireType === 5) reader.skipType(wireType);
  else throw new Error(`wire type ${wireType} has no place here`);
}
