import { NerverootError } from '../errors.ts';
import type { Content } from './content.ts';
import type { Compiler } from './cql-libraries.ts';
import { formatFault, type ContentFault } from './fault.ts';
import { loadContent } from './load.ts';
import { contentStamp } from './read-files.ts';

/** Gives the content in force. */
export interface ContentSource {
  current(): Promise<Content>;
}

/** Loads once and serves that for ever; throws InvalidContent naming every fault. */
export async function openFixedContent(
  root: string,
  compiler: Compiler,
  codeMapPaths: readonly string[] = [],
): Promise<ContentSource> {
  const { content, faults } = await loadContent(root, compiler, codeMapPaths);
  if (!content) throw brokenContent(faults);
  return { current: async () => content };
}

/**
 * Looks at the folder at every call: a saved file is in force at the next one. A
 * broken folder is reported once a save, and the last good content goes on
 * serving. Throws InvalidContent when the first load fails.
 */
export async function openLiveContent(
  root: string,
  compiler: Compiler,
  report: (faults: readonly ContentFault[]) => void,
  codeMapPaths: readonly string[] = [],
): Promise<ContentSource> {
  let stamp = await contentStamp(root, codeMapPaths);
  let content = await (await openFixedContent(root, compiler, codeMapPaths)).current();
  let pending: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    const now = await contentStamp(root, codeMapPaths);
    if (now === stamp) return;
    const loaded = await loadContent(root, compiler, codeMapPaths);
    stamp = now;
    if (loaded.content) content = loaded.content;
    report(loaded.faults);
  };
  return {
    async current() {
      // Calls that arrive together share one look.
      pending ??= refresh().finally(() => {
        pending = undefined;
      });
      await pending;
      return content;
    },
  };
}

function brokenContent(faults: readonly ContentFault[]): NerverootError {
  const list = faults.map(formatFault).join('\n');
  return new NerverootError('InvalidContent', `The content cannot be served:\n${list}`);
}
