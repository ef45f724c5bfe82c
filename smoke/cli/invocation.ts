// How people call this program where it runs: by its name once it is installed, through npm in a checkout.

/** A checkout runs TypeScript, the package JavaScript. */
const inCheckout: boolean = import.meta.url.endsWith('.ts');

/** Makes commands that begin with `smoketrail` work in a checkout's folder; empty where they work anyway. */
export const aliasLine: string = inCheckout ? "alias smoketrail='npm run -s smoketrail --'" : '';
