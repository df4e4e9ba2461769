import { spellsHierarchy } from '../engine/codes.ts';
import { BIRTH_DATE } from '../reading/reading.ts';
import { canRead, reachableRetrieves, type Retrieve } from '../elm/references.ts';
import type { Program } from '../engine/program.ts';
import type { ExpressionName } from '../facts.ts';
import type { Question } from '../reading/questionnaire.ts';
import type { CodeMap } from '../reading/code-map.ts';

/**
 * Data that some CQL retrieves: one read or search, under the prefetch key by
 * which the EHR may send it.
 */
export interface DataRequirement {
  readonly key: string;
  readonly resourceType: string;
  /** FHIR read or search, relative to the server, with `{{context.…}}` tokens. */
  readonly template: string;
  /** What the search is narrowed to, as the retrieves of the type name it. */
  readonly narrowed?: Narrowing;
}

/** Codes, in any system, that an element must have one of. */
export interface Narrowing {
  readonly element: CodedElement;
  readonly codes: readonly string[];
}

// US Core asks every server to search these by patient and code or category; many charts hold hundreds of them.
const SEARCHED_BY_CODE: ReadonlySet<string> = new Set([
  'DiagnosticReport',
  'Observation',
  'ServiceRequest',
]);
// The search parameters have the names of the elements.
const CODED_ELEMENTS = ['code', 'category'] as const;
type CodedElement = (typeof CODED_ELEMENTS)[number];

// Web servers refuse long queries; IIS's default is 2,048 characters (requestLimits maxQueryString).
// Room is left for the patient's id and for what a read adds. A prefetch key is one all the same: an
// EHR that sends all of a type under it has sent what is asked for.
const MAX_SEARCH = 1900;

/**
 * Derives what to ask for from the retrieves the expressions can reach: the
 * Patient, and one key a resource type. A type is searched by patient alone, since
 * an entry without code or date counts too. Where every retrieve of a type names
 * codes or categories that can be listed, rules see nothing else: the searches then
 * name these (in any system, since records spell systems differently), for the types
 * that servers search so. Answers to questionnaires count as Observations, so whatever reads
 * the answer to a question asks for the responses as well.
 *
 * @see https://cds-hooks.hl7.org/STU2/#prefetch-template
 * @see https://hl7.org/fhir/R4/search.html#token
 * @see https://hl7.org/fhir/us/core/STU3.1.1/StructureDefinition-us-core-observation-lab.html
 */
export function deriveRequirements(
  program: Program,
  expressions: readonly ExpressionName[],
  codeMaps: readonly CodeMap[] = [],
  questions: readonly Question[] = [],
): DataRequirement[] {
  const retrieves = Map.groupBy(
    withResponses(program, reachableRetrieves(program, expressions), questions),
    ({ resourceType }) => resourceType,
  );
  retrieves.delete('Patient');
  const types = [...retrieves].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    { key: 'patient', resourceType: 'Patient', template: 'Patient/{{context.patientId}}' },
    ...types.flatMap(([resourceType, ofType]) =>
      searchesFor(resourceType, narrow(program, ofType, codeMaps)),
    ),
  ];
}

/** The retrieves, with one of responses where some read the answer to a question. */
function withResponses(
  { codeService }: Program,
  retrieves: readonly Retrieve[],
  questions: readonly Question[],
): readonly Retrieve[] {
  const readsAnswers = retrieves.some(
    ({ resourceType, valueSet }) =>
      resourceType === 'Observation' &&
      questions.some(
        ({ code }) =>
          valueSet === undefined || codeService.findValueSet(valueSet)?.hasMatch(code) === true,
      ),
  );
  return readsAnswers ? [...retrieves, { resourceType: 'QuestionnaireResponse' }] : retrieves;
}

/** The codes that the retrieves of a type name, with those that sites use for them; undefined when one names none. */
function narrow(
  program: Program,
  retrieves: readonly Retrieve[],
  codeMaps: readonly CodeMap[],
): Narrowing[] | undefined {
  if (!retrieves.every(({ resourceType }) => SEARCHED_BY_CODE.has(resourceType))) return undefined;
  const byElement = Map.groupBy(retrieves, ({ codeProperty }) => codeProperty);
  const narrowings: Narrowing[] = [];
  for (const element of CODED_ELEMENTS) {
    const ofElement = byElement.get(element) ?? [];
    const codes = ofElement.map(({ valueSet }) =>
      valueSet === undefined ? undefined : program.codeService.enumerate(valueSet),
    );
    if (!codes.every((listed) => listed !== undefined)) return undefined;
    const all = codes.flat();
    // Such codes are met in spellings that a search by code would miss.
    if (all.some(({ system }) => spellsHierarchy(system))) return undefined;
    const local = codeMaps.flatMap((map) => all.flatMap((coding) => map.sourcesOf(coding)));
    const names = [...new Set([...all, ...local].map(({ code }) => code))].toSorted();
    if (ofElement.length > 0) narrowings.push({ element, codes: names });
    byElement.delete(element);
  }
  return byElement.size === 0 ? narrowings : undefined;
}

/** One search, or one an element. */
function searchesFor(resourceType: string, narrowings: readonly Narrowing[] | undefined) {
  const key = prefetchKey(resourceType);
  const byPatient = `${resourceType}?patient={{context.patientId}}`;
  if (narrowings === undefined) return [{ key, resourceType, template: byPatient }];
  return narrowings.map((narrowed): DataRequirement => ({
    key: `${key}${narrowed.element === 'code' ? '' : 'ByCategory'}`,
    resourceType,
    template: `${byPatient}&${narrowed.element}=${narrowed.codes.map(escapeToken).join(',')}`,
    narrowed,
  }));
}

/** The searches that together read what is asked for, each short enough for web servers. */
export function searchesOf(requirement: DataRequirement): readonly DataRequirement[] {
  const { template, narrowed } = requirement;
  if (narrowed === undefined || template.length <= MAX_SEARCH) return [requirement];
  const { element, codes } = narrowed;
  const list = codes.map(escapeToken).join(',');
  const start = template.slice(0, template.length - list.length);
  return splitByLength(codes, MAX_SEARCH - start.length).map((part) => ({
    ...requirement,
    template: `${start}${part.map(escapeToken).join(',')}`,
    narrowed: { element, codes: part },
  }));
}

/** Lists of codes that are each, joined, at most so long; in order. */
function splitByLength(codes: readonly string[], length: number): string[][] {
  const parts: string[][] = [[]];
  let room = length;
  for (const code of codes) {
    const size = escapeToken(code).length + 1;
    if (size > room && parts.at(-1)?.length !== 0) {
      parts.push([]);
      room = length;
    }
    parts.at(-1)?.push(code);
    room -= size;
  }
  return parts;
}

/** @see https://hl7.org/fhir/R4/search.html#escaping */
function escapeToken(code: string): string {
  return encodeURIComponent(code.replaceAll(/[\\,|$]/g, String.raw`\$&`));
}

/** `Condition` is sent as `conditions`, `Patient` as `patient`. */
export function prefetchKey(resourceType: string): string {
  const name = resourceType.charAt(0).toLowerCase() + resourceType.slice(1);
  if (resourceType === 'Patient') return name;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** The resource types an expression's value rests on, and `Patient.birthDate` where it reads how old the patient is. */
export function sourcesOf(
  program: Program,
  expression: ExpressionName,
  questions: readonly Question[] = [],
): ReadonlySet<string> {
  const retrieves = withResponses(program, reachableRetrieves(program, [expression]), questions);
  const age = canRead(program, expression, 'birthDate') ? [BIRTH_DATE] : [];
  return new Set([...retrieves.map(({ resourceType }) => resourceType), ...age]);
}
