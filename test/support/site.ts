import type { Site } from '../../src/site.ts';

/** A site without codes of its own that keeps everything. */
export function aSite(timeZone = 'UTC'): Site {
  return { timeZone, codes: undefined, without: [] };
}
