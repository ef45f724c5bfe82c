// A stricter baseline, for information: bare.js with `require`. An `import` of node:http reads all its exports, and so
// loads fetch and TLS, which neither script uses.

const { request } = require('node:http');

const base = process.argv[2];

function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(base + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function main() {
  const marker = `smk-${Date.now().toString(36)}`;
  const { id } = await send('POST', '/bookings', JSON.stringify({ hostMessage: `Late. ${marker}` }));
  const seen = await Promise.all(['web', 'queue', 'worker', 'partner'].map((hop) => send('GET', `/${hop}/${id}`)));
  if (!seen.every(({ note }) => note.includes(marker))) process.exitCode = 1;
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
