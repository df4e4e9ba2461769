import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DateTime } from 'luxon';
import type { Config } from '../config.ts';
import {
  listDemoPatients,
  loadDemoPatients,
  readDemoPatient,
  type DemoPatient,
} from '../content/demo-patient.ts';
import { formatFault, type ContentFault } from '../content/fault.ts';
import { FhirModel } from '../cql/fhir-object.ts';
import { NerverootError } from '../errors.ts';
import { completeResource } from '../fhir/complete-resource.ts';
import { resolveDates } from '../fhir/relative-dates.ts';
import { isResource, type Resource } from '../fhir/resource.ts';
import { RESOURCE_TYPES } from '../sandbox/parameters.ts';
import { createSandbox } from '../sandbox/router.ts';
import { ResourceStore } from '../sandbox/store.ts';
import { readResources } from './read-resources.ts';
import type { World } from './world.ts';

/** Where the sandbox is served. */
export const SANDBOX_PATH = '/sandbox/fhir';

/** An open sandbox. */
export interface Sandbox {
  readonly router: ReturnType<typeof createSandbox>;
  /** How many patients it began with. */
  readonly patients: number;
}

/**
 * Opens the sandbox with the demo patients of a content folder and those of another
 * folder; undefined when it is switched off. Throws InvalidInput for a faulty file of
 * the latter. The demo patients are read at the first call, for a quick start.
 */
export async function openSandbox(
  world: World,
  config: Config,
  { root, folder }: { root: string; folder: string | undefined },
): Promise<Sandbox | undefined> {
  if (!config.sandbox) {
    if (folder === undefined) return undefined;
    throw new NerverootError(
      'InvalidInput',
      '--sandbox-patients needs the sandbox; switch it on with NERVEROOT_SANDBOX=on',
    );
  }
  const own = folder === undefined ? [] : await readFolder(resolve(folder), world, config);
  const demo = await listDemoPatients(root);
  let store: Promise<ResourceStore> | undefined;
  const router = createSandbox({
    open: () => (store ??= fillStore(world, config, { root, own })),
    clock: world.clock,
    newId: world.newId,
    zone: config.timeZone,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  const patients = new Set(own.filter((r) => r.resourceType === 'Patient').map(({ id }) => id));
  return { router, patients: demo.length + patients.size };
}

async function fillStore(
  world: World,
  config: Config,
  { root, own }: { root: string; own: readonly Resource[] },
): Promise<ResourceStore> {
  const { patients, faults } = await loadDemoPatients(root, modelOf(world));
  for (const fault of faults) world.err(formatFault(fault));
  const now = DateTime.fromJSDate(world.clock(), { zone: config.timeZone });
  const demo = patients.flatMap((patient) => resourcesOf(patient, now));
  const store = new ResourceStore();
  for (const resource of [...demo, ...own]) {
    store.put(resource, resource.id ?? world.newId(), world.clock());
  }
  return store;
}

function modelOf(world: World): FhirModel {
  return new FhirModel(world.compiler().model);
}

/** A demo patient's resources, whole and with the dates of today. */
export function resourcesOf(
  patient: Pick<DemoPatient, 'id' | 'resources'>,
  now: DateTime,
): Resource[] {
  return patient.resources.flatMap((written, i) => {
    const resource = resolveDates(completeResource(written, patient.id, `${patient.id}-${i}`), now);
    return isResource(resource) ? resource : [];
  });
}

async function readFolder(folder: string, world: World, config: Config): Promise<Resource[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new NerverootError('InvalidInput', `Cannot read the folder ${folder}`, { cause });
  });
  const resources: Resource[] = [];
  for (const name of names.toSorted()) {
    const file = join(folder, name);
    if (/\.ya?ml$/.test(name)) resources.push(...(await readStory(file, world, config)));
    if (/\.json(\.gz)?$/.test(name)) resources.push(...servedOf(file, world));
  }
  return resources;
}

/** Own patients need no verified codes; their form is checked all the same. */
async function readStory(file: string, world: World, config: Config): Promise<Resource[]> {
  const faults: ContentFault[] = [];
  const text = await readFile(file, 'utf8');
  const read = readDemoPatient({ file, text }, modelOf(world), faults);
  for (const fault of faults) world.err(formatFault(fault));
  const now = DateTime.fromJSDate(world.clock(), { zone: config.timeZone });
  if (read && faults.length === 0) return resourcesOf(read.patient, now);
  throw new NerverootError('InvalidInput', `${file} has the faults listed above`);
}

/** What the sandbox serves of a Bundle; says what it leaves out. */
function servedOf(file: string, world: World): Resource[] {
  const resources = readResources(file);
  const served = resources.filter(({ resourceType }) => RESOURCE_TYPES.includes(resourceType));
  const left = new Set(
    resources.map((r) => r.resourceType).filter((t) => !RESOURCE_TYPES.includes(t)),
  );
  if (left.size > 0) {
    world.err(`${file}: left out what the sandbox does not serve: ${[...left].join(', ')}`);
  }
  return served;
}
