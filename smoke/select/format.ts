// Guesses the format of an answer from its content type, and from its first characters where there is none.

import type { As } from '../probes/plugin.ts';

/** A declared type wins, so that an error page never passes for data. */
export function formatOf(contentType: string | undefined, text: string): As {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (/^[^/]+\/(?:[^/]+\+)?json$/.test(type)) return 'json';
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (/^[^/]+\/(?:[^/]+\+)?xml$/.test(type)) return 'xml';
  if (type !== '' && type !== 'application/octet-stream') return 'text';
  return sniff(text.slice(0, 1024));
}

function sniff(head: string): As {
  const start = head.replace(/^\uFEFF/, '').trimStart();
  if (/^[[{]/.test(start)) return 'json';
  if (/^<!doctype\s+html|^<html[\s>]/i.test(start)) return 'html';
  if (/^<(?:\?xml|[a-z_])/i.test(start)) return 'xml';
  return 'text';
}
