import type { CdsRequest } from '../cds-hooks/request.ts';
import type { CdsService, Content } from '../content/content.ts';
import { openEvaluation, type Evaluation } from '../engine/evaluate.ts';
import type { Observe, RunLimits } from '../engine/run.ts';
import type { Resource } from '../fhir/resource.ts';
import { withAnswers } from '../patient-data/answers.ts';
import type { CodeMap } from '../patient-data/code-map.ts';
import { notLookedAt, type PatientData } from '../patient-data/gather.ts';
import { medicationsOf, withMedicineCode } from '../patient-data/medications.ts';
import {
  hasUnreadReason,
  isUnread,
  withoutContradicted,
  type KnownCodes,
} from '../patient-data/unread.ts';
import { distrustOf, lackOf, readCodes, readOrders, type Lack } from './read-codes.ts';

/** Puts beside a site's own codes those that rules know, and in place of a medicine's reference its code. */
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
  /** A resource of the data as rules read it; the data themselves stay as they came. */
  readonly asRead: (resource: Resource) => Resource;
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
    readonly limits?: RunLimits | undefined;
  },
): OpenData {
  const { content, service, request, codeMap, evaluationTime, timeZone, observe, limits } = given;
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
  const input = { resources, parameters, evaluationTime, timeZone, observe, limits };
  return {
    evaluation: openEvaluation(content.program, input),
    notLooked,
    asRead: (resource) => withoutContradicted(toRules(resource), content.knownCodes).resource,
  };
}

/** What the CQL library `Request` declares; `docs/writing-rules.md` describes it. */
function requestParameters(
  request: CdsRequest,
  { draftOrders, selectedOrders }: PatientData,
  toRules: (resource: Resource) => Resource,
  known: KnownCodes,
): Record<string, unknown> {
  const drafts = readOrders(draftOrders, toRules, known);
  const selected = drafts.filter(({ given }) => selectedOrders.includes(given));
  // What is not read is given with what it said.
  const unread = (isIt: typeof isUnread) =>
    selected.filter(({ order }) => isIt(order, known)).map(({ coded }) => coded);
  return {
    Hook: request.hook,
    DraftOrders: drafts.map(({ order }) => order),
    SelectedOrders: selected.map(({ order }) => order),
    UnreadOrders: unread(isUnread),
    UnreadReasons: unread(hasUnreadReason),
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
