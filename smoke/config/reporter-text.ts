// How a reporter is written, on a command line as in the config file: `name`, or `name=file`.

/** A path may hold `=` itself: there the first one behind the ending of a module counts. */
const modulePath = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/]).*?\.[cm]?[jt]s(?==|$)/;

/** The place of the `=` before the file; below 0 where there is none. */
export function fileSignIn(reporter: string): number {
  return reporter.indexOf('=', modulePath.exec(reporter)?.[0].length ?? 0);
}
