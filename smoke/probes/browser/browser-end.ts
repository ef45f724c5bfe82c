// How a browser or page that ends unexpectedly is known, and told.

export function isEnd(message: string): boolean {
  return /has been closed|Target crashed|Page crashed|browser has disconnected|Connection closed/i.test(message);
}

export function endOf(what: string): { message: string; hint: string } {
  const hint =
    'The next look starts a browser anew. If this repeats, look for a lack of memory (in a container: --shm-size).';
  return { message: `${what}: the browser or its page ended unexpectedly`, hint };
}
