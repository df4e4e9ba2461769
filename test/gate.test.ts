import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import { formatFault } from '../src/content/fault.ts';
import { loadContent } from '../src/content/load.ts';
import { readFact } from '../src/facts.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { runCase } from '../src/rule-tests/run-case.ts';
import { aCompiler, ROOT } from './support/content.ts';

const compiler = aCompiler();
let folder: string;
let content: Content;
let cases: readonly RuleCase[];

// The services' own gate is unknown wherever a red flag is; this part of it is false for many patients.
const NARROW = 'gate: Population.In Population';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nerveroot-gate-'));
  for (const part of ['cql', 'hooks'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  const services = join(folder, 'hooks', 'services');
  for (const file of await readdir(services)) {
    const text = await readFile(join(services, file), 'utf8');
    const narrow = text.replace(/^gate: .*$/m, NARROW).replace(/^always: .*$/m, '');
    await writeFile(join(services, file), narrow);
  }
  const loaded = await loadContent(folder, compiler);
  if (!loaded.content) throw new Error(loaded.faults.map(formatFault).join('\n'));
  ({ content } = loaded);
  ({ cases } = await loadCases(ROOT, ['test/rules']));
});

afterAll(async () => {
  await compiler.translator.close();
  await rm(folder, { recursive: true });
});

it('where a gate is false, every rule that is seen to rest on it is false, in every case', async () => {
  const offences: string[] = [];
  const outside = new Set<string>();
  for (const ruleCase of cases) {
    const { decision } = await runCase(ruleCase, content);
    if (!decision || readFact(decision.facts, decision.service.gate) !== false) continue;
    for (const { rule, expression } of decision.service.decisions) {
      if (rule === undefined || decision.service.always.has(rule)) continue;
      outside.add(rule);
      const value = readFact(await decision.evaluation.facts([expression]), expression);
      if (value !== false) offences.push(`${ruleCase.file}: ${rule} is ${JSON.stringify(value)}`);
    }
  }
  expect(offences).toEqual([]);
  expect([...outside].toSorted()).toEqual(RESTING);
});

const RESTING = [
  'CC-01',
  'DX-03',
  'DX-04',
  'DX-06',
  'DX-07',
  'DX-09',
  'EI-01',
  'IM-01',
  'IM-03',
  'IM-04',
  'IM-05',
  'IM-07',
  'IM-14',
  'ME-02',
  'RF-02b',
  'RF-07',
  'RF-08',
];
