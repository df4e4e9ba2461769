import { NerverootError } from '../errors.ts';
import type { Content } from './content.ts';
import { formatFault, type ContentFault } from './fault.ts';
import type { Look } from './read-files.ts';

/** Gives the content in force, or what somebody needs of it. */
export interface ContentSource<T extends object = Content> {
  current(): Promise<T>;
}

/** Loads what is to be served; `content` is undefined when a fault is an error. */
export type Load<T extends object> = () => Promise<{
  readonly content: T | undefined;
  readonly faults: readonly ContentFault[];
}>;

/** Loads once and serves that for ever; throws InvalidContent naming every fault. */
export async function openFixedContent<T extends object>(load: Load<T>): Promise<ContentSource<T>> {
  const { content, faults } = await load();
  if (content === undefined) throw brokenContent(faults);
  return { current: async () => content };
}

/**
 * Looks at the folder at every call, and loads anew when its stamp changed: a
 * saved file is in force at the next call. A broken folder is reported once a save, and
 * the last good content goes on serving. Throws InvalidContent when the first load fails.
 */
export async function openLiveContent<T extends object>(
  load: Load<T>,
  look: Look,
  report: (faults: readonly ContentFault[]) => void,
): Promise<ContentSource<T>> {
  let stamp = look.stamp();
  let content: T = await (await openFixedContent(load)).current();
  let pending: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    if (!(await look.mayHaveChanged())) return;
    const now = look.stamp();
    if (now === stamp) return;
    const loaded = await load();
    stamp = now;
    if (loaded.content !== undefined) content = loaded.content;
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
