// The document type of an XML answer: left out, with nothing it declares ever expanded or fetched.

/** A document type holds no record, and its inner declarations would be read as text. Undefined where there is none. */
export function withoutDoctype(text: string): string | undefined {
  const start = text.search(/<!DOCTYPE/);
  const root = text.search(/<[A-Za-z_\u0080-\uFFFF]/);
  if (start === -1 || (root !== -1 && root < start)) return undefined;
  let open = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 60) open++;
    else if (code === 62 && --open === 0) return text.slice(0, start) + text.slice(at + 1);
  }
  return undefined;
}

/** What may hold an ampersand that is none of a reference. */
const sections = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** The first entity that is none of XML's own five: what it stands for, only the document type tells. Linear in time. */
export function ownEntity(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 60) {
      const section = sections.find(([start]) => text.startsWith(start, at));
      if (section === undefined) continue;
      const end = text.indexOf(section[1], at);
      if (end === -1) return undefined;
      at = end;
    } else if (code === 38) {
      const name = /^&([^\s#&;<>]{1,64});/.exec(text.slice(at, at + 66))?.[1];
      if (name !== undefined && !['amp', 'lt', 'gt', 'quot', 'apos'].includes(name)) return name;
    }
  }
  return undefined;
}
