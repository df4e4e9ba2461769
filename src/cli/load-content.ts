import type { Content } from '../content/content.ts';
import { formatFault } from '../content/fault.ts';
import { loadContent } from '../content/load.ts';
import { NerverootError } from '../errors.ts';
import type { SiteFiles } from '../site.ts';
import type { World } from './world.ts';

/** Loads content for a command; prints every fault and throws InvalidContent when it is broken. */
export async function loadContentOrExplain(
  world: World,
  root: string,
  siteFiles: SiteFiles = {},
): Promise<Content> {
  const { content, faults } = await loadContent(root, world.compiler(), siteFiles);
  for (const fault of faults) world.err(formatFault(fault));
  if (content) return content;
  throw new NerverootError(
    'InvalidContent',
    'The content has errors, listed above; nothing was run',
  );
}
