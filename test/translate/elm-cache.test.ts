import { openElm } from '../../src/elm/whole.ts';
import {
  chmodSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { compileCql } from '../../src/translate/compile.ts';
import { ElmCache, KEPT_UNUSED_BYTES } from '../../src/translate/elm-cache.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary } from '../support/cql.ts';
import { aFolder } from '../support/folder.ts';

const { translator, model } = aCompiler();
afterAll(() => translator.close());

const HELPERS = `library FHIRHelpers version '4.0.1'
using FHIR version '4.0.1'
define function ToString(value string): value.value
`;

const BASE = aLibrary('Base', 'define X: 1\ndefine function F(a Integer): a + 1');
const MIDDLE = aLibrary('Middle', 'define Y: Base.X + Base.F(2)', ['Base']);
const TOP = aLibrary('Top', 'define Z: Middle.Y', ['Middle']);
const OTHER = aLibrary('Other', 'define W: 5');
const ALL = [BASE, MIDDLE, TOP, OTHER];
const NAMES = ['FHIRHelpers', 'Base', 'Middle', 'Top', 'Other'];

/** Compiles as a process of its own does, over a folder or over the cache of another compile. */
async function compile(cache: ElmCache | string | undefined, texts: readonly string[] = ALL) {
  const translated: string[] = [];
  const sources = [HELPERS, ...texts].map((text) => ({ file: '', text }));
  const { elms, problems } = await compileCql(sources, model.xml, {
    translator,
    cache: cache instanceof ElmCache ? cache : new ElmCache(cache),
    onProgress: (step) => step && translated.push(step.library),
  });
  return {
    translated,
    elms: elms
      .toSorted((one, other) => (name(one) < name(other) ? -1 : 1))
      .map(openElm)
      .map(({ library, whole }) => ({ library, whole: whole?.() })),
    problems: problems.map(({ library, severity, message }) => `${library} ${severity} ${message}`),
  };
}

function name(elm: { library: { identifier: { id: string } } }): string {
  return elm.library.identifier.id;
}

it('takes what an earlier compile of the same texts left, in whatever order they come', async () => {
  const folder = aFolder();
  const first = await compile(folder);
  expect(first.translated).toEqual(NAMES);
  const later = await compile(folder, ALL.toReversed());
  expect(later.translated).toEqual([]);
  expect(later.elms).toEqual(first.elms);
});

it('translates one edited leaf library only', async () => {
  const folder = aFolder();
  await compile(folder);
  const edited = await compile(folder, [
    BASE,
    MIDDLE,
    TOP.replace('Middle.Y', 'Middle.Y + 1'),
    OTHER,
  ]);
  expect(edited.translated).toEqual(['Top']);
  expect(edited.elms.map(name)).toEqual(NAMES.toSorted());
});

it('translates no includer where only the body of an included define changed', async () => {
  const folder = aFolder();
  await compile(folder);
  const texts = [BASE.replace('X: 1', 'X: 1 + 1').replace('a + 1', 'a * 3'), MIDDLE, TOP, OTHER];
  const edited = await compile(folder, texts);
  expect(edited.translated).toEqual(['Base']);
  expect(edited.elms).toEqual((await compile(undefined, texts)).elms);
});

it('translates the includers too where the type of an included define changed, and comes to the same as a whole compile', async () => {
  const folder = aFolder();
  await compile(folder);
  const texts = [BASE.replace('X: 1', 'X: 1.5'), MIDDLE, TOP, OTHER];
  const edited = await compile(folder, texts);
  expect(edited.translated).toEqual(['Base', 'Middle', 'Top']);
  expect(edited.elms).toEqual((await compile(undefined, texts)).elms);
});

it('reports an error in a library whose include changed under it, and takes it back when mended', async () => {
  const folder = aFolder();
  await compile(folder);
  const renamed = await compile(folder, [BASE.replace('X: 1', 'V: 1'), MIDDLE, TOP, OTHER]);
  expect(renamed.problems).toEqual([
    'Middle error Could not resolve identifier X in library Base.',
  ]);
  const mended = await compile(folder);
  expect([mended.translated, mended.problems]).toEqual([[], []]);
});

it('compiles again for another model', async () => {
  const folder = aFolder();
  await compile(folder);
  const translated: string[] = [];
  await compileCql(
    [
      { file: '', text: OTHER },
      { file: '', text: HELPERS },
    ],
    `${model.xml}\n`,
    {
      translator,
      cache: new ElmCache(folder),
      onProgress: (step) => step && translated.push(step.library),
    },
  );
  expect(translated).toEqual(['FHIRHelpers', 'Other']);
});

it('keeps nothing that has an error or includes what has one, and tells the error each time', async () => {
  const folder = aFolder();
  const texts = [BASE.replace('X: 1', 'X: Nowhere'), MIDDLE, TOP, OTHER];
  const first = await compile(folder, texts);
  expect(first.problems).toEqual([
    'Base error Could not resolve identifier Nowhere in the current library. (Middle rests on it and could not be checked)',
  ]);
  const again = await compile(folder, texts);
  expect(again.problems).toEqual(first.problems);
  expect(again.translated).toEqual(['Base', 'Middle', 'Top']);
});

it('does not keep a faultless library that includes a faulty one', async () => {
  const folder = aFolder();
  const texts = [BASE.replace('X: 1', 'X: Nowhere'), aLibrary('Calm', 'define Q: 1', ['Base'])];
  expect((await compile(folder, texts)).elms.map(name)).toEqual(['Calm', 'FHIRHelpers']);
  expect((await compile(folder, texts)).translated).toEqual(['Base', 'Calm']);
});

it('keeps what has a warning, and warns each time', async () => {
  const folder = aFolder();
  const texts = [aLibrary('Warned', 'define Hidden: 1\ndefine X: from ({1}) Hidden return Hidden')];
  const first = await compile(folder, texts);
  expect(first.problems).toHaveLength(1);
  const again = await compile(folder, texts);
  expect(again).toEqual({ ...first, translated: [] });
});

it.each(['', '{"library": {', '{}', 'null', '[]', '{"library":{}}'])(
  'translates where a file is broken: %j',
  async (broken) => {
    const folder = aFolder();
    const { elms } = await compile(folder, [OTHER]);
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), broken);
    const later = await compile(folder, [OTHER]);
    expect(later.translated).toEqual(['FHIRHelpers', 'Other']);
    expect(later.elms).toEqual(elms);
    expect((await compile(folder, [OTHER])).translated).toEqual([]);
  },
);

it('translates where a file was cut off', async () => {
  const folder = aFolder();
  await compile(folder, [OTHER]);
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -2));
  }
  expect((await compile(folder, [OTHER])).translated).toEqual(['FHIRHelpers', 'Other']);
});

it('keeps in memory where the folder cannot be written, and where there is none', async () => {
  const folder = aFolder({ taken: 'a file and no folder' });
  chmodSync(folder, 0o500); // root writes even so; below a file nobody can
  for (const directory of [join(folder, 'taken'), undefined]) {
    const cache = new ElmCache(directory);
    expect((await compile(cache, [OTHER])).translated).toEqual(['FHIRHelpers', 'Other']);
    expect((await compile(cache, [OTHER])).translated).toEqual([]);
    expect((await compile(cache, [OTHER.replace('5', '6')])).translated).toEqual(['Other']);
  }
});

it('leaves no half-written file behind', async () => {
  const folder = aFolder();
  await compile(folder);
  expect(readdirSync(folder).filter((file) => !/^elm-[0-9a-f]{32}\.json$/.test(file))).toEqual([]);
});

it('removes the oldest of what it does not use, however old what it uses is', async () => {
  const folder = aFolder();
  await compile(folder, [OTHER]);
  const used = readdirSync(folder);
  for (const file of used) utimesSync(join(folder, file), 0, 0);
  for (const [age, unused] of ['elm-new.json', 'elm-old.json', 'elm-older.json'].entries()) {
    const file = join(folder, unused);
    writeFileSync(file, '');
    truncateSync(file, KEPT_UNUSED_BYTES * 0.6);
    utimesSync(file, 10 - age, 10 - age);
  }
  writeFileSync(join(folder, 'other'), '');
  await compile(folder, [OTHER]); // writes nothing, and so removes nothing
  expect(readdirSync(folder)).toHaveLength(used.length + 4);
  await compile(folder, [OTHER, BASE]);
  const left = readdirSync(folder);
  expect(left).toEqual(expect.arrayContaining([...used, 'elm-new.json', 'other']));
  expect(left).toHaveLength(used.length + 3);
});
