import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadContent } from '../../src/content/load.ts';
import { aCompiler } from '../support/content.ts';
import { aFolder } from '../support/folder.ts';
import { contentOf, faultsOf, MINI_CONTENT, miniContent } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

it('finds no fault in content that has none', async () => {
  expect(await faultsOf(compiler, MINI_CONTENT)).toEqual([]);
});

it('gives the cards by rule and the services in order of their files', async () => {
  const { cards, services } = await contentOf(compiler);
  expect([...cards.keys()]).toEqual(['NC-01', 'RX-01', 'RX-02']);
  expect(services.map(({ id }) => id)).toEqual(['mini-order', 'mini-view']);
});

it('warns of content without a service', async () => {
  const none = miniContent([], {
    'hooks/services/mini-view.yaml': undefined,
    'hooks/services/mini-order.yaml': undefined,
  });
  expect(await faultsOf(compiler, none)).toEqual([
    'hooks/services:1:1: warning: There is no service; write one YAML file a service',
  ]);
});

it('refuses a folder that is not there, since nothing would be found wrong with it', async () => {
  const nowhere = join(aFolder(), 'nowhere');
  await expect(loadContent(nowhere, compiler)).rejects.toMatchObject({
    code: 'InvalidInput',
    message: `There is no content folder ${nowhere}`,
  });
});
