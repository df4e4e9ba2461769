import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileCached } from '../../src/translate/elm-cache.ts';
import { CqlTranslatorThread, type Compiled, type CqlSource } from '../../src/translate/compile.ts';
import { aFolder } from '../support/folder.ts';

/** Answers at once with an ELM named after the number of compiles so far. */
class CountingTranslator extends CqlTranslatorThread {
  compiles = 0;
  problems: Compiled['problems'] = [];

  override async compile(): Promise<Compiled> {
    this.compiles += 1;
    const elm = { library: { identifier: { id: `Compile${this.compiles}` } } };
    return { elms: [elm], problems: this.problems };
  }
}

const SOURCES = [{ file: 'a.cql', text: 'library A' }];

function open(directory: string | undefined) {
  const translator = new CountingTranslator();
  const compile = async (sources: readonly CqlSource[] = SOURCES, model = '<modelInfo/>') => {
    const { elms } = await compileCached(sources, model, translator, { directory });
    return elms[0]?.library.identifier.id;
  };
  return { translator, compile };
}

it('takes what an earlier compile of the same texts left', async () => {
  const folder = aFolder();
  expect(await open(folder).compile()).toBe('Compile1');
  const later = open(folder);
  expect(await later.compile()).toBe('Compile1');
  expect(later.translator.compiles).toBe(0);
});

it('does not care in which order or under which file names the texts come', async () => {
  const { compile } = open(aFolder());
  await compile([...SOURCES, { file: 'b.cql', text: 'library B' }]);
  const moved = [{ file: 'c.cql', text: 'library B' }, ...SOURCES];
  expect(await compile(moved)).toBe('Compile1');
});

it('compiles again for a changed text and for another model', async () => {
  const { compile } = open(aFolder());
  await compile();
  expect(await compile([{ file: 'a.cql', text: 'library A // changed' }])).toBe('Compile2');
  expect(await compile(SOURCES, '<modelInfo version="2"/>')).toBe('Compile3');
});

it('keeps nothing that has an error, and keeps what has a warning', async () => {
  const { compile, translator } = open(aFolder());
  const problem = { library: 'A', line: 1, column: 1, message: 'said' } as const;
  translator.problems = [{ ...problem, severity: 'error' }];
  await compile();
  translator.problems = [{ ...problem, severity: 'warning' }];
  expect(await compile()).toBe('Compile2');
  expect(await compile()).toBe('Compile2');
});

it.each(['', '{"elms": [', '{}', 'null', '[]'])('ignores a broken file: %j', async (broken) => {
  const folder = aFolder();
  await open(folder).compile();
  for (const file of readdirSync(folder)) writeFileSync(join(folder, file), broken);
  const later = open(folder);
  expect(await later.compile()).toBe('Compile1');
  expect(later.translator.compiles).toBe(1);
});

it('only compiles where the folder cannot be written', async () => {
  const folder = aFolder({ taken: 'a file and no folder' });
  chmodSync(folder, 0o500); // root writes even so; below a file nobody can
  const { compile } = open(join(folder, 'taken'));
  expect([await compile(), await compile()]).toEqual(['Compile1', 'Compile2']);
});

it('leaves no half-written file behind', async () => {
  const folder = aFolder();
  await open(folder).compile();
  expect(readdirSync(folder).filter((name) => !/^elm-[0-9a-f]{32}\.json$/.test(name))).toEqual([]);
});

it('keeps nothing without a folder', async () => {
  const { compile } = open(undefined);
  expect([await compile(), await compile()]).toEqual(['Compile1', 'Compile2']);
});
