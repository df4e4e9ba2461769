import { MessageChannel } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import type { Compiled, CqlSource } from '../../src/translate/compile.ts';
import { askShared, holdShared, serveShared, type Shared } from '../../src/workers/shared.ts';

/** A translator that counts how often it is asked, and answers with the names of the files. */
function aTranslator() {
  const asked: string[] = [];
  const compile = async (sources: readonly CqlSource[], modelXml: string): Promise<Compiled> => {
    const files = sources.map(({ file }) => file).join();
    asked.push(`${files} ${modelXml}`);
    await Promise.resolve();
    if (files === 'broken') throw new Error('The translator failed');
    const elms = sources.map(({ file }) => ({
      library: { identifier: { id: file } },
      whole: new Uint8Array(),
    }));
    return { elms, problems: [] };
  };
  return { compile, asked };
}

/** The shared things at the other end of a port. */
function across(shared: Shared): Shared {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  serveShared(port1, shared);
  return askShared(port2);
}

const A: CqlSource = { file: 'A', text: 'library A' };
const B: CqlSource = { file: 'B', text: 'library B' };

it('translates once what several workers ask for', async () => {
  const translator = aTranslator();
  const shared = holdShared(translator.compile);
  const workers = [across(shared), across(shared)];
  const compiled = await Promise.all(workers.map((worker) => worker.compile([A, B], 'model')));
  expect(compiled).toEqual([await shared.compile([A, B], 'model'), compiled[0]]);
  expect(translator.asked).toEqual(['A,B model']);
});

it('translates other texts, and the same ones again once they were let go of', async () => {
  const translator = aTranslator();
  const shared = holdShared(translator.compile);
  const worker = across(shared);
  await worker.compile([A], 'model');
  await worker.compile([B], 'model');
  shared.forget();
  await worker.compile([B], 'model');
  expect(translator.asked).toEqual(['A model', 'B model', 'B model']);
});

it('gives each question its own answer', async () => {
  const worker = across(holdShared(aTranslator().compile));
  const [a, b] = await Promise.all([worker.compile([A], 'm'), worker.compile([B], 'm')]);
  expect([a?.elms[0]?.library.identifier.id, b?.elms[0]?.library.identifier.id]).toEqual([
    'A',
    'B',
  ]);
});

it('says so when it fails, and tries again when it is asked again', async () => {
  const translator = aTranslator();
  const worker = across(holdShared(translator.compile));
  const broken: CqlSource = { file: 'broken', text: '' };
  await expect(worker.compile([broken], 'm')).rejects.toThrow('The translator failed');
  await expect(worker.compile([broken], 'm')).rejects.toThrow('The translator failed');
  expect(translator.asked).toHaveLength(2);
});
