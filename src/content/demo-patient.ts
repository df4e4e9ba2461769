import { basename } from 'node:path';
import type { FhirModel } from '../cql/fhir-object.ts';
import { isObject, type Resource } from '../fhir/resource.ts';
import type { DemoPatient } from './content.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { demoPatientFile } from './schema.ts';
import type { VerifiedCodes } from './terminology.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

type Path = readonly (string | number)[];

export interface ReadDemoPatient {
  readonly patient: DemoPatient;
  readonly yaml: YamlFile;
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
  const fault = (path: Path, message: string): void => {
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
  path: Path,
  model: FhirModel,
  fault: (path: Path, message: string) => void,
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

/** Holds the codes of the project's own demo patients against the verified list. */
export function checkDemoPatient(
  { patient, yaml }: ReadDemoPatient,
  verified: VerifiedCodes,
  faults: ContentFault[],
): void {
  const check = (value: unknown, path: Path): void => {
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
