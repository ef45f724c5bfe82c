#!/usr/bin/env node
// The bin of the package: checks the runtime, then runs the program, which is one file, with its code cache.

import './runtime.js';
// By their default exports: a runtime that lacks one of the names used here must get as far as the check.
import module from 'node:module';
import { compileProgram } from './code-cache.ts';

/** Where the program lies, relative to the bin. Its name holds a hash of its contents. Set by the build. */
declare const PROGRAM: string;

type Program = (require: NodeJS.Require, url: string) => void;

const url = new URL(PROGRAM, import.meta.url);
const program = compileProgram(url, process.argv.slice(2)).runInThisContext() as Program;
program(module.createRequire(url), url.href);
