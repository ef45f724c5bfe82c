// Escapes text for HTML and XML.

/** & < > and both quotes, as most template engines do it; accents stay. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** As `escapeMarkup`, without the characters that XML 1.0 forbids even as references. */
export function escapeXml(text: string): string {
  return escapeMarkup(text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''));
}
