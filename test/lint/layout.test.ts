import { afterAll, describe, expect, it } from 'vitest';
import { formatFault } from '../../src/content/fault.ts';
import { lint } from '../../src/lint/lint.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

async function faultsIn(...texts: readonly string[]): Promise<string[]> {
  const program = await aProgram(compiler, texts);
  const named = texts.map((text) => [/library (\w+)/.exec(text)?.[1] ?? '', text] as const);
  return lint(program, new Map(named), []).map(formatFault);
}

const BASE = aLibrary('Base', `codesystem "S": 'urn:s'\ncontext Patient\ndefine "One": 1`);

describe('an include', () => {
  it('is warned of when nothing of it is used', async () => {
    expect(await faultsIn(BASE, aLibrary('Uses', 'define "Two": 2', ['Base']))).toEqual([
      'cql/Uses.cql:4:1: warning: Nothing of Base is used here; take the include out [unused-include]',
    ]);
  });

  it.each([
    ['a define', 'define "Two": Base."One" + 1'],
    ['a declaration', `code "C": 'c' from Base."S"\ncontext Patient\ndefine "Two": 2`],
  ])('is used by %s', async (_what, body) => {
    expect(await faultsIn(BASE, aLibrary('Uses', body, ['Base']))).toEqual([]);
  });

  it('of FHIRHelpers is left, because the translator uses it where types are converted', async () => {
    expect(await faultsIn(BASE)).toEqual([]);
  });
});

const lineOf = (length: number) => `// ${'x'.repeat(length - 3)}`;

describe('a line', () => {
  it('of 120 characters is not too long', async () => {
    expect(await faultsIn(`${BASE}${lineOf(120)}\n`)).toEqual([]);
  });

  it('of 121 characters is warned of, at the first of them that is too many', async () => {
    const line = BASE.split('\n').length;
    expect(await faultsIn(`${BASE}${lineOf(121)}\n`)).toEqual([
      `cql/Base.cql:${line}:121: warning: The line has 121 characters; 120 are enough, break it [long-line]`,
    ]);
  });

  it('ends before the end of line of any system', async () => {
    expect(await faultsIn(`${BASE}${lineOf(120)}\r\n`)).toEqual([]);
  });
});
