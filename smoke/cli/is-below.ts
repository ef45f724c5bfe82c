// Whether something lies in a folder.

import path from 'node:path';

/** Both absolute. The folder itself is not below it. */
export function isBelow(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}
