// What a name of somebody else's module is: a path, a package, or neither.

const filePath = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/])/;
const url = /^[A-Za-z][A-Za-z0-9+.-]+:/;
/** https://docs.npmjs.com/cli/configuring-npm/package-json#name, and a path into the package behind it. */
const packagePart = /^[a-z0-9~][a-z0-9._~-]{0,99}$/;

/** `./probes/mine.ts`, `/srv/mine.js`, `C:\probes\mine.ts` */
export function isPath(name: string): boolean {
  return filePath.test(name);
}

/** `https://…`, `data:…`, `node:fs`, `file:…`: never loaded. */
export function isUrl(name: string): boolean {
  return url.test(name) && !isPath(name);
}

/** `some-package`, `@scope/package`, `some-package/probe` */
export function isPackage(name: string): boolean {
  const parts = name.split('/');
  const [first = '', ...rest] = parts;
  const own = first.startsWith('@') ? [first.slice(1), ...rest] : parts;
  return (!first.startsWith('@') || rest.length > 0) && own.every((part) => packagePart.test(part));
}

/**
 * A package that a scenario may name without the config file: a scoped one, or one whose name begins with `smoketrail-`.
 * A mistyped key must never run code that merely happens to be installed under that name.
 */
export function isPluginPackage(name: string): boolean {
  return isPackage(name) && (name.startsWith('@') || name.startsWith('smoketrail-'));
}
