import { resolve } from 'node:path';
import type { Command } from 'commander';
import { siteOf } from '../config.ts';
import { examine, type Examination, type ExaminedServer } from '../doctor/examine.ts';
import { isFine, remediesOf } from '../doctor/remedies.ts';
import type { TriedSearch } from '../doctor/try-search.ts';
import { unclaimed, verdictOf } from '../doctor/verdict.ts';
import { NerverootError } from '../errors.ts';
import { allowedServer } from '../fhir/allow-list.ts';
import { connectFhir } from '../fhir/client.ts';
import { PATIENT_BUDGET_MS, readFhirServer } from './fhir-server.ts';
import { printExamination } from './doctor-report.ts';
import { loadContentOrExplain } from './load-content.ts';
import { EXIT, type World } from './world.ts';

interface DoctorOptions {
  readonly fhirServer: string;
  readonly patient?: string;
  readonly tokenEnv?: string;
  readonly content?: string;
  readonly json?: true;
}

/** `nerveroot doctor`: what a FHIR server does with the searches that the services need. */
export function addDoctor(program: Command, world: World): void {
  program
    .command('doctor')
    .summary('try a FHIR server: which of the needed searches work, and what to do')
    .description(
      'Makes every read and search that the services would make on a FHIR R4 server, and tells what ' +
        'came back, what the services would answer, and what the EHR team must configure. Reads ' +
        'only. Prints numbers and code systems, no data of the patient. Without --patient it ' +
        'searches with an id that no patient has. Exit code 1 when something is found wanting.',
    )
    .requiredOption('--fhir-server <url>', 'base address of the FHIR R4 server')
    .option('--patient <id>', 'a patient of that server, best a test patient')
    .option('--token-env <name>', 'environment variable that holds the bearer token for it')
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .option('--json', 'print the findings as JSON')
    .action(async (options: DoctorOptions) => {
      const config = world.config();
      const server = readServer(options, world);
      const site = siteOf(config, server.baseUrl);
      const root = resolve(options.content ?? config.content);
      const content = await loadContentOrExplain(world, root, {
        codeMaps: site.codes === undefined ? [] : [site.codes],
        clients: config.clientsFile,
      });
      const limitMs = Math.max(config.fhirBudgetMs, PATIENT_BUDGET_MS);
      const examination = await examine(server, {
        content,
        site,
        open: connectFhir(config.bodyLimitBytes),
        now: world.clock,
        newId: world.newId,
        budgetMs: config.fhirBudgetMs,
        limitMs,
      });
      const remedies = remediesOf(examination, {
        isListed: allowedServer(server.baseUrl, config.fhirServers) !== undefined,
        limitMs,
        tokenEnv: options.tokenEnv,
      });
      world.out(
        options.json
          ? JSON.stringify(toJson(examination, remedies), undefined, 2)
          : printExamination(examination, remedies, world.colour),
      );
      process.exitCode = isFine(examination) ? EXIT.ok : EXIT.found;
    });
}

function readServer(options: DoctorOptions, world: World): ExaminedServer {
  const { fhirServer, patient } = options;
  const { token } = readFhirServer(options, world);
  const baseUrl = allowedServer(fhirServer, [fhirServer]);
  if (baseUrl === undefined) {
    throw new NerverootError(
      'InvalidInput',
      '--fhir-server must be an https address; plain http is read on this machine only',
    );
  }
  if (patient !== undefined && !/^[A-Za-z0-9\-.]{1,64}$/.test(patient)) {
    throw new NerverootError('InvalidInput', '--patient must be a FHIR id, without Patient/');
  }
  return { baseUrl, token, patientId: patient };
}

/** The findings for a machine; nothing of the patient but the id that was typed. */
function toJson(examination: Examination, remedies: readonly string[]) {
  const { server, metadata, budgetMs, searches, outlooks, siteChanges } = examination;
  const { claims, ...told } = metadata;
  return {
    works: isFine(examination),
    fhirServer: server.baseUrl,
    patient: server.patientId ?? null,
    tokenSent: server.token !== undefined,
    budgetMs,
    metadata: { ...told, resourceTypes: [...claims.keys()] },
    searches: searches.map((search) => searchJson(search, examination)),
    services: outlooks.map(({ service, ...outlook }) => ({ ...service, ...outlook })),
    siteChanges,
    remedies,
  };
}

function searchJson({ need, ...search }: TriedSearch, examination: Examination) {
  return {
    ...need.requirement,
    services: need.services.map(({ id }) => id),
    verdict: verdictOf({ need, ...search }, examination),
    notClaimed: unclaimed({ need, ...search }, examination) ?? null,
    ...search,
  };
}
