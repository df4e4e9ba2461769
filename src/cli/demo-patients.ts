import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { loadDemoPatients } from '../content/demo-patient.ts';
import { formatFault } from '../content/fault.ts';
import { FhirModel } from '../engine/fhir-model.ts';
import { NerverootError } from '../errors.ts';
import type { FhirAccess } from '../fhir/client.ts';
import type { Resource } from '../fhir/resource.ts';
import { transactionOf, writeAll } from '../fhir/write.ts';
import { resourcesOf } from './sandbox.ts';
import { readFhirServer } from './fhir-server.ts';
import { EXIT, type World } from './world.ts';

interface DemoOptions {
  readonly fhirServer?: string;
  readonly tokenEnv?: string;
  readonly out?: string;
  readonly content?: string;
}

/** A demo patient as it is written: with ids, and dates counted from now. */
interface ReadyPatient {
  readonly id: string;
  readonly resources: readonly Resource[];
}

/** `nerveroot demo-patients`: the demo patients for another FHIR server. */
export function addDemoPatients(program: Command, world: World): void {
  program
    .command('demo-patients')
    .summary('write the demo patients to a FHIR server, or print them')
    .description(
      'Prints the demo patients as a transaction Bundle, with dates counted from now; with ' +
        '--fhir-server writes them to a FHIR R4 server, one transaction a patient. Writing them ' +
        'again replaces them. They are invented: write them to a test server only.',
    )
    .option('--fhir-server <url>', 'write them to this FHIR R4 server')
    .option('--token-env <name>', 'environment variable that holds the bearer token for it')
    .option('--out <file>', 'write the Bundle to a file')
    .option('--content <folder>', 'the folder with hooks/ (default: the built-in content)')
    .action(async (options: DemoOptions) => {
      const access = accessOf(options, world);
      const patients = await readPatients(options, world);
      if (access) {
        await write(patients, access, world);
        return;
      }
      const bundle = transactionOf(patients.flatMap(({ resources }) => resources));
      const json = JSON.stringify(bundle, undefined, 2);
      if (options.out === undefined) world.out(json);
      else writeBundle(options.out, json);
    });
}

/** A server that takes longer than this for all of them is not answering. */
const WRITE_BUDGET_MS = 120_000;

function accessOf(
  { fhirServer, tokenEnv, out }: DemoOptions,
  world: World,
): FhirAccess | undefined {
  if (fhirServer === undefined) {
    if (tokenEnv === undefined) return undefined;
    throw new NerverootError(
      'InvalidInput',
      '--token-env needs the server it is for: --fhir-server',
    );
  }
  if (out !== undefined) {
    throw new NerverootError('InvalidInput', 'Choose one of --fhir-server and --out');
  }
  return readFhirServer({ fhirServer, ...(tokenEnv === undefined ? {} : { tokenEnv }) }, world);
}

async function readPatients({ content }: DemoOptions, world: World): Promise<ReadyPatient[]> {
  const config = world.config();
  const root = resolve(content ?? config.content);
  const { patients, faults } = await loadDemoPatients(root, new FhirModel(world.compiler().model));
  for (const fault of faults) world.err(formatFault(fault));
  if (faults.length > 0) {
    throw new NerverootError(
      'InvalidContent',
      'The demo patients have the faults listed above; nothing was written',
    );
  }
  if (patients.length === 0) {
    throw new NerverootError('InvalidInput', `There are no demo patients in ${root}`);
  }
  const now = DateTime.fromJSDate(world.clock(), { zone: config.site.timeZone });
  return patients.map((patient) => ({ id: patient.id, resources: resourcesOf(patient, now) }));
}

/** One transaction a patient: what a server refuses of one keeps no other from being written. */
async function write(
  patients: readonly ReadyPatient[],
  access: FhirAccess,
  world: World,
): Promise<void> {
  const signal = AbortSignal.timeout(WRITE_BUDGET_MS);
  const refused = new Map<string, string[]>();
  for (const { id, resources } of patients) {
    const { bodyLimitBytes: maxBytes } = world.config();
    const result = await writeAll(resources, access, { signal, maxBytes });
    if (result.state === 'written')
      world.out(`${id}: ${result.created} resources created, ${result.updated} replaced`);
    else refused.set(result.reason, [...(refused.get(result.reason) ?? []), id]);
  }
  const count = [...refused.values()].flat().length;
  world.out(`${patients.length - count} of ${patients.length} demo patients written`);
  for (const [reason, ids] of refused) world.err(`Not written: ${ids.join(', ')}: ${reason}`);
  if (count === 0) return;
  world.err(`Of these nothing was written. ${REMEDY}`);
  process.exitCode = EXIT.found;
}

const REMEDY =
  'See that GET <address>/metadata answers, that the token may write, and that the server takes ' +
  'ids of the client by PUT.';

function writeBundle(file: string, json: string): void {
  try {
    writeFileSync(file, `${json}\n`);
  } catch (cause) {
    throw new NerverootError('InvalidInput', `Cannot write ${file}`, { cause });
  }
}
