// Checks the runtime before anything else is loaded. JavaScript, and not TypeScript, because it must run (and speak
// clearly) on runtimes that are too old to read anything else here: `node --import ./smoke/package/runtime.js …`.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `smoketrail needs Node 22.18 or later; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node. In a checkout, `npm ci` brings one along for Linux, macOS and Windows; use `npm run` so that it is found.\n',
  );
  process.exit(3);
}
