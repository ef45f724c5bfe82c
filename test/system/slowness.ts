// How much slower than usual this machine is told to be: every time of a keystone is multiplied by it.

/** `SMOKETRAIL_TEST_SLOWNESS=4`, where other work takes most of the machine. */
export const slowness: number = Number(process.env['SMOKETRAIL_TEST_SLOWNESS'] ?? 1);
