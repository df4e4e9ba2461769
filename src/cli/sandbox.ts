import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DateTime } from 'luxon';
import type { Config } from '../config.ts';
import type { Content, DemoPatient } from '../content/content.ts';
import { readDemoPatient } from '../content/demo-patient.ts';
import { formatFault, type ContentFault } from '../content/fault.ts';
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
 * Opens the sandbox with the demo patients of the content and those of a folder;
 * undefined when it is switched off. Throws InvalidInput for a faulty file.
 */
export async function openSandbox(
  world: World,
  config: Config,
  { content, folder }: { content: Content; folder: string | undefined },
): Promise<Sandbox | undefined> {
  if (!config.sandbox) {
    if (folder === undefined) return undefined;
    throw new NerverootError(
      'InvalidInput',
      '--sandbox-patients needs the sandbox; switch it on with NERVEROOT_SANDBOX=on',
    );
  }
  const now = DateTime.fromJSDate(world.clock(), { zone: config.timeZone });
  const resources = [
    ...content.demoPatients.flatMap((patient) => resourcesOf(patient, now)),
    ...(folder === undefined ? [] : await readFolder(resolve(folder), { world, content, now })),
  ];
  const store = new ResourceStore();
  for (const resource of resources) {
    store.put(resource, resource.id ?? world.newId(), world.clock());
  }
  const router = createSandbox({
    store,
    clock: world.clock,
    newId: world.newId,
    zone: config.timeZone,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  return { router, patients: store.list('Patient').length };
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

interface FolderWorld {
  readonly world: World;
  readonly content: Content;
  readonly now: DateTime;
}

async function readFolder(folder: string, reading: FolderWorld): Promise<Resource[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new NerverootError('InvalidInput', `Cannot read the folder ${folder}`, { cause });
  });
  const resources: Resource[] = [];
  for (const name of names.toSorted()) {
    const file = join(folder, name);
    if (/\.ya?ml$/.test(name)) resources.push(...(await readStory(file, reading)));
    if (/\.json(\.gz)?$/.test(name)) resources.push(...servedOf(file, reading.world));
  }
  return resources;
}

/** Own patients need no verified codes; their form is checked all the same. */
async function readStory(file: string, reading: FolderWorld): Promise<Resource[]> {
  const { world, content, now } = reading;
  const faults: ContentFault[] = [];
  const text = await readFile(file, 'utf8');
  const read = readDemoPatient({ file, text }, content.program.model, faults);
  for (const fault of faults) world.err(formatFault(fault));
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
