// Percent-encoding that no source can trip over.

/** A bare percent sign means itself. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // No encoding at all, or a broken one: the part is meant as it stands.
    return part;
  }
}

export function encoded(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}
