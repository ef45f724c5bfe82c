// Notices that whoever started the program is gone. npm hands a signal to the shell that it runs a script in, and a shell
// that does not replace itself with the program (dash, the `sh` of Debian) ends by it and tells nobody.

/** Milliseconds. */
const beat = 250;

/** `parent`: the id of the parent process, now. Holds up no end of the process. */
export function whenOrphaned(parent: () => number, then: () => void): void {
  const first = parent();
  const timer = setInterval(() => {
    if (parent() === first) return;
    clearInterval(timer);
    then();
  }, beat);
  timer.unref();
}
