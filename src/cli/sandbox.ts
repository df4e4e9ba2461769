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
import { FhirModel } from '../engine/fhir-model.ts';
import { NerverootError } from '../errors.ts';
import { completeResource } from '../fhir/complete-resource.ts';
import { resolveDates } from '../fhir/relative-dates.ts';
import { isResource, type Resource } from '../fhir/resource.ts';
import type { HttpOptions } from '../http/app.ts';
import { createSandbox } from '../sandbox/router.ts';
import type { FhirServer } from '../sandbox/server.ts';
import { createStoryList } from '../sandbox/stories.ts';
import { readResources } from './read-resources.ts';
import type { World } from './world.ts';

const FHIR = '/sandbox/fhir';
const STORIES = '/sandbox/patients';

/** An open sandbox. */
export interface Sandbox {
  readonly mounts: NonNullable<HttpOptions['mounts']>;
  /** Where its FHIR server is, and the list of its demo patients. */
  readonly fhirAt: string;
  readonly storiesAt: string;
  /** How many patients it begins with. */
  readonly patients: number;
  /** The id of one of the content's demo patients. */
  readonly example: string | undefined;
}

/** What there is beside the demo patients of the content. */
interface OwnPatients {
  readonly resources: readonly Resource[];
  readonly stories: readonly DemoPatient[];
}

/** What the sandbox serves, once it is read. */
interface Served {
  readonly server: FhirServer;
  readonly stories: readonly DemoPatient[];
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
  const own = folder === undefined ? NONE : await readFolder(resolve(folder), world);
  const files = await listDemoPatients(root);
  let served: Promise<Served> | undefined;
  const open = (): Promise<Served> => (served ??= serve(world, config, { root, own }));
  const fhir = createSandbox({
    open: async () => (await open()).server,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  const stories = createStoryList(async () => (await open()).stories);
  const inBundles = own.resources.filter(({ resourceType }) => resourceType === 'Patient');
  const patients = new Set(inBundles.map(({ id }) => id)).size + own.stories.length + files.length;
  const example = files[0]?.replace(/^.*\/|\.ya?ml$/g, '');
  const mounts = { [FHIR]: fhir, [STORIES]: stories };
  return { mounts, fhirAt: FHIR, storiesAt: STORIES, patients, example };
}

const NONE: OwnPatients = { resources: [], stories: [] };

async function serve(
  world: World,
  config: Config,
  { root, own }: { root: string; own: OwnPatients },
): Promise<Served> {
  const { patients, faults } = await loadDemoPatients(root, modelOf(world));
  for (const fault of faults) world.err(formatFault(fault));
  const stories = [...patients, ...own.stories];
  const now = DateTime.fromJSDate(world.clock(), { zone: config.site.timeZone });
  const resources = [...stories.flatMap((story) => resourcesOf(story, now)), ...own.resources];
  const { FhirServer } = await import('../sandbox/server.ts'); // for a quick start
  const { clock, newId } = world;
  const server = new FhirServer({ clock, newId, zone: config.site.timeZone });
  const left = await server.load(resources);
  if (left.length > 0) world.err(`The sandbox left out what it does not serve: ${left.join(', ')}`);
  return { server, stories };
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

async function readFolder(folder: string, world: World): Promise<OwnPatients> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new NerverootError('InvalidInput', `Cannot read the folder ${folder}`, { cause });
  });
  const resources: Resource[] = [];
  const stories: DemoPatient[] = [];
  for (const name of names.toSorted()) {
    const file = join(folder, name);
    if (/\.ya?ml$/.test(name)) stories.push(await readStory(file, world));
    if (/\.json(\.gz)?$/.test(name)) resources.push(...readResources(file));
  }
  return { resources, stories };
}

/** Own patients need no verified codes; their form is checked all the same. */
async function readStory(file: string, world: World): Promise<DemoPatient> {
  const faults: ContentFault[] = [];
  const text = await readFile(file, 'utf8');
  const read = readDemoPatient({ file, text }, modelOf(world), faults);
  for (const fault of faults) world.err(formatFault(fault));
  if (read && faults.length === 0) return read.patient;
  throw new NerverootError('InvalidInput', `${file} has the faults listed above`);
}
