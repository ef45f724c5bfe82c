// How Node resolves what somebody else's module imports: smoketrail itself is found wherever it runs from, and a package
// is looked for from the folder of whoever named it.

import { registerHooks } from 'node:module';

const scheme = 'smoketrail-package:';

/** What a specifier of ours led to; absent where the package was not found. */
const found = new Map<string, string>();
let registered = false;

/** A specifier for `import()` that means: this package, as a module in that folder (a `file:` URL) would find it. */
export function packageSpecifier(name: string, folder: string): string {
  register();
  return `${scheme}${encodeURIComponent(JSON.stringify([name, folder]))}`;
}

/** Where the package was found, as a URL; undefined where it was not. */
export function placeOf(specifier: string): string | undefined {
  return found.get(specifier);
}

/** Lets `import … from 'smoketrail'` lead to the program that runs, where the project has no copy of its own. */
export function register(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier.startsWith(scheme)) {
        const [name, parentURL] = JSON.parse(decodeURIComponent(specifier.slice(scheme.length))) as [string, string];
        const resolved = nextResolve(name, { ...context, parentURL });
        found.set(specifier, resolved.url);
        return resolved;
      }
      const own = ownEntry(specifier);
      if (own === undefined) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch {
        // Installed for all projects, or run from a checkout: no folder above the module holds it.
        return nextResolve(own, context);
      }
    },
  });
}

/** At the same place relative to this file in a checkout and in the package, where it is compiled. */
function ownEntry(specifier: string): string | undefined {
  const here = import.meta.url;
  const ending = here.slice(here.lastIndexOf('.'));
  if (specifier === 'smoketrail') return new URL(`../../index${ending}`, here).href;
  return specifier === 'smoketrail/testing' ? new URL(`../../testing${ending}`, here).href : undefined;
}
