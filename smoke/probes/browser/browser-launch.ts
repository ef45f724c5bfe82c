// Finds a browser on this machine and starts it: the one named, Playwright's own, or a Chromium or Chrome of the system.

import { existsSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Browser, BrowserType, LaunchOptions } from 'playwright';
import { textOf } from '../../core/text-of.ts';
import { Blind, type Host } from '../plugin.ts';

const install =
  'Install one: npx playwright install chromium, or Debian’s package chromium; or name one: SMOKETRAIL_BROWSER=/path/to/chrome.';

/**
 * `folder`: for what is recorded, and for the browser's own temporary files, which one that is ended by force leaves.
 * Throws a Blind `driver-missing` where there is none, or where it does not start.
 */
export async function launchBrowser(host: Pick<Host, 'browser' | 'env' | 'mask'>, folder: string): Promise<Browser> {
  const chromium = await driver();
  const { headed, slowMo } = host.browser;
  const options: LaunchOptions = {
    headless: !headed,
    ...(slowMo > 0 && { slowMo }),
    // Chromium refuses to start its sandbox for root, as whom containers often run.
    chromiumSandbox: !isRootOnLinux(),
    // A signal ends the run, which cleans up with this browser first.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    tracesDir: folder,
    ...(mayHoldSockets(folder) && { env: { ...host.env, TMPDIR: folder } }),
  };
  const executablePath = found(host, chromium.executablePath());
  try {
    return await chromium.launch({ ...options, executablePath });
  } catch (cause) {
    throw notStarted(executablePath, cause, host);
  }
}

/** Chromium puts a socket in a folder of its temporary folder, and the path of a socket is 107 characters at most. */
function mayHoldSockets(folder: string): boolean {
  return platform() === 'linux' && folder.length <= 60;
}

/** Throws a Blind `driver-missing` where there is none. Starts nothing. */
export async function findBrowser(host: Pick<Host, 'browser' | 'env' | 'mask'>): Promise<void> {
  found(host, (await driver()).executablePath());
}

async function driver(): Promise<BrowserType> {
  const { chromium } = await import('playwright').catch((cause: unknown) => {
    throw new Blind('driver-missing', 'playwright is not installed', { cause, hint: 'npm install playwright' });
  });
  return chromium;
}

function found({ browser, env, mask }: Pick<Host, 'browser' | 'env' | 'mask'>, own: string): string {
  const { executable } = browser;
  const path = executable === undefined ? [own, ...systemBrowsers(env, browser.headed)].find(isThere) : executable;
  if (path !== undefined && isThere(path)) return path;
  const message = path === undefined ? 'no browser is installed' : `there is no browser at ${mask(path)}`;
  throw new Blind('driver-missing', message, { hint: install });
}

function isThere(path: string): boolean {
  return existsSync(path);
}

function notStarted(path: string, cause: unknown, { mask }: Pick<Host, 'mask'>): Blind {
  const message = textOf(cause);
  // Playwright appends the browser's log, in which the reason stands in a line of its own.
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.replace(/^.*?(?:\[err\] |ERROR:\S+ )/, '').trim());
  const told = lines.find((line) => /X server|\$DISPLAY|sandbox!|shared librar|FATAL/i.test(line));
  const why = told ?? lines[0] ?? '';
  const hint = /sandbox/i.test(why)
    ? 'The browser needs user namespaces for its sandbox: allow them for this container or this user.'
    : /X server|\$DISPLAY/i.test(message)
      ? 'There is no screen to show it on: leave --headed out, or start it with xvfb-run.'
      : install;
  return new Blind('driver-missing', mask(`the browser ${path} did not start: ${why}`).slice(0, 400), { cause, hint });
}

function systemBrowsers(env: Host['env'], headed: boolean): readonly string[] {
  switch (platform()) {
    case 'darwin':
      return [
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      ];
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
        const folder = env[name];
        const programs = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe'];
        return folder === undefined ? [] : programs.map((program) => join(folder, program));
      });
    default:
      return [
        // Without windows a page opens in less than half of the time. Not by its script, which would stand between us and it.
        ...(headed ? [] : ['/usr/lib/chromium/chromium-headless-shell']),
        ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => `/usr/bin/${name}`),
        '/snap/bin/chromium',
        '/opt/google/chrome/chrome',
      ];
  }
}

function isRootOnLinux(): boolean {
  if (platform() !== 'linux') return false;
  try {
    return userInfo().uid === 0;
  } catch {
    // A user without an entry, as some containers run under, is not root.
    return false;
  }
}
