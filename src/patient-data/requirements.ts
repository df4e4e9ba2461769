import { spellsHierarchy, type Coding } from '../cql/codes.ts';
import { reachableRetrieves, type Retrieve } from '../cql/references.ts';
import type { Program } from '../cql/program.ts';
import type { ExpressionName } from '../facts.ts';
import type { Question } from './questionnaire.ts';
import type { CodeMap } from './code-map.ts';

/**
 * Data that some CQL retrieves: one read or search, under the prefetch key by
 * which the EHR may send it.
 */
export interface DataRequirement {
  readonly key: string;
  readonly resourceType: string;
  /** FHIR read or search, relative to the server, with `{{context.…}}` tokens. */
  readonly template: string;
  /** What the search is narrowed to: codes in any system, as every retrieve of the type names them. */
  readonly codes?: readonly string[];
}

// Web servers refuse long queries; IIS's default is 2,048 characters (requestLimits maxQueryString).
// Room is left for the patient's id and for what a read adds.
const MAX_SEARCH = 1900;

// US Core asks every server to search these by patient and code, and not by patient alone.
const SEARCHED_BY_CODE: ReadonlySet<string> = new Set(['DiagnosticReport', 'Observation']);

/**
 * Derives what to ask for from the retrieves the expressions can reach: the
 * Patient, and one key a resource type. A type is searched by patient alone, since
 * an entry without code or date counts too. Where every retrieve of a type names
 * codes that can be listed, rules see nothing else: the search then names the codes
 * (in any system, since records spell systems differently), for the types that
 * servers search so. Answers to questionnaires count as Observations, so whatever reads
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
      searchesFor(resourceType, listCodes(program, ofType, codeMaps)),
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

/** The codes that all retrieves of a type name, with those that sites use for them. */
function listCodes(
  program: Program,
  retrieves: readonly Retrieve[],
  codeMaps: readonly CodeMap[],
): string[] | undefined {
  if (!retrieves.every(({ resourceType }) => SEARCHED_BY_CODE.has(resourceType))) return undefined;
  const codes: Coding[] = [];
  for (const { valueSet, codeProperty } of retrieves) {
    const listed =
      valueSet !== undefined && codeProperty === 'code'
        ? program.codeService.enumerate(valueSet)
        : undefined;
    if (listed === undefined) return undefined;
    codes.push(...listed);
  }
  // Such codes are met in spellings that a search by code would miss.
  if (codes.some(({ system }) => spellsHierarchy(system))) return undefined;
  const local = codeMaps.flatMap((map) => codes.flatMap((coding) => map.sourcesOf(coding)));
  return [...new Set([...codes, ...local].map(({ code }) => code))].toSorted();
}

/** One search, or as many as it takes to keep each of them short. */
function searchesFor(resourceType: string, codes: readonly string[] | undefined) {
  const key = prefetchKey(resourceType);
  const byPatient = `${resourceType}?patient={{context.patientId}}`;
  if (codes === undefined) return [{ key, resourceType, template: byPatient }];
  return splitByLength(codes, MAX_SEARCH - `${byPatient}&code=`.length).map(
    (part, i): DataRequirement => ({
      key: i === 0 ? key : `${key}${i + 1}`,
      resourceType,
      template: `${byPatient}&code=${part.map(escapeToken).join(',')}`,
      codes: part,
    }),
  );
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

/** The resource types an expression's value rests on. */
export function sourcesOf(
  program: Program,
  expression: ExpressionName,
  questions: readonly Question[] = [],
): ReadonlySet<string> {
  const retrieves = withResponses(program, reachableRetrieves(program, [expression]), questions);
  return new Set(retrieves.map(({ resourceType }) => resourceType));
}
