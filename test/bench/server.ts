// An instant booking system for the bench: one process that answers every hop of a four-hop route at once.

import { createServer } from 'node:http';

let note = '';
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST')
      note = (JSON.parse(Buffer.concat(chunks).toString()) as { hostMessage: string }).hostMessage;
    const body = JSON.stringify({ id: 8841, note });
    response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.on('disconnect', () => server.close(() => process.exit(0)));
