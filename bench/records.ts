import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { parse } from 'yaml';
import { carriesOrders } from '../src/cds-hooks/hooks.ts';
import { readResources } from '../src/cli/read-resources.ts';
import { completeResource } from '../src/fhir/complete-resource.ts';
import { resolveDates } from '../src/fhir/relative-dates.ts';
import type { Resource } from '../src/fhir/resource.ts';
import { composeRequest } from '../src/patient-data/compose-request.ts';
import type { DataRequirement } from '../src/patient-data/requirements.ts';
import type { Service } from './decider.ts';
import { padding } from './padding.ts';

/** A call to be made: the body of a POST, and the service it is for. */
export interface Call {
  readonly what: string;
  readonly service: string;
  readonly text: string;
}

/** Where calls come from. */
export interface Source {
  /** The content folder whose demo patients the records grow from. */
  readonly folder: string;
  /** The services of that content. */
  readonly services: readonly Service[];
  readonly now: Date;
}

/** What call is wanted. */
export interface Wanted {
  readonly hook: string;
  /** Whether the patient is one of those that the rules are for. */
  readonly population: 'in population' | 'out of population';
  /** The least size of the body. */
  readonly bytes: number;
}

/** The demo patients that records grow from, by the names of their files. */
const STORIES = { 'in population': 'early-mri', 'out of population': 'no-back-problem' };
const ORDERED_IN = 'early-mri';
const PATIENT = 'patient';

/** The call of a hook for a demo patient, filled up with other resources to a size; always the same, but for dates. */
export async function makeCall(source: Source, wanted: Wanted): Promise<Call> {
  const { hook, population, bytes } = wanted;
  const service = serviceOf(source, hook);
  const { patient } = await readStory(source, STORIES[population]);
  const { order } = await readStory(source, ORDERED_IN);
  const own = patient.map((resource, i) => completeResource(resource, PATIENT, `own-${i + 1}`));
  const text = fill(own, bytes, source.now, (resources) => compose(service, resources, order));
  return { what: `${sizeOf(bytes)}, ${population}, ${hook}`, service: service.id, text };
}

/** The call on opening a chart that says low back pain at so many visits, each on a day of its own. */
export function makeVisits(source: Source, visits: number): Call {
  const service = serviceOf(source, 'patient-view');
  const now = momentOf(source);
  const patient = {
    resourceType: 'Patient',
    id: PATIENT,
    gender: 'female',
    birthDate: '1975-03-03',
  };
  const conditions = Array.from({ length: visits }, (_, i): Resource => {
    const day = now.minus({ days: 9 * (i + 1) }).toISODate();
    return completeResource(
      {
        resourceType: 'Condition',
        clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
        code: coded('http://hl7.org/fhir/sid/icd-10-cm', 'M54.50'),
        onsetDateTime: day,
        recordedDate: day,
      },
      PATIENT,
      `visit-${i + 1}`,
    );
  });
  const text = compose(service, [patient, ...conditions], undefined);
  const what = visits === 1 ? 'one visit' : `${visits} visits`;
  return { what, service: service.id, text };
}

/** The call of a hook for each Bundle of a folder, JSON or gzipped JSON, of one patient each. */
export async function* readCalls(
  source: Source,
  records: string,
  hook: string,
): AsyncGenerator<Call> {
  const service = serviceOf(source, hook);
  const { order } = await readStory(source, ORDERED_IN);
  const names = (await readdir(records)).filter((name) => /\.json(?:\.gz)?$/.test(name));
  if (names.length === 0) throw new Error(`${records} has no file .json or .json.gz`);
  for (const name of names.toSorted()) {
    const text = compose(service, readResources(join(records, name)), order);
    yield { what: `${name}, ${hook}`, service: service.id, text };
  }
}

/** Says a number of bytes as people do: 50 KB, 1.2 MB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${Math.round(bytes / 1e5) / 10} MB`;
}

function serviceOf({ services }: Source, hook: string): Service {
  const service = services.find((one) => one.hook === hook);
  if (service === undefined) throw new Error(`The content has no service for ${hook}`);
  return service;
}

interface Story {
  readonly patient: readonly Resource[];
  readonly order: Resource | undefined;
}

async function readStory(source: Source, name: string): Promise<Story> {
  const file = join(source.folder, 'hooks', 'demo-patients', `${name}.yaml`);
  const { patient, try: call } = resolveDates(
    parse(await readFile(file, 'utf8')),
    momentOf(source),
  ) as { patient: Resource[]; try: { order?: Resource } }; // `nerveroot check` holds stories to this
  return { patient, order: call.order };
}

function momentOf({ now }: Source): DateTime {
  return DateTime.fromJSDate(now, { zone: 'UTC' });
}

function coded(system: string, code: string): unknown {
  return { coding: [{ system, code }] };
}

/** Adds resources until what they make is as long as wanted. */
function fill(
  own: readonly Resource[],
  bytes: number,
  now: Date,
  make: (resources: readonly Resource[]) => string,
): string {
  const all = [...own];
  let text = make(all);
  let each = 800;
  for (let n = 0; text.length < bytes;) {
    const more = Math.ceil((bytes - text.length) / each);
    const before = text.length;
    for (const end = n + more; n < end; n += 1) {
      all.push(completeResource(padding(n, now), PATIENT, `other-${n}`));
    }
    text = make(all);
    each = Math.max(1, (text.length - before) / more);
  }
  return text;
}

function compose(
  { hook, requirements }: Service,
  resources: readonly Resource[],
  order: Resource | undefined,
): string {
  const hookInstance = '11111111-1111-4111-8111-111111111111';
  const draftOrders = carriesOrders(hook) && order !== undefined ? [order] : undefined;
  const asked = withoutCodes(requirements);
  return JSON.stringify(
    composeRequest({ hook, hookInstance, requirements: asked, resources, draftOrders }),
  );
}

/** Many an EHR sends all resources of a type, whatever codes it is asked for; the first search of a type gets them. */
function withoutCodes(requirements: readonly DataRequirement[]): readonly DataRequirement[] {
  const seen = new Set<string>();
  return requirements.map((requirement) => {
    const { key, resourceType, template } = requirement;
    if (seen.has(resourceType)) return requirement;
    seen.add(resourceType);
    return { key, resourceType, template };
  });
}
