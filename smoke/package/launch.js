#!/usr/bin/env node
// The bin of the package: checks the runtime, switches the compile cache on, then loads the program. It stays this
// small because it is the one file that is compiled without the cache.

import './runtime.js';
// By its default export: a runtime too old for the compile cache must get as far as the check.
import module from 'node:module';

module.enableCompileCache();
await import('./smoke/main.js');
