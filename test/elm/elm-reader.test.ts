import { afterAll, expect, it } from 'vitest';
import { ElmReader } from '../../src/elm/elm-reader.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

it('a comment that silences a warning is no word about the definition below it', async () => {
  const body = [
    '// How many there are.',
    '// nerveroot-check allow combine-nothing: there are always some',
    '// @title: Number',
    'define "Count": 1',
  ];
  const program = await aProgram(compiler, [aLibrary('Test', body.join('\n'))]);
  const [define] = new ElmReader(program).defines('Test');
  expect(define?.comment).toBe('How many there are.');
  expect(define?.tags).toEqual(new Map([['title', 'Number']]));
});
