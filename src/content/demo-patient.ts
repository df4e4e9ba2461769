import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FhirModel } from '../engine/fhir-model.ts';
import { isObject, type Resource } from '../fhir/resource.ts';
import type { HookName } from '../cds-hooks/hooks.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { demoPatientFile } from './schema.ts';
import type { VerifiedCodes } from './terminology.ts';
import { readYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

/** A clinical story to try the services with; its dates are still relative. */
export interface DemoPatient {
  /** The name of its file, and the id of its Patient. */
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** The hook that the story is made for, with the order being written. */
  readonly hook: HookName;
  readonly order: Resource | undefined;
  readonly resources: readonly Resource[];
}

export interface ReadDemoPatient {
  readonly patient: DemoPatient;
  readonly yaml: YamlFile;
}

/** Where a content folder keeps its demo patients, one file a story. */
export const DEMO_FOLDER = 'hooks/demo-patients';

/** The files of the demo patients, in order; none where there is no such folder. */
export async function listDemoPatients(root: string): Promise<string[]> {
  const names = await readdir(join(root, DEMO_FOLDER)).catch(() => []);
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => `${DEMO_FOLDER}/${name}`);
}

/**
 * Reads all demo patients of a content folder. They are not part of the content that
 * answers calls: a faulty story is left out, and never stops a service. With the
 * verified codes, theirs are checked as well.
 */
export async function loadDemoPatients(
  root: string,
  model: FhirModel,
  verified?: VerifiedCodes,
): Promise<{ patients: DemoPatient[]; faults: ContentFault[] }> {
  const faults: ContentFault[] = [];
  const patients: DemoPatient[] = [];
  for (const file of await listDemoPatients(root)) {
    const before = faults.length;
    const read = readDemoPatient(
      { file, text: await readFile(join(root, file), 'utf8') },
      model,
      faults,
    );
    if (!read) continue;
    if (verified) checkCodes(read, verified, faults);
    if (faults.length === before) patients.push(read.patient);
  }
  return { patients, faults };
}

/** Reads a demo patient, and pushes what is wrong with its form. */
export function readDemoPatient(
  { file, text }: ContentFile,
  model: FhirModel,
  faults: ContentFault[],
): ReadDemoPatient | undefined {
  const read = readYaml(file, text, demoPatientFile);
  faults.push(...read.faults);
  if (read.value === undefined) return undefined;
  const { title, story, try: call, patient: resources } = read.value;
  const id = basename(file).replace(/\.ya?ml$/, '');
  const fault = (path: YamlPath, message: string): void => {
    faults.push(read.yaml.fault(path, message));
  };
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(id)) {
    fault([], 'The file name is the id of the patient: letters, digits, "-" and "." only');
  }
  const patients = resources.filter(({ resourceType }) => resourceType === 'Patient');
  if (patients.length !== 1) fault(['patient'], 'A demo patient has one resource of type Patient');
  for (const [i, resource] of resources.entries()) {
    checkElements(resource, ['patient', i], model, fault);
    if (resource.resourceType === 'Patient' && (resource['id'] ?? id) !== id) {
      fault(['patient', i, 'id'], `The Patient's id must be ${id}, as the file is called`);
    }
  }
  if (call.order) checkElements(call.order, ['try', 'order'], model, fault);
  const patient = { id, title, story, hook: call.hook, order: call.order, resources };
  return { patient, yaml: read.yaml };
}

function checkElements(
  resource: Resource,
  path: YamlPath,
  model: FhirModel,
  fault: (path: YamlPath, message: string) => void,
): void {
  const { resourceType } = resource;
  if (!model.isResourceType(resourceType)) {
    fault([...path, 'resourceType'], `FHIR R4 has no resource type ${resourceType}`);
    return;
  }
  for (const element of Object.keys(resource)) {
    if (element === 'resourceType' || model.hasElement(`FHIR.${resourceType}`, element)) continue;
    fault([...path, element], `${resourceType} has no element "${element}" in FHIR R4`);
  }
}

// HL7's own code systems and UCUM are not in the list of verified codes.
const UNLISTED =
  /^http:\/\/(terminology\.hl7\.org\/CodeSystem|hl7\.org\/fhir\/(?!sid)|unitsofmeasure\.org)/;

function checkCodes(
  { patient, yaml }: ReadDemoPatient,
  verified: VerifiedCodes,
  faults: ContentFault[],
): void {
  const check = (value: unknown, path: YamlPath): void => {
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) check(item, [...path, i]);
      return;
    }
    if (!isObject(value)) return;
    const objection = objectionTo(value, verified);
    if (objection !== undefined) faults.push(yaml.fault([...path, 'code'], objection));
    for (const [name, child] of Object.entries(value)) check(child, [...path, name]);
  };
  check(patient.resources, ['patient']);
  check(patient.order, ['try', 'order']);
}

function objectionTo(
  { system, code, display }: Readonly<Record<string, unknown>>,
  verified: VerifiedCodes,
): string | undefined {
  if (typeof system !== 'string' || typeof code !== 'string' || UNLISTED.test(system)) {
    return undefined;
  }
  const text = typeof display === 'string' ? display : undefined;
  return verified.objection({ system, code, display: text });
}
