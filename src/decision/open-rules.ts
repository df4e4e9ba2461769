import type { CdsRequest } from '../cds-hooks/request.ts';
import type { CdsService, Content } from '../content/content.ts';
import { openEvaluation, type Evaluation, type Observe } from '../cql/evaluate.ts';
import type { Resource } from '../fhir/resource.ts';
import { withAnswers } from '../patient-data/answers.ts';
import type { CodeMap } from '../patient-data/code-map.ts';
import { notLookedAt, type PatientData } from '../patient-data/gather.ts';
import { medicationsOf, withMedicineCode } from '../patient-data/medications.ts';
import { withoutContradicted, type KnownCodes } from '../patient-data/unread.ts';
import { distrustOf, lackOf, readCodes, readOrders, type Lack } from './read-codes.ts';

/**
 * What rules read: medicines by their codes, the codes they know beside a site's own,
 * and no code that its display contradicts. The data themselves stay as they came.
 */
export function asRulesRead(
  data: PatientData,
  codeMap: CodeMap | undefined,
  known: KnownCodes,
): (resource: Resource) => Resource {
  const toRules = withKnownCodes(data, codeMap);
  return (resource) => withoutContradicted(toRules(resource), known).resource;
}

function withKnownCodes({ resources }: PatientData, codeMap: CodeMap | undefined) {
  const medications = medicationsOf(resources);
  return (resource: Resource): Resource => {
    const coded = withMedicineCode(resource, medications);
    return codeMap?.translate(coded) ?? coded;
  };
}

/** The rules' view of a patient's data, and what of it may not be read as "absent". */
export interface OpenData {
  readonly evaluation: Evaluation;
  readonly notLooked: readonly Lack[];
}

/** Opens the rules on a patient's data. */
export function openOn(
  data: PatientData,
  given: {
    readonly content: Content;
    readonly service: CdsService;
    readonly request: CdsRequest;
    readonly codeMap: CodeMap | undefined;
    readonly evaluationTime: Date;
    readonly timeZone: string;
    readonly observe: Observe | undefined;
  },
): OpenData {
  const { content, service, request, codeMap, evaluationTime, timeZone, observe } = given;
  const toRules = withKnownCodes(data, codeMap);
  const { resources, unread, untrusted } = readCodes(
    withAnswers(data.resources, content.questionnaires),
    toRules,
    {
      types: new Set(service.requirements.map(({ resourceType }) => resourceType)),
      known: content.knownCodes,
    },
  );
  const notLooked = [...notLookedAt(data).map(lackOf), ...untrusted.map(distrustOf)];
  const parameters = {
    ...requestParameters(request, data, toRules, content.knownCodes),
    NotLookedAt: typesOf(notLooked),
    Unread: unread,
    Untrusted: untrusted,
  };
  const input = { resources, parameters, evaluationTime, timeZone, observe };
  return { evaluation: openEvaluation(content.program, input), notLooked };
}

/** What the CQL library `Request` declares; `docs/writing-rules.md` describes it. */
function requestParameters(
  request: CdsRequest,
  { draftOrders, selectedOrders }: PatientData,
  toRules: (resource: Resource) => Resource,
  known: KnownCodes,
): Record<string, unknown> {
  const selected = readOrders(selectedOrders, toRules, known);
  return {
    Hook: request.hook,
    DraftOrders: readOrders(draftOrders, toRules, known).orders,
    SelectedOrders: selected.orders,
    UnreadOrders: selected.unread,
    UnreadReasons: selected.unreadReasons,
  };
}

/**
 * Rules read answers to questionnaires as Observations: where the responses were not
 * looked at, Observations were not looked at in full.
 */
function typesOf(notLooked: readonly Lack[]): string[] {
  const types = notLooked.map(({ resourceType }) => resourceType);
  return types.includes('QuestionnaireResponse') ? [...types, 'Observation'] : types;
}
