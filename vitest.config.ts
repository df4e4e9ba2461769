import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What tests start in threads and processes keeps its compiled modules, as bin/nerveroot.js has it.
process.env['NODE_COMPILE_CACHE'] ||= fileURLToPath(
  new URL('node_modules/.cache/nerveroot/modules', import.meta.url),
);

const shared = {
  // Compiling CQL, starting processes and going through all cases take their time on a slow machine;
  // no test asserts a time.
  testTimeout: 1_200_000,
  hookTimeout: 1_200_000,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Files share what they import: loading modules anew for each is half the time of the small ones. What a
    // test changes for all (nock, a variable of the environment) it puts back.
    isolate: false,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      { test: { ...shared, name: 'all', include: ['test/**/*.test.ts'] } },
      // What depends on days must not depend on the machine's time zone.
      {
        test: {
          ...shared,
          name: 'another time zone',
          env: { TZ: 'Pacific/Kiritimati' },
          include: [
            'test/rules.test.ts',
            'test/engine/**/*.test.ts',
            'test/rule-tests/**/*.test.ts',
          ],
          // Two engines in one zone.
          exclude: ['test/engine/equality.test.ts', 'test/engine/pairs.test.ts'],
        },
      },
    ],
  },
});
