import { afterEach, expect, it } from 'vitest';
import { Progress } from '../../src/cli/progress.ts';
import { runCli } from '../../src/cli/program.ts';
import type { World } from '../../src/cli/world.ts';
import { readConfig } from '../../src/config.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';
import { compileCql } from '../../src/translate/compile.ts';
import { ElmCache } from '../../src/translate/elm-cache.ts';
import { CqlTranslatorProcess } from '../../src/translate/translator-process.ts';
import { ROOT } from '../support/content.ts';
import { aFolder } from '../support/folder.ts';
import { aCoughCase, MINI_CONTENT } from '../support/mini-content.ts';

/** Progress on a clock of its own; `<` stands for a line that was taken back. */
function aProgress({ rewrites }: { rewrites: boolean }) {
  let written = '';
  let seconds = 0;
  const progress = new Progress({
    write: (text) => {
      written += text;
    },
    rewrites,
    clock: () => new Date(seconds * 1000),
  });
  const wait = (more: number): void => {
    seconds += more;
  };
  return { progress, wait, written: () => written.replaceAll('\r\u001B[K', '<') };
}

it('is one line on a terminal, written anew each time and gone at the end', () => {
  const { progress, written } = aProgress({ rewrites: true });
  progress.show('1 of 3');
  progress.show('2 of 3');
  progress.show(undefined);
  expect(written()).toBe('<1 of 3<2 of 3<');
});

it('makes room for another line once', () => {
  const { progress, written } = aProgress({ rewrites: true });
  progress.clear();
  progress.show('1 of 3');
  progress.clear();
  progress.clear();
  expect(written()).toBe('<1 of 3<');
});

it('is elsewhere a line every ten seconds, and none for what takes less', () => {
  const { progress, wait, written } = aProgress({ rewrites: false });
  for (let i = 1; i <= 24; i += 1) {
    progress.show(`${i} of 24`);
    wait(1);
  }
  progress.show(undefined);
  expect(written()).toBe('11 of 24\n21 of 24\n');
});

it('counts work that follows at once on other work together with it', () => {
  const { progress, wait, written } = aProgress({ rewrites: false });
  for (const item of progress.through('reading', [1, 2])) wait(item * 2);
  for (const item of progress.through('running', [1, 2, 3])) wait(item * 2);
  expect(written()).toBe('running, 3 of 3\n');
});

it('begins anew for work that comes much later', () => {
  const { progress, wait, written } = aProgress({ rewrites: false });
  progress.show('1 of 2');
  progress.show(undefined);
  wait(3600);
  progress.show('2 of 2');
  progress.show(undefined);
  expect(written()).toBe('');
});

it('is taken back when the work ends early', () => {
  const { progress, written } = aProgress({ rewrites: true });
  for (const item of progress.through('trying', [1, 2, 3])) if (item === 2) break;
  expect(written()).toBe('<trying, 1 of 3<trying, 2 of 3<');
});

it.each([true, false])('is nothing once silenced, on a terminal: %s', (rewrites) => {
  const { progress, wait, written } = aProgress({ rewrites });
  progress.silence();
  progress.show('1 of 2');
  wait(60);
  progress.show('2 of 2');
  progress.show(undefined);
  expect(written()).toBe('');
});

afterEach(() => {
  process.exitCode = undefined; // commands set it
});

/** Runs a command in this process, over content that was never compiled, on a terminal. */
async function shownBy(...args: readonly string[]): Promise<readonly string[]> {
  const { progress, written } = aProgress({ rewrites: true });
  const site = aFolder({
    ...MINI_CONTENT,
    'test/rules/RX-01/cough.yaml': aCoughCase('A cough', '[{ rule: RX-01, indicator: info }]'),
  });
  const translator = new CqlTranslatorProcess();
  const tools = {
    translator,
    cache: new ElmCache(aFolder()),
    onProgress: progress.showCompile.bind(progress),
  };
  const compile: World['compile'] = (sources, modelXml) => compileCql(sources, modelXml, tools);
  await runCli([...args, '--content', site], {
    config: () => readConfig({}, ROOT),
    compile,
    compiler: () => ({ model: readModelInfo(), compile }),
    clock: () => new Date(0),
    newId: () => 'id',
    out: () => {},
    err: () => {},
    progress,
    colour: false,
    packageRoot: ROOT,
    workerFile: new URL('file:///none'),
    secret: () => undefined,
    close: async () => {},
  });
  await translator.close();
  return written()
    .split('<')
    .filter((line) => line !== '');
}

const COMPILED = [1, 2, 3, 4].map((at) => `compiling CQL, ${at} of 4`);

it.each([
  [['check'], COMPILED],
  [['test'], [...COMPILED, 'running cases, 1 of 1']],
  [
    ['mutate', 'cql/Mini.cql', '--sample', '2'],
    [...COMPILED, 'running cases, 1 of 1', 'trying changes, 1 of 2', 'trying changes, 2 of 2'],
  ],
  [['check', '--json'], []],
])('is shown by %j', async (args, shown) => {
  expect(await shownBy(...args)).toEqual(shown);
});
