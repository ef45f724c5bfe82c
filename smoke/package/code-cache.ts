// V8's code cache of the program, kept from run to run.
//
// Node's own compile cache holds what V8 had compiled when a file was loaded. But V8 compiles a function when it is
// first called, so that nearly all of the program would be compiled anew by every run: a third of its cold start. This
// cache is taken at the end of a run, and holds the functions that were called as well.

import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import zlib from 'node:zlib';

/** A cache this old is renewed, for the run that made it may have called little of the program. In milliseconds. */
const renewAfter = 24 * 60 * 60 * 1000;
const checksumLength = 4;

type Kept = { code: Buffer; age: number };

/** Compiles the file at `url`. A cache that is missing, unreadable or out of date costs time and nothing else. */
export function compileProgram(url: URL, argv: readonly string[]): vm.Script {
  const filename = fileURLToPath(url);
  // Latin-1 is read without a look at every byte, and the build writes plain ASCII.
  const source = fs.readFileSync(filename, 'latin1');
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const file = cacheFile(filename, argv);
  const kept = file === undefined ? undefined : read(file);
  const script = new vm.Script(source, { filename, importModuleDynamically, ...(kept && { cachedData: kept.code }) });
  const fresh = kept !== undefined && kept.age < renewAfter && script.cachedDataRejected !== true;
  if (file !== undefined && !fresh) process.once('exit', (code) => keep(script, file, code));
  return script;
}

/**
 * In the folder of Node's compile cache, which is one for each version of V8 and each user, and obeys the variables that
 * people know: NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE. Each command calls other functions, so each has a
 * cache of its own. V8 compares no more than the length of the source, so the name changes with the source.
 */
function cacheFile(program: string, argv: readonly string[]): string | undefined {
  module.enableCompileCache();
  const directory = module.getCompileCacheDir();
  if (directory === undefined) return undefined;
  const asked = argv.includes('--help') || argv.includes('-h') ? 'help' : argv[0];
  const command = asked !== undefined && /^[a-z]{1,20}$/.test(asked) ? asked : 'other';
  const changed = Math.trunc(fs.statSync(program).mtimeMs).toString(36);
  return path.join(directory, `smoketrail-${path.parse(program).name}-${changed}-${command}`);
}

/** V8 runs what it is given, so a cache that another user wrote or that was damaged on its way is not given to it. */
function read(file: string): Kept | undefined {
  let handle: number | undefined;
  try {
    handle = fs.openSync(file, 'r');
    const { uid, mtimeMs } = fs.fstatSync(handle);
    if (process.getuid !== undefined && uid !== process.getuid()) return undefined;
    const bytes = fs.readFileSync(handle);
    if (bytes.length <= checksumLength) return undefined;
    const code = bytes.subarray(0, -checksumLength);
    if (zlib.crc32(code) !== bytes.readUInt32LE(code.length)) return undefined;
    return { code, age: Date.now() - mtimeMs };
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** Under another name first, so that a run that starts meanwhile reads a whole cache or none. */
function keep(script: vm.Script, file: string, exitCode: number): void {
  // A usage error or a runner that could not work has not been through the program.
  if (exitCode === 2 || exitCode === 3) return;
  const draft = `${file}.${process.pid}`;
  try {
    const code = script.createCachedData();
    const checksum = Buffer.alloc(checksumLength);
    checksum.writeUInt32LE(zlib.crc32(code));
    fs.writeFileSync(draft, Buffer.concat([code, checksum]), { flag: 'wx', mode: 0o600 });
    fs.renameSync(draft, file);
  } catch {
    // A full or read-only disk: the next run compiles again, as this one did.
    fs.rmSync(draft, { force: true });
  }
}
