// A host and contexts for plug-in tests: those that third parties get for theirs.

export { nobody, noCookies, testContext as lookContext, testHost } from '../smoke/testing/host.ts';
