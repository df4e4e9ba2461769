import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderWatch } from '../../src/content/folder-watch.ts';
import { aFolder, writeFiles } from '../support/folder.ts';

const FILES = { 'cql/A.cql': 'library A', 'hooks/a.yaml': 'a: 1' };

/** A watch over a folder that has been asked once, and its clock. */
async function aWatch() {
  const folder = aFolder(FILES);
  const clock = { now: 0 };
  const folders = [folder, join(folder, 'cql'), join(folder, 'hooks'), join(folder, 'later')];
  const watch = new FolderWatch(folders, () => clock.now);
  await watch.mayHaveChanged();
  return { folder, clock, watch };
}

describe('a watch over folders', () => {
  it('says the first time that something may have changed', async () => {
    const watch = new FolderWatch([aFolder(FILES)], () => 0);
    expect(await watch.mayHaveChanged()).toBe(true);
  });

  it('says that nothing was saved for as long as nothing was', async () => {
    const { watch } = await aWatch();
    expect([await watch.mayHaveChanged(), await watch.mayHaveChanged()]).toEqual([false, false]);
  });

  it.each([
    ['a file is saved', (folder: string) => writeFiles(folder, { 'cql/A.cql': 'library B' })],
    ['a file comes', (folder: string) => writeFiles(folder, { 'hooks/b.yaml': 'b: 1' })],
    ['a file goes', (folder: string) => rmSync(join(folder, 'cql/A.cql'))],
    [
      'a file takes the place of another, as editors save',
      (folder: string) => {
        writeFiles(folder, { 'A.tmp': 'library B' });
        renameSync(join(folder, 'A.tmp'), join(folder, 'cql/A.cql'));
      },
    ],
    ['a folder comes', (folder: string) => mkdirSync(join(folder, 'later'))],
    ['a folder goes', (folder: string) => rmSync(join(folder, 'cql'), { recursive: true })],
  ])('says it once when %s', async (_what, change) => {
    const { folder, watch } = await aWatch();
    change(folder);
    expect([await watch.mayHaveChanged(), await watch.mayHaveChanged()]).toEqual([true, false]);
  });

  it('watches a folder that came later, and one that was replaced', async () => {
    const { folder, watch } = await aWatch();
    mkdirSync(join(folder, 'later'));
    rmSync(join(folder, 'cql'), { recursive: true });
    mkdirSync(join(folder, 'cql'));
    await watch.mayHaveChanged();
    writeFiles(folder, { 'later/a.json': '{}' });
    expect(await watch.mayHaveChanged()).toBe(true);
    writeFiles(folder, { 'cql/A.cql': 'library C' });
    expect(await watch.mayHaveChanged()).toBe(true);
  });

  it('looks each second all the same, since a file system may say nothing', async () => {
    const { clock, watch } = await aWatch();
    clock.now += 999;
    expect(await watch.mayHaveChanged()).toBe(false);
    clock.now += 1;
    expect(await watch.mayHaveChanged()).toBe(true);
  });
});
