import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Content } from '../content/content.ts';
import { checkCitations } from '../content/check-citations.ts';
import { loadDemoPatients } from '../content/demo-patient.ts';
import { formatFault } from '../content/fault.ts';
import { loadContent, loadTerminology } from '../content/load.ts';
import { FhirModel } from '../engine/fhir-model.ts';
import { loadAccepted } from '../mutation/accepted.ts';
import { mutantsOf } from '../mutation/mutants.ts';
import { nameMutants } from '../mutation/names.ts';
import { lint } from '../lint/lint.ts';
import { loadCases } from '../rule-tests/load-cases.ts';
import { readCqlTexts } from './coverage.ts';
import { EXIT, type World } from './world.ts';

interface CheckOptions {
  readonly content?: string;
  readonly codes?: string;
  readonly clients?: string;
  readonly json?: true;
}

/** `nerveroot check`: every fault of the content and the cases, each with file and line. */
export function addCheck(program: Command, world: World): void {
  program
    .command('check')
    .summary('find every fault in the rules, cards, codes and cases')
    .description(
      'Compiles the CQL and checks services, cards, forms, value sets, cases and cited sources against it. ' +
        'Prints every fault as file:line:column. Exit code 1 when there is an error.',
    )
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .option('--codes <file>', 'check a FHIR ConceptMap with the local codes of a site, too')
    .option('--clients <file>', 'check what a file of NERVEROOT_CLIENTS sets for sites, too')
    .option('--json', 'print the faults as JSON')
    .action(async (options: CheckOptions) => {
      const root = resolve(options.content ?? world.config().content);
      const { content, known, faults } = await loadContent(root, world.compiler(), {
        codeMaps: options.codes === undefined ? [] : [options.codes],
        clients: options.clients,
      });
      const folders = CASES.filter((folder) => existsSync(resolve(root, folder)));
      const cases = await loadCases(root, folders, known);
      const model = new FhirModel(world.compiler().model);
      const { verified } = await loadTerminology(root);
      const demo = await loadDemoPatients(root, model, verified);
      const accepted = content ? await acceptedOf(root, content) : { faults: [] };
      const citations = await checkCitations(root, world.clock().toISOString().slice(0, 10));
      const texts = await readCqlTexts(root, known.program);
      const linted = lint(known.program, texts, content?.services ?? []);
      const parts = [citations, linted, demo.faults, cases.faults, accepted.faults];
      const all = [...faults, ...parts.flat()];
      if (options.json) world.out(JSON.stringify(all, undefined, 2));
      else for (const fault of all) world.out(formatFault(fault));
      const errors = all.filter(({ severity }) => severity === 'error').length;
      if (!options.json)
        world.out(summary(errors, all.length - errors, content, cases.cases.length));
      process.exitCode = errors > 0 ? EXIT.found : EXIT.ok;
    });
}

/** Where cases lie. */
const CASES = ['test/rules', 'test/burden'];

/** The changes of its CQL that the content accepts. */
async function acceptedOf(root: string, content: Content) {
  const texts = await readCqlTexts(root, content.program);
  return loadAccepted(root, nameMutants(mutantsOf(content.program, [...texts.keys()]), texts));
}

function summary(
  errors: number,
  warnings: number,
  content: Content | undefined,
  cases: number,
): string {
  const counts = `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  if (!content) return `${counts}.`;
  const { services, cards, program, questionnaires } = content;
  const found = [
    `${program.elms.size - 1} libraries`,
    `${cards.size} cards`,
    `${services.length} services`,
    `${questionnaires.length} forms`,
    `${cases} cases`,
  ];
  return `${found.join(', ')}: ${counts}.`;
}
