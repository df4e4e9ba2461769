import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { carriesOrders } from '../cds-hooks/hooks.ts';
import { siteOf } from '../config.ts';
import type { CdsService, Content } from '../content/content.ts';
import { decide, type DecisionResult } from '../decision/decide.ts';
import { openReaders } from '../decision/fhir-access.ts';
import { explain, type ExplainOptions } from '../explanation/explain.ts';
import { NerverootError } from '../errors.ts';
import { connectFhir } from '../fhir/client.ts';
import type { Resource } from '../fhir/resource.ts';
import { composeOpenRequest, composeRequest } from '../patient-data/compose-request.ts';
import { PATIENT_BUDGET_MS, readFhirServer } from './fhir-server.ts';
import { readResources } from './read-resources.ts';
import { printExplanation } from './print-explanation.ts';
import { printCards } from './print.ts';
import { loadContentOrExplain } from './load-content.ts';
import type { World } from './world.ts';

interface CallOptions {
  readonly bundle?: string;
  readonly fhirServer?: string;
  readonly tokenEnv?: string;
  readonly order?: string;
  readonly patient?: string;
  readonly content?: string;
  readonly codes?: string;
  readonly now?: string;
  readonly json?: true;
  readonly explain?: true;
  readonly why?: readonly string[];
}

/** `nerveroot call`: one call of a service, for a patient in a file. */
export function addCall(program: Command, world: World): void {
  program
    .command('call')
    .summary('call a service for a patient and print the cards')
    .description(
      'Calls a service as an EHR would: with --bundle as one that sends everything by prefetch, ' +
        'with --fhir-server as one that sends nothing and opens its FHIR server. <service> is a ' +
        'service id or a hook.',
    )
    .argument('<service>', 'service id (see GET /cds-services) or hook, like patient-view')
    .option('--bundle <file>', 'the patient: a FHIR R4 Bundle, JSON or gzipped JSON')
    .option('--fhir-server <url>', 'read the patient from this FHIR R4 server')
    .option('--token-env <name>', 'environment variable that holds the bearer token for it')
    .option('--order <file>', 'the draft order, or a Bundle of them, for order hooks')
    .option('--patient <id>', 'which patient, on the server or where the bundle holds several')
    .option('--now <time>', 'evaluation time as ISO 8601 (default: the present)')
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .option('--codes <file>', 'a FHIR ConceptMap with the local codes of the site')
    .option('--json', 'print the CDS Hooks response as JSON')
    .option('--explain', 'say why each card is shown or not, and what would change that')
    .option(
      '--why <rule...>',
      'the same for a rule to its last fact, or for a define (Library.Name) to its last clause',
    )
    .action(async (wanted: string, options: CallOptions) => {
      const config = world.config();
      const root = resolve(options.content ?? config.content);
      const codes =
        options.codes === undefined
          ? siteOf(config, options.fhirServer).codes
          : resolve(options.codes);
      const content = await loadContentOrExplain(world, root, {
        codeMaps: codes === undefined ? [] : [codes],
        clients: config.clientsFile,
      });
      const now =
        options.now === undefined ? world.clock() : readNow(options.now, config.site.timeZone);
      const service = findService(content, wanted);
      const body = composeCall(service, options, world);
      const result = await decide(service.id, body, {
        content: { current: async () => content },
        clock: () => now,
        newId: world.newId,
        siteOf: (request) => ({ ...siteOf(config, request.fhirServer), codes }),
        readerFor: openReaders(connectFhir(config.bodyLimitBytes), {
          // Who types an address on the command line has allowed it.
          allowed: () => (options.fhirServer === undefined ? [] : [options.fhirServer]),
          budgetMs: Math.max(config.fhirBudgetMs, PATIENT_BUDGET_MS),
        }),
      });
      await print(world, result, options);
    });
}

function composeCall(
  service: CdsService,
  options: CallOptions,
  world: World,
): Record<string, unknown> {
  const { bundle, fhirServer, patient, tokenEnv } = options;
  const call = {
    hook: service.hook,
    hookInstance: world.newId(),
    draftOrders: draftsFor(service, options.order),
  };
  if (bundle !== undefined && fhirServer === undefined) {
    const { requirements } = service;
    const resources = readResources(bundle);
    return composeRequest({ ...call, requirements, resources, patientId: patient });
  }
  if (fhirServer === undefined || bundle !== undefined) {
    throw new NerverootError('InvalidInput', 'Say where the patient is: --bundle or --fhir-server');
  }
  if (patient === undefined) {
    throw new NerverootError('InvalidInput', 'Say which patient of the server: --patient <id>');
  }
  const server = { fhirServer, ...(tokenEnv === undefined ? {} : { tokenEnv }) };
  const { token } = readFhirServer(server, world);
  return composeOpenRequest(call, { fhirServer, token, patientId: patient });
}

async function print(world: World, result: DecisionResult, options: CallOptions): Promise<void> {
  const wanted = explanationWanted(options);
  const explained = wanted && (await explain(result, wanted));
  if (options.json) {
    const output = explained ? { ...result.response, explanation: explained } : result.response;
    world.out(JSON.stringify(output, undefined, 2));
    return;
  }
  world.out(printCards(result, { colour: world.colour, evidence: explained !== undefined }));
  if (!explained) return;
  const how = { colour: world.colour, askedByName: options.why !== undefined };
  world.out(`\n${printExplanation(explained, how)}`);
}

/** Enough for every change of a service, unless a machine is slow. */
const LIMITS = { changes: 1000, milliseconds: 20_000 };

function explanationWanted({ explain: all, why }: CallOptions): ExplainOptions | undefined {
  if (why) return { about: why, depth: 'deep', limits: LIMITS };
  return all && { limits: LIMITS };
}

function findService(content: Content, wanted: string): CdsService {
  const service =
    content.services.find(({ id }) => id === wanted) ??
    content.services.find(({ hook }) => hook === wanted);
  if (service) return service;
  const known = content.services.map(({ id, hook }) => `${id} (${hook})`).join(', ');
  throw new NerverootError('InvalidInput', `There is no service ${wanted}. There are: ${known}`);
}

function draftsFor(
  service: CdsService,
  order: string | undefined,
): readonly Resource[] | undefined {
  if (!carriesOrders(service.hook)) {
    if (order === undefined) return undefined;
    throw new NerverootError(
      'InvalidInput',
      `${service.hook} carries no orders; leave --order away`,
    );
  }
  if (order !== undefined) return readResources(order);
  throw new NerverootError(
    'InvalidInput',
    `${service.hook} is about orders; name one with --order <file>`,
  );
}

/** A time without an offset is the site's. */
function readNow(text: string, zone: string): Date {
  const time = DateTime.fromISO(text, { zone });
  if (time.isValid) return time.toJSDate();
  throw new NerverootError(
    'InvalidInput',
    `--now must be an ISO 8601 time, like 2026-03-10T09:00:00Z`,
  );
}
