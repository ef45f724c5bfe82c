// Whether an id is the new record's own, and not that of something the record belongs to: who deletes by it must know.

const ownName = /^_?(?:uu|gu)?id$/i;
const wrapper = /^(?:data|attributes|result|response|payload|item|record|resource|entity|object|body)$/i;

/** `$.id`, `$.data.id`, `$.booking.id`, `$.bookingNumber`, and what `known` names; not `$.hotelId`, not `$.hotel.id`. */
export function isOwnId(path: readonly (string | number)[], alias: string, known: readonly string[] = []): boolean {
  const names = [alias, ...known].map(plain);
  const parents = path.slice(0, -1).map(String);
  const last = String(path.at(-1) ?? '');
  const named = names.some((name) =>
    [name, ...['id', 'uuid', 'number', 'code', 'reference', 'ref'].map((end) => name + end)].includes(plain(last)),
  );
  return (ownName.test(last) || named) && parents.every((one) => wrapper.test(one) || names.includes(plain(one)));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
}
