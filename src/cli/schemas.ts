import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import {
  basisFile,
  budgetFile,
  cardFile,
  demoPatientFile,
  overrideReasonsFile,
  parametersFile,
  serviceFile,
  sourcesFile,
} from '../content/schema.ts';
import { acceptedFile } from '../mutation/accepted.ts';
import { caseFile, casesFile, patientFile } from '../rule-tests/case-file.ts';
import { shortNamesFile } from '../rule-tests/short-form/vocabulary.ts';
import type { World } from './world.ts';

/** JSON Schema by file name, from the same source that `check` uses. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  const schemas = {
    card: cardFile,
    service: serviceFile,
    'override-reasons': overrideReasonsFile,
    parameters: parametersFile,
    sources: sourcesFile,
    basis: basisFile,
    case: caseFile,
    cases: casesFile,
    budget: budgetFile,
    patient: patientFile,
    'short-names': shortNamesFile,
    'demo-patient': demoPatientFile,
    'accepted-mutants': acceptedFile,
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), undefined, 2)}\n`,
    ]),
  );
}

/** `nerveroot schemas`: JSON Schemas of the YAML files, for editors. */
export function addSchemas(program: Command, world: World): void {
  program
    .command('schemas')
    .summary('write JSON Schemas of the YAML files, for editors')
    .description(
      'Writes one JSON Schema for each kind of YAML file. Editors with the YAML language server ' +
        'complete and check with them; .vscode/settings.json of this project shows how.',
    )
    .argument('[folder]', 'where to write', 'docs/schemas')
    .action(async (folder: string) => {
      const target = resolve(folder);
      await mkdir(target, { recursive: true });
      for (const [file, text] of Object.entries(jsonSchemas())) {
        await writeFile(join(target, file), text);
        world.out(`wrote ${join(folder, file)}`);
      }
    });
}
