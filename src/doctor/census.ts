import { canonicalSystem } from '../engine/codes.ts';
import type { Program } from '../engine/program.ts';
import { isObject, objectsIn, type JsonObject, type Resource } from '../fhir/resource.ts';
import { printable } from './printable.ts';
import { elementOfStu3 } from '../reading/status.ts';
import { whoseIs } from '../reading/whose.ts';

/** What the resources of one answer carry: numbers and code systems, no values of the patient. */
export interface Census {
  /** Resources of the type that was asked for. */
  readonly found: number;
  /** Resources of other types, by type. */
  readonly others: Readonly<Record<string, number>>;
  /** Resources of another patient, which refuse the whole answer. */
  readonly strangers: number;
  /** Resources that FHIR R4 does not have, or writes otherwise. */
  readonly foreign: number;
  /** With a code; with a text and no code; with a reference instead; null where the type has no code. */
  readonly codes: {
    readonly coded: number;
    readonly text: number;
    readonly reference: number;
  } | null;
  readonly dated: number;
  /** Null where the type has no status. */
  readonly withStatus: number | null;
  /** Resources that refer to others by absolute URLs. */
  readonly absoluteReferences: number;
  /** Resources whose every code is of a system that no value set knows. */
  readonly localOnly: number;
  readonly systems: readonly SystemCount[];
}

export interface SystemCount {
  readonly system: string;
  readonly resources: number;
  /** Some value set of the content takes codes from it. */
  readonly known: boolean;
  /** A few codes of a system that is not known, without display. */
  readonly examples: readonly string[];
}

/** Counts what an answer for a resource type and a patient carries. */
export function takeCensus(
  resources: readonly Resource[],
  wanted: { readonly resourceType: string; readonly patientId: string },
  program: Program,
): Census {
  const own = resources.filter(({ resourceType }) => resourceType === wanted.resourceType);
  const dates = dateProperties(program, wanted.resourceType);
  const statuses = ['status', 'clinicalStatus'].filter((name) =>
    program.model.elementsOf(`FHIR.${wanted.resourceType}`).has(name),
  );
  const count = (test: (resource: Resource) => boolean): number => own.filter(test).length;
  return {
    found: own.length,
    others: countTypes(resources.filter((r) => r.resourceType !== wanted.resourceType)),
    strangers: countStrangers(resources, wanted.patientId),
    foreign: resources.filter(
      (one) => !program.model.isRecordType(one.resourceType) || elementOfStu3(one) !== undefined,
    ).length,
    ...countCodes(own, wanted.resourceType, program),
    dated: count((resource) => dates.some((name) => resource[name] !== undefined)),
    withStatus:
      statuses.length === 0
        ? null
        : count((resource) => statuses.some((name) => resource[name] !== undefined)),
    absoluteReferences: count(hasAbsoluteReference),
  };
}

function countStrangers(resources: readonly Resource[], id: string): number {
  const patient = { id, others: new Set<string>(), server: undefined };
  return resources.filter((one) => whoseIs(one, patient) === 'another patient').length;
}

function countTypes(resources: readonly Resource[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { resourceType } of resources) {
    const name = printable(resourceType);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const DATE_TYPES = new Set(['FHIR.date', 'FHIR.dateTime', 'FHIR.instant', 'FHIR.Period']);

/** The properties of a type that hold when: `recordedDate`, `onsetDateTime`, `effectivePeriod`. */
function dateProperties({ model }: Program, resourceType: string): string[] {
  return [...model.elementsOf(`FHIR.${resourceType}`)].flatMap(([element, type]) => {
    if (type.kind === 'named') return DATE_TYPES.has(type.name) ? element : [];
    if (type.kind !== 'choice') return [];
    return type.of.filter((name) => DATE_TYPES.has(name)).map((name) => element + suffix(name));
  });
}

function suffix(typeName: string): string {
  const name = typeName.slice('FHIR.'.length);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function hasAbsoluteReference(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasAbsoluteReference);
  if (!isObject(value)) return false;
  const { reference } = value;
  if (typeof reference === 'string' && /^https?:/.test(reference)) return true;
  return Object.values(value).some(hasAbsoluteReference);
}

/** Counts codes where a CQL retrieve of the type looks for them. */
function countCodes(
  resources: readonly Resource[],
  resourceType: string,
  { model, codeService }: Program,
): Pick<Census, 'codes' | 'localOnly' | 'systems'> {
  const path = model.typeNamed(`FHIR.${resourceType}`)?.primaryCodePath;
  if (path === undefined || resourceType === 'Patient') {
    return { codes: null, localOnly: 0, systems: [] };
  }
  const codings = resources.map((resource) => codingsAt(resource, path));
  const isKnown = ({ system }: Coded): boolean => codeService.systems.has(canonicalSystem(system));
  const coded = codings.filter((list) => list.length > 0);
  const without = resources.filter((_, i) => codings[i]?.length === 0);
  return {
    codes: {
      coded: coded.length,
      text: without.filter((resource) => hasText(resource, path)).length,
      reference: without.filter((resource) => resource[`${path}Reference`] !== undefined).length,
    },
    localOnly: coded.filter((list) => !list.some(isKnown)).length,
    systems: countSystems(coded, isKnown),
  };
}

interface Coded {
  readonly system: string;
  readonly code: string;
}

const NO_SYSTEM = '(no system)';

function conceptsAt(resource: JsonObject, path: string): JsonObject[] {
  return [resource[path], resource[`${path}CodeableConcept`]].flat().filter(isObject);
}

function codingsAt(resource: JsonObject, path: string): Coded[] {
  return conceptsAt(resource, path)
    .flatMap(({ coding }) => objectsIn(coding))
    .flatMap(({ system, code }) =>
      typeof code === 'string'
        ? { system: typeof system === 'string' ? printable(system) : NO_SYSTEM, code }
        : [],
    );
}

function hasText(resource: JsonObject, path: string): boolean {
  return conceptsAt(resource, path).some(({ text }) => typeof text === 'string' && text !== '');
}

const EXAMPLES = 3;

function countSystems(
  coded: readonly Coded[][],
  isKnown: (coding: Coded) => boolean,
): SystemCount[] {
  const systems = new Set(coded.flat().map(({ system }) => canonicalSystem(system)));
  return [...systems].toSorted().map((name) => {
    const of = (list: readonly Coded[]): Coded[] =>
      list.filter(({ system }) => canonicalSystem(system) === name);
    const known = isKnown({ system: name, code: '' });
    // A code that reads like a sentence may say something of the patient.
    const codes = of(coded.flat())
      .map(({ code }) => code)
      .filter((code) => /^[\w.:-]{1,40}$/.test(code));
    return {
      system: name,
      resources: coded.filter((list) => of(list).length > 0).length,
      known,
      examples: known ? [] : [...new Set(codes)].slice(0, EXAMPLES),
    };
  });
}
