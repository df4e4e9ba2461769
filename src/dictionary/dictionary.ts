import type { Content } from '../content/content.ts';
import type { ValueSetCodes } from '../engine/code-service.ts';
import { reachableExpressions } from '../elm/references.ts';
import { ElmReader } from '../elm/elm-reader.ts';
import type { Fact, Representation } from './fact.ts';
import { Tracer } from './trace.ts';
import { PARAMETER, VALUE_SET, type Said } from './words.ts';

/** What a record must hold so that the rules see it, as read from the compiled CQL. */
export interface Dictionary {
  readonly sections: readonly Section[];
  readonly patientElements: readonly string[];
  readonly valueSets: readonly ValueSetCodes[];
  readonly parameters: readonly Parameter[];
  /** What stands above the libraries of those parameters. */
  readonly aboutParameters: string;
  readonly said: readonly Said[];
  /** What stands above the libraries that those words come from, where they hold no facts. */
  readonly principles: readonly { readonly library: string; readonly comment: string }[];
  /** Types that are read from the record, and those that EHRs keep and no rule reads. */
  readonly read: readonly string[];
  readonly notRead: readonly string[];
  /** Types that are read among the draft orders of a call. */
  readonly drafts: readonly string[];
}

/** The facts of one library, which is one clinical question. */
export interface Section {
  readonly library: string;
  readonly comment: string;
  readonly facts: readonly RatedFact[];
}

export interface RatedFact extends Fact {
  /** Rules whose cards rest on it. */
  readonly rules: readonly string[];
  /** True when a service asks for it before it says anything. */
  readonly opensServices: boolean;
  /** Forms that ask for it. */
  readonly forms: readonly { readonly name: string; readonly title: string }[];
}

export interface Parameter {
  /** `Library.Name` */
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** What EHRs keep about a patient's health, to be told which of it is read. */
const CLINICAL_TYPES = [
  'AllergyIntolerance',
  'CarePlan',
  'Condition',
  'Device',
  'DeviceUseStatement',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'FamilyMemberHistory',
  'ImagingStudy',
  'Immunization',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'ServiceRequest',
];

/** Reads the dictionary off the content. */
export function readDictionary(content: Content): Dictionary {
  const reader = new ElmReader(content.program);
  const tracer = new Tracer(reader);
  const libraries = [...content.program.elms.keys()].toSorted();
  // All are traced before any is told: what one library reads, another may look at more closely.
  for (const library of libraries) tracer.factsOf(library);
  const users = usersOf(content);
  const all = libraries.map((library) => ({
    library,
    comment: reader.libraryComment(library),
    facts: tracer.factsOf(library).map((fact) => ({
      ...rate(fact, users),
      forms: formsFor(fact, content),
    })),
  }));
  const sections = all
    .map((section) => ({ ...section, facts: section.facts.filter((fact) => !isPatient(fact)) }))
    .filter(({ facts }) => facts.length > 0);
  const representations = sections.flatMap(({ facts }) => facts).flatMap((f) => f.representations);
  const typesOf = (drafts: boolean): string[] => {
    const of = representations.filter(({ isDraft }) => isDraft === drafts);
    return [...new Set(of.map(({ resourceType }) => resourceType))].toSorted();
  };
  const read = typesOf(false);
  const parameters = parametersOf(representations, reader);
  return {
    sections,
    patientElements: elementsOf(all.flatMap(({ facts }) => facts.filter(isPatient))),
    valueSets: valueSetsOf(representations, content.program.valueSets),
    parameters,
    aboutParameters: [...new Set(parameters.map(({ name }) => name.split('.')[0] ?? ''))]
      .map((library) => reader.libraryComment(library))
      .join(' '),
    said: tracer.said,
    principles: [...new Set(tracer.said.map(({ library }) => library))]
      .filter((library) => sections.every((section) => section.library !== library))
      .map((library) => ({ library, comment: reader.libraryComment(library) })),
    read,
    notRead: CLINICAL_TYPES.filter((type) => !read.includes(type)),
    drafts: typesOf(true),
  };
}

/** The define that `context Patient` stands for. */
function isPatient({ define }: Fact): boolean {
  return define === 'Patient';
}

interface Users {
  readonly rules: ReadonlyMap<string, ReadonlySet<string>>;
  readonly gates: ReadonlySet<string>;
}

function usersOf({ program, cards, services }: Content): Users {
  const keys = (names: Parameters<typeof reachableExpressions>[1]): Set<string> =>
    new Set(reachableExpressions(program, names).map((n) => `${n.library} ${n.expression}`));
  const rules = [...cards.values()].map(
    ({ rule, expressions }) => [rule, keys(expressions)] as const,
  );
  return { rules: new Map(rules), gates: keys(services.map(({ gate }) => gate)) };
}

function rate(fact: Fact, { rules, gates }: Users): Omit<RatedFact, 'forms'> {
  const key = `${fact.library} ${fact.define}`;
  const using = [...rules].filter(([, reached]) => reached.has(key)).map(([rule]) => rule);
  return { ...fact, rules: using.toSorted(), opensServices: gates.has(key) };
}

/** The forms with a question whose answer is what the fact is retrieved by. */
function formsFor({ representations }: Fact, { program, questionnaires }: Content) {
  const sets = representations.flatMap(({ resourceType, valueSet }) =>
    resourceType === 'Observation' && valueSet !== undefined
      ? (program.codeService.findValueSet(valueSet) ?? [])
      : [],
  );
  return questionnaires.filter(({ questions }) =>
    questions.some(({ code }) => sets.some((set) => set.hasMatch(code))),
  );
}

function elementsOf(facts: readonly Fact[]): string[] {
  const elements = facts.flatMap((f) => f.representations).flatMap((r) => [...r.elements]);
  return [...new Set(elements)].toSorted();
}

/** What the words name, and what is retrieved by. */
function valueSetsOf(
  representations: readonly Representation[],
  known: readonly ValueSetCodes[],
): ValueSetCodes[] {
  const named = new Set(
    representations.flatMap((r) => [
      ...(r.valueSet === undefined ? [] : [r.valueSet]),
      ...r.heldTo,
      ...r.valueCodes,
      ...marksIn(r, VALUE_SET),
    ]),
  );
  const byUrl = new Map(known.map((set) => [set.url, set]));
  const take = (url: string): void => {
    named.add(url);
    for (const imported of byUrl.get(url)?.imports ?? []) if (!named.has(imported)) take(imported);
  };
  [...named].forEach(take);
  return known.filter(({ url }) => named.has(url));
}

function parametersOf(representations: readonly Representation[], reader: ElmReader): Parameter[] {
  const names = new Set(representations.flatMap((r) => marksIn(r, PARAMETER)));
  return [...names].toSorted().flatMap((name) => {
    const [library = '', own = ''] = name.split('.');
    const parameter = reader.parameter(library, own);
    return parameter ? [{ name, ...parameter }] : [];
  });
}

function marksIn({ conditions, valueWords }: Representation, mark: RegExp): string[] {
  return [...conditions, ...valueWords].flatMap((words) =>
    [...words.matchAll(mark)].map(([, marked]) => marked ?? ''),
  );
}
