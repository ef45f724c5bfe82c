// `smoketrail demo` as a process of its own, as a reader starts it in a terminal.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './pages.ts';

export type DemoUp = {
  text: string;
  /** What its `export` lines set. */
  env: Readonly<Record<string, string>>;
  /** Sends what its first or second `curl` line would send; `ID` in the address is replaced. */
  curl(line: 0 | 1, id?: string): Promise<unknown>;
  /** Ctrl-C; resolves with the exit code. */
  end(): Promise<unknown>;
};

const command = [join(root, 'smoke', 'main.ts'), 'demo'];

/** The two acts, to their end. */
export async function demoActs(): Promise<{ code: unknown; text: string }> {
  const child = spawn(process.execPath, [...command, '--no-color'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  const [code]: unknown[] = await once(child, 'close');
  return { code, text };
}

/** `demo --up`, once it says how to stop it. */
export async function demoUp(): Promise<DemoUp> {
  const child = spawn(process.execPath, [...command, '--up'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`demo --up ended with ${code}: ${text}`)));
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      if (text.includes('Ctrl-C stops it.')) resolve();
    });
  });
  const exported = [...text.matchAll(/^ {2}export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return {
    text,
    env: Object.fromEntries(exported) as Record<string, string>,
    async curl(line, id = '') {
      const found = [...text.matchAll(/curl -X (\w+) (\S+) -H '([\w-]+): ([^']+)'(?: -d '([^']+)')?/g)][line];
      assert.ok(found, `there is no curl line ${line} in ${text}`);
      const [, method = '', url = '', name = '', value = '', body] = found;
      const sent = { method, headers: { [name]: value }, ...(body !== undefined && { body }) };
      const response = await fetch(url.replace('ID', id), sent);
      const answer = await response.text();
      assert.ok(response.ok, answer);
      return answer === '' ? undefined : (JSON.parse(answer) as unknown);
    },
    async end() {
      child.kill('SIGINT');
      const [code]: unknown[] = await closed;
      return code;
    },
  };
}
