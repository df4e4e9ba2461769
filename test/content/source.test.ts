import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { loadContent } from '../../src/content/load.ts';
import { lookAt } from '../../src/content/read-files.ts';
import { openFixedContent, openLiveContent } from '../../src/content/source.ts';
import { aCompiler } from '../support/content.ts';
import { aFolder, writeFiles } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const CARD = 'hooks/cards/RX-01.yaml';

async function openLive(folder: string) {
  const reports: string[][] = [];
  const report = (faults: readonly ContentFault[]): unknown =>
    reports.push(faults.map(formatFault));
  const source = await openLiveContent(() => loadContent(folder, compiler), lookAt(folder), report);
  const titleNow = async (): Promise<string | undefined> =>
    (await source.current()).cards.get('RX-01')?.title;
  return { source, reports, titleNow };
}

function retitled(title: string): Record<string, string> {
  return { [CARD]: miniContent([[CARD, 'title: Cough', title]])[CARD] ?? '' };
}

it('puts a saved file in force at the next call', async () => {
  const folder = aFolder(MINI_CONTENT);
  const { titleNow, reports } = await openLive(folder);
  expect(await titleNow()).toBe('Cough');
  writeFiles(folder, retitled('title: A longer title'));
  expect(await titleNow()).toBe('A longer title');
  expect(reports).toEqual([[]]);
});

it('reports a broken file once, serves the last good content, and takes it mended', async () => {
  const folder = aFolder(MINI_CONTENT);
  const { titleNow, reports } = await openLive(folder);
  writeFiles(folder, retitled('titel: Misspelt'));
  expect([await titleNow(), await titleNow()]).toEqual(['Cough', 'Cough']);
  expect(reports).toEqual([
    [
      `${CARD}:1:1: error: "title": is missing`,
      `${CARD}:2:1: error: "titel": Unrecognized key: "titel"`,
    ],
  ]);
  writeFiles(folder, retitled('title: Mended'));
  expect(await titleNow()).toBe('Mended');
});

it('notices files that come and go', async () => {
  const folder = aFolder(MINI_CONTENT);
  const { source } = await openLive(folder);
  rmSync(join(folder, 'hooks/services/mini-order.yaml'));
  expect((await source.current()).services.map(({ id }) => id)).toEqual(['mini-view']);
});

it('loads once for calls that come together', async () => {
  const folder = aFolder(MINI_CONTENT);
  const { source, reports } = await openLive(folder);
  writeFiles(folder, retitled('title: Together'));
  const contents = await Promise.all([source.current(), source.current(), source.current()]);
  expect(new Set(contents).size).toBe(1);
  expect(reports).toEqual([[]]);
});

it('gives every change of the folder another version', async () => {
  const folder = aFolder(MINI_CONTENT);
  const { source } = await openLive(folder);
  const { version } = await source.current();
  writeFiles(folder, retitled('title: Other'));
  expect((await source.current()).version).not.toBe(version);
  writeFiles(folder, retitled('title: Cough'));
  expect((await source.current()).version).toBe(version);
});

it('serves one content for ever where it is fixed', async () => {
  const folder = aFolder(MINI_CONTENT);
  const source = await openFixedContent(() => loadContent(folder, compiler));
  writeFiles(folder, retitled('title: Later'));
  expect((await source.current()).cards.get('RX-01')?.title).toBe('Cough');
});

it('does not open broken content, and names every fault', async () => {
  const folder = aFolder({ ...MINI_CONTENT, ...retitled('titel: Cough') });
  await expect(openFixedContent(() => loadContent(folder, compiler))).rejects.toMatchObject({
    code: 'InvalidContent',
    message: `The content cannot be served:
${CARD}:1:1: error: "title": is missing
${CARD}:2:1: error: "titel": Unrecognized key: "titel"`,
  });
});
