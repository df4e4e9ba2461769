import { plainSite, type Site } from '../../src/site.ts';

/** A site without codes of its own that keeps everything and is changed in nothing. */
export function aSite(timeZone = 'UTC', changes: Partial<Site> = {}): Site {
  return { ...plainSite(timeZone), ...changes };
}
