import { watch, type FSWatcher } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

/** Not every file system tells of what others save in it: a folder of another machine, or of a container's host. */
const LOOK_ANYWAY_MS = 1000;

/**
 * Knows cheaply whether something in folders may have been saved: the system tells. Where it cannot
 * watch, something always may have been; where it may be silent, something may have been each second.
 */
export class FolderWatch {
  readonly #folders: readonly string[];
  readonly #clock: () => number;
  #watchers: readonly FSWatcher[] = [];
  #isTold = true;
  /** Only Linux tells in the order in which things happen; elsewhere what is told comes later than a call may. */
  #isBlind = process.platform !== 'linux';
  #looked = Number.NEGATIVE_INFINITY;

  /** Folders that are not there yet are watched once they are, if the one that holds them is named too. */
  constructor(folders: readonly string[], clock = () => performance.now()) {
    this.#folders = [...new Set(folders)];
    this.#clock = clock;
  }

  /** True when something may have been saved since this was asked the last time; the first time it is. */
  async mayHaveChanged(): Promise<boolean> {
    // What was saved just now is heard of in the next round of events, and that comes after this one.
    await turn();
    await turn();
    const now = this.#clock();
    if (!this.#isTold && !this.#isBlind && now - this.#looked < LOOK_ANYWAY_MS) return false;
    this.#looked = now;
    if (this.#isTold) this.#watchAnew();
    return true;
  }

  /** A folder that was replaced is watched no more, so that all are watched again, the new before the old go. */
  #watchAnew(): void {
    this.#isTold = false;
    const old = this.#watchers;
    this.#watchers = this.#folders.flatMap((folder) => this.#watched(folder) ?? []);
    for (const watcher of old) watcher.close();
  }

  #watched(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, () => (this.#isTold = true));
      watcher.on('error', () => (this.#isTold = true));
      return watcher;
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) this.#isBlind = true;
      return undefined;
    }
  }
}
