import { isObject, objectsIn, referenceTo, type Resource } from '../../src/fhir/resource.ts';
import { codingsOf, type KnownCodes } from '../../src/reading/known.ts';

/** What a change of a resource has to know beside it. */
export interface World {
  readonly known: KnownCodes;
  /** As the verified list has it. */
  readonly displayOf: (system: string, code: string) => string | undefined;
  readonly patientId: string;
  /** The day after the call, as `2026-03-11`. */
  readonly tomorrow: string;
}

/** What stands in the place of a resource; undefined where the kind does not apply to it. */
export type Bend = (resource: Resource, world: World) => readonly Resource[] | undefined;

/** What a reader has to make of a kind of change. */
export type Meaning =
  /** What it says, or since when, is not known any more. */
  | 'not readable'
  /** It is nobody's, and left out. */
  | 'not of the patient'
  /** The search says that it found it, and did not send it. */
  | 'not sent'
  /** It says the same in another way. */
  | 'the same';

/** A way in which records are written that keeps, or must not keep, a reader from what they say. */
export interface Kind {
  readonly meaning: Meaning;
  readonly bend: Bend;
}

const SNOMED = 'http://snomed.info/sct';
const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const ICD10 = 'http://hl7.org/fhir/sid/icd-10';
const STATUSES = ['status', 'clinicalStatus', 'verificationStatus'];
const MODIFIER = [{ url: 'https://ehr.example/changes-the-meaning', valueBoolean: true }];

export const KINDS: Readonly<Record<string, Kind>> = {
  'a code that is not listed': unreadable(codeNotListed),
  'a code of ICD-10 as WHO has it': unreadable(codeOfWho),
  'words without a code': unreadable(inWords),
  'reasons in words': unreadable(reasonsInWords),
  'a status in capitals': unreadable(withStatus(capitals)),
  'a status in words': unreadable(withStatus(words)),
  'a status of SNOMED CT': unreadable(withStatus(snomed)),
  'a verification status in words': unreadable(withStatus(words, ['verificationStatus'])),
  'an intent in capitals': unreadable(withStatus(capitals, ['intent'])),
  'a modifier extension': unreadable((one) => [{ ...one, modifierExtension: MODIFIER }]),
  'a modifier extension in a part': unreadable(modifiedInPart),
  'implicit rules': unreadable((one) => [{ ...one, implicitRules: 'https://ehr.example/rules' }]),
  'a value in words': unreadable(withValues(() => ({ valueString: 'perhaps' }))),
  'a value that is a number': unreadable(withValues(toInteger)),
  'a value that is a range': unreadable(withValues(toRange)),
  'no value, and why': unreadable(withValues(() => ({ dataAbsentReason: { text: 'unknown' } }))),
  'a value a thousand times as great': unreadable(withValues(thousandfold)),
  'an answer of a day to come': unreadable(
    withValues((name, _value, { tomorrow }) =>
      name === 'valueDateTime' ? { valueDateTime: tomorrow } : undefined,
    ),
  ),
  'no date': unreadable(withDates(() => undefined)),
  'a date to come': unreadable(withDates(({ tomorrow }) => tomorrow)),
  'two versions': unreadable(twoVersions),
  'a subject with an identifier alone': unreadable(
    ofSubject(() => ({ identifier: { system: 'https://ehr.example/ids', value: '12' } })),
  ),
  'a subject inside the resource': unreadable((one, world) =>
    ofSubject(() => ({ reference: '#p' }))(one, world)?.map((bent) => ({
      ...bent,
      contained: [...objectsIn(one['contained']), { resourceType: 'Patient', id: 'p' }],
    })),
  ),
  'a subject of no form': unreadable(
    ofSubject(({ patientId }) => ({ reference: `patient/${patientId}` })),
  ),
  'a group as its subject': {
    meaning: 'not of the patient',
    bend: ofSubject(() => ({ reference: 'Group/g' })),
  },
  'counted and not sent': {
    meaning: 'not sent',
    bend: ({ resourceType }) =>
      ['Patient', 'ServiceRequest'].includes(resourceType) ? undefined : [],
  },
  'a component of a panel': { meaning: 'the same', bend: inPanel },
};

function unreadable(bend: Bend): Kind {
  return { meaning: 'not readable', bend };
}

/** The element that says what a resource is of. */
function conceptName(resource: Resource): string | undefined {
  return ['code', 'medicationCodeableConcept'].find((name) => isObject(resource[name]));
}

/** A concept whose words are there: those of its own, else those of the verified list. */
function displayed(concept: unknown, { displayOf }: World): { display: string; system: string }[] {
  const text = isObject(concept) ? concept['text'] : undefined;
  return codingsOf(concept).flatMap(({ system, code, display }) => {
    const spoken = display ?? (typeof text === 'string' ? text : displayOf(system, code));
    return spoken === undefined ? [] : { display: spoken, system };
  });
}

/** Only where the words tell what it may be: otherwise another code is another thing. */
function codeNotListed(resource: Resource, world: World): Resource[] | undefined {
  const name = conceptName(resource);
  if (name === undefined) return undefined;
  const own = new Set(world.known.valueSetsWith(codingsOf(resource[name])));
  const shown = displayed(resource[name], world);
  const speak = shown.some(({ display: spoken }) =>
    world.known.possible(resource.resourceType, spoken).some(({ valueSet }) => own.has(valueSet)),
  );
  if (!speak) return undefined;
  const coding = shown.map(({ display, system }) => ({
    system,
    code: 'not-listed',
    display,
  }));
  return [{ ...resource, [name]: { coding } }];
}

function codeOfWho(resource: Resource, world: World): Resource[] | undefined {
  const codings = codingsOf(resource['code']);
  if (codings.length === 0 || codings.some(({ system }) => system !== ICD10CM)) return undefined;
  const coding = codings.map(({ system, code, display = world.displayOf(system, code) }) => ({
    system: ICD10,
    code,
    ...(display === undefined ? {} : { display }),
  }));
  return [{ ...resource, code: { coding } }];
}

function inWords(resource: Resource, world: World): Resource[] | undefined {
  const name = conceptName(resource);
  const [shown] = displayed(name === undefined ? undefined : resource[name], world);
  return name === undefined || shown === undefined
    ? undefined
    : [{ ...resource, [name]: { text: shown.display } }];
}

function reasonsInWords(resource: Resource, world: World): Resource[] | undefined {
  const reasons = objectsIn(resource['reasonCode']).flatMap((reason) => displayed(reason, world));
  if (reasons.length === 0) return undefined;
  return [{ ...resource, reasonCode: reasons.map(({ display: text }) => ({ text })) }];
}

function withStatus(write: (value: unknown) => unknown, elements = STATUSES): Bend {
  return (resource) => {
    const there = elements.filter((element) => resource[element] !== undefined);
    if (there.length === 0) return undefined;
    const written = there.map((element) => [element, write(resource[element])]);
    return [{ ...resource, ...(Object.fromEntries(written) as object) }];
  };
}

function codesOf(value: unknown): string[] {
  return typeof value === 'string' ? [value] : codingsOf(value).map(({ code }) => code);
}

function capitals(value: unknown): unknown {
  const [code = ''] = codesOf(value).map((one) => one.toUpperCase());
  return typeof value === 'string' ? code : { coding: [{ code }] };
}

function words(value: unknown): unknown {
  const text = `it is ${codesOf(value).join()}`;
  return typeof value === 'string' ? text : { text };
}

function snomed(value: unknown): unknown {
  const code = 'not-a-status';
  return typeof value === 'string' ? code : { coding: [{ system: SNOMED, code }] };
}

const PARTS = ['component', 'referenceRange', 'stage', 'evidence', 'performer', 'item', 'contact'];

function modifiedInPart(resource: Resource): Resource[] | undefined {
  const name = PARTS.find((part) => objectsIn(resource[part]).length > 0);
  if (name === undefined) return undefined;
  const parts = objectsIn(resource[name]).map((one) => ({ ...one, modifierExtension: MODIFIER }));
  return [{ ...resource, [name]: parts }];
}

/** Another value in the place of each that an Observation, or an answer of a form, holds. */
function withValues(
  write: (name: string, value: unknown, world: World) => object | undefined,
): Bend {
  return (resource, world) => {
    let isChanged = false;
    const inOne = (holder: Readonly<Record<string, unknown>>): Record<string, unknown> => {
      const name = Object.keys(holder).find((one) => /^value[A-Z]/.test(one));
      const written = name === undefined ? undefined : write(name, holder[name], world);
      if (name === undefined || written === undefined) return { ...holder };
      isChanged = true;
      const { [name]: _replaced, ...rest } = holder;
      return { ...rest, ...written };
    };
    const inItem = (item: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
      ...item,
      ...(item['answer'] === undefined ? {} : { answer: objectsIn(item['answer']).map(inOne) }),
      ...(item['item'] === undefined ? {} : { item: objectsIn(item['item']).map(inItem) }),
    });
    const bent =
      resource.resourceType === 'Observation'
        ? inOne(resource)
        : resource.resourceType === 'QuestionnaireResponse'
          ? inItem(resource)
          : {};
    return isChanged ? [{ ...bent, resourceType: resource.resourceType }] : undefined;
  };
}

function toInteger(name: string, value: unknown): object | undefined {
  if (name === 'valueInteger' || name === 'valueString') return undefined;
  const number = isObject(value) ? value['value'] : undefined;
  return { valueInteger: typeof number === 'number' ? Math.floor(number) : 7 };
}

function toRange(name: string, value: unknown): object | undefined {
  return name === 'valueQuantity' ? { valueRange: { low: value, high: value } } : undefined;
}

function thousandfold(name: string, value: unknown): object | undefined {
  if (name !== 'valueQuantity' || !isObject(value)) return undefined;
  const number = value['value'];
  return typeof number === 'number'
    ? { valueQuantity: { ...value, value: number * 1000 } }
    : undefined;
}

const DATES =
  /^(?:effective|onset|performed)(?:DateTime|Period|Instant)$|^(?:issued|recordedDate|authoredOn|dateAsserted|authored|birthDate)$/;

/** All dates of a resource at once: the day of what it tells, and the day it was written. */
function withDates(write: (world: World) => string | undefined): Bend {
  return (resource, world) => {
    const names = Object.keys(resource).filter((name) => DATES.test(name));
    if (names.length === 0) return undefined;
    const day = write(world);
    const changed = names.map((name) => {
      if (day === undefined) return [name, undefined];
      if (name.endsWith('Period')) return [name, { start: day }];
      return [name, name === 'birthDate' ? day : `${day}T08:00:00Z`];
    });
    const kept = Object.entries({ ...resource, ...(Object.fromEntries(changed) as object) });
    return [
      {
        resourceType: resource.resourceType,
        ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
      },
    ];
  };
}

/** What it says, and what it does not: of one id, and nothing tells which is newer. */
function twoVersions(resource: Resource): Resource[] | undefined {
  if (referenceTo(resource) === undefined || resource.resourceType === 'Patient') return undefined;
  const { meta: _meta, ...first } = resource;
  const { valueBoolean } = first;
  const other =
    typeof valueBoolean === 'boolean'
      ? { valueBoolean: !valueBoolean }
      : { note: [{ text: 'another version' }] };
  return [first, { ...first, ...other }].map((one) => ({
    ...one,
    resourceType: resource.resourceType,
  }));
}

function ofSubject(write: (world: World) => object): Bend {
  return (resource, world) =>
    isObject(resource['subject']) ? [{ ...resource, subject: write(world) }] : undefined;
}

const OF_THE_COMPONENT = /^(?:code|value.*|interpretation|referenceRange|dataAbsentReason)$/;

function inPanel(resource: Resource): Resource[] | undefined {
  if (resource.resourceType !== 'Observation' || resource['component'] !== undefined) {
    return undefined;
  }
  const parts = Object.entries(resource);
  const component = Object.fromEntries(parts.filter(([name]) => OF_THE_COMPONENT.test(name)));
  const panel = Object.fromEntries(parts.filter(([name]) => !OF_THE_COMPONENT.test(name)));
  const code = { coding: [{ system: 'http://loinc.org', code: 'not-listed' }] };
  return [{ ...panel, resourceType: 'Observation', code, component: [component] }];
}
