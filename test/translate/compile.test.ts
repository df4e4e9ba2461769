import { spawnSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { writeFhirHelpers } from '../../src/engine/fhir-helpers.ts';
import { compileCql } from '../../src/translate/compile.ts';
import { ElmCache } from '../../src/translate/elm-cache.ts';
import { aCompiler, ROOT } from '../support/content.ts';
import { aLibrary } from '../support/cql.ts';

const { translator, model } = aCompiler();
const cache = new ElmCache(undefined);
afterAll(() => translator.close());

async function compile(...texts: readonly string[]) {
  const sources = [writeFhirHelpers(model), ...texts].map((text) => ({ file: '', text }));
  const { elms, problems } = await compileCql(sources, model.xml, { translator, cache });
  return {
    libraries: elms.map(({ library }) => library.identifier.id),
    problems: problems.map((p) => `${p.library} ${p.line}:${p.column} ${p.severity} ${p.message}`),
  };
}

it('reports every error of every library once, although another includes it twice over', async () => {
  const broken = aLibrary('Broken', 'define X: Nowhere\ndefine Y: 1 + true');
  const between = aLibrary('Between', 'define Z: 1', ['Broken']);
  const top = aLibrary('Top', 'define Q: Elsewhere', ['Broken', 'Between']);
  expect((await compile(broken, between, top)).problems).toEqual([
    'Broken 5:11 error Could not resolve identifier Nowhere in the current library.',
    'Broken 6:11 error Could not resolve call to operator Add with signature (System.Integer, System.Boolean).',
    'Top 7:11 error Could not resolve identifier Elsewhere in the current library.',
  ]);
});

it('counts columns from 1 in syntax errors too', async () => {
  expect((await compile(aLibrary('Test', 'define X: )'))).problems).toEqual([
    'Test 5:11 error Syntax error at )',
  ]);
});

it('gives errors of the lexer to the library they stand in', async () => {
  expect((await compile(aLibrary('Test', 'define X: 1 $ 2'))).problems).toEqual([
    'Test 5:13 error Syntax error: CQL has no such character here, or a quote is not closed',
  ]);
});

it('takes a unit that UCUM does not have as an error', async () => {
  expect((await compile(aLibrary('Test', "define X: 5 'fathoms'"))).problems).toEqual([
    'Test 5:11 error fathoms is not a valid UCUM code.',
  ]);
});

it('gives the ELM of the faultless libraries beside the errors of the others', async () => {
  const { libraries, problems } = await compile(
    aLibrary('Good', "define X: 5 'mm'"),
    aLibrary('Bad', 'define X: Nowhere'),
  );
  expect(libraries).toEqual(['FHIRHelpers', 'Good']);
  expect(problems).toHaveLength(1);
});

it('gives each of two compiles at the same time its own answer', async () => {
  const [one, other] = await Promise.all([
    compile(aLibrary('One', 'define X: 1')),
    compile(aLibrary('Other', 'define X: 1')),
  ]);
  expect(one.libraries).toEqual(['FHIRHelpers', 'One']);
  expect(other.libraries).toEqual(['FHIRHelpers', 'Other']);
});

it('starts a new process after it was closed', async () => {
  await translator.close();
  expect((await compile(aLibrary('Again', 'define X: 1'))).libraries).toContain('Again');
});

it('fails where the process is ended while it works, and starts another for the next compile', async () => {
  await compile(aLibrary('Before', 'define X: 1'));
  const failing = compile(aLibrary('During', 'define X: 1'));
  const children = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'translate-child'], {
    encoding: 'utf8',
  });
  for (const id of children.stdout.trim().split('\n')) process.kill(Number(id), 'SIGKILL');
  await expect(failing).rejects.toThrow('The CQL translator ended before it answered');
  expect((await compile(aLibrary('After', 'define X: 1'))).libraries).toContain('After');
});

it('writes nothing to standard output', () => {
  const script = `
    import { compileCql } from './src/translate/compile.ts';
    import { ElmCache } from './src/translate/elm-cache.ts';
    import { CqlTranslatorProcess } from './src/translate/translator-process.ts';
    import { readModelInfo } from './src/engine/model-info.ts';
    const translator = new CqlTranslatorProcess();
    const text = "library Test version '1'\\nusing FHIR version '4.0.1'\\ndefine X: Nowhere";
    const tools = { translator, cache: new ElmCache(undefined) };
    const { problems } = await compileCql([{ file: '', text }], readModelInfo().xml, tools);
    process.exitCode = problems.length;
    await translator.close();`;
  const run = spawnSync(process.execPath, ['-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect([run.status, run.stdout, run.stderr]).toEqual([1, '', '']);
});
