import { afterAll, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { contentOf, faultsOf, MINI_CONTENT } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

it('finds no fault in content that has none', async () => {
  expect(await faultsOf(compiler, MINI_CONTENT)).toEqual([]);
});
