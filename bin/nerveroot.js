#!/usr/bin/env node
// Plain JavaScript that any Node runs, so that an old one gets a sentence instead of a syntax error.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `nerveroot needs Node 22.19 or newer, and this is ${process.versions.node}. ` +
      'In a checkout, "npm start", "npm test" and "npx nerveroot" bring their own.',
  );
  process.exit(2);
}

// A later start takes the compiled code of the modules from here; where nothing can be written, none is kept.
// Its threads, and the processes that it starts, find the folder in the environment.
const cache = new URL('../node_modules/.cache/nerveroot/modules', import.meta.url);
process.env.NODE_COMPILE_CACHE ||= fileURLToPath(cache);
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

// A checkout runs its TypeScript as it is; the published package holds compiled JavaScript.
const source = new URL('../src/main.ts', import.meta.url);
const compiled = new URL('../dist/main.js', import.meta.url);
await import((existsSync(source) ? source : compiled).href);
