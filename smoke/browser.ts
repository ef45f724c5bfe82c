// The public types for scripts of the `browser` plug-in. Apart from the others, since they need those of Playwright.

export type { BrowserScript, BrowserScriptContext } from './probes/browser/browser-script.ts';
