// What the faults of the content do to a note.

import { type ContentFault, type Fault, isContentFault } from './fault.ts';
import { escapeMarkup } from './markup.ts';

/** `elsewhere` is the text that a `moved` note has in another field. */
export type Note = { note: string; elsewhere: string };

/** Applies every fault of the content among these, in their order. */
export function spoilAll(note: Note, faults: readonly Fault[]): Note {
  return faults.reduce(
    (spoilt, fault) => (isContentFault(fault.name) ? spoil(spoilt, fault.name, fault) : spoilt),
    note,
  );
}

export function spoil(note: Note, how: ContentFault, fault: Fault): Note {
  switch (how) {
    case 'stripped':
      return { ...note, note: '' };
    case 'truncated':
      return { ...note, note: [...note.note].slice(0, fault.length ?? 20).join('') };
    case 'case-changed':
      return { ...note, note: note.note.toUpperCase() };
    case 'html-escaped':
      return { ...note, note: escapeMarkup(note.note) };
    case 'moved':
      return { note: '', elsewhere: note.note };
  }
}
