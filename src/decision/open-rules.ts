import { DateTime } from 'luxon';
import type { CdsRequest } from '../cds-hooks/request.ts';
import type { CdsService, Content } from '../content/content.ts';
import { openEvaluation, type Evaluation } from '../engine/evaluate.ts';
import type { Observe, RunLimits } from '../engine/run.ts';
import { notLookedAt, type PatientData } from '../patient-data/gather.ts';
import type { MetRequirement } from '../patient-data/met-requirement.ts';
import type { CodeMap } from '../reading/code-map.ts';
import { readChart, type Reading } from '../reading/read.ts';
import { BIRTH_DATE, type Lack, type Unread } from '../reading/reading.ts';

/** The rules' view of a patient's data, and what of it may not be read as "absent". */
export interface OpenData {
  readonly evaluation: Evaluation;
  readonly notLooked: readonly Lack[];
  readonly reading: Reading;
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
    /** What the site has set of the CQL's parameters. */
    readonly parameters?: Readonly<Record<string, number>> | undefined;
  },
): OpenData {
  const { content, service, request, codeMap, evaluationTime, timeZone, observe, limits } = given;
  const reading = readChart(data, {
    types: new Set(service.requirements.map(({ resourceType }) => resourceType)),
    known: content.knownCodes,
    questionnaires: content.questionnaires,
    codeMap,
    today: dayAt(evaluationTime, timeZone),
  });
  const matters = ({ resourceType }: Lack): boolean =>
    resourceType !== BIRTH_DATE || service.decisions.some(({ sources }) => sources.has(BIRTH_DATE));
  const notLooked = [...notLookedAt(data).map(lackOf), ...reading.lacks.filter(matters)];
  const parameters = {
    ...given.parameters,
    ...requestParameters(request, reading, notLooked),
    LookedInVain: notLookedAt(data).flatMap(({ state, resourceType }) =>
      state === 'missing' ? [] : resourceType,
    ),
  };
  const { resources } = reading;
  const input = { resources, parameters, evaluationTime, timeZone, observe, limits };
  return { evaluation: openEvaluation(content.program, input), notLooked, reading };
}

/** The calendar day of a moment at the site. */
export function dayAt(moment: Date, timeZone: string): string {
  return DateTime.fromJSDate(moment, { zone: timeZone }).toISODate() ?? '';
}

/** What the CQL library `Request` declares; `docs/writing-rules.md` describes it. */
function requestParameters(
  { hook }: CdsRequest,
  { draftOrders, selectedOrders, unreadOrders, unreadReasons, placedReasons, unread }: Reading,
  notLooked: readonly Lack[],
): Record<string, unknown> {
  return {
    Hook: hook,
    DraftOrders: draftOrders,
    SelectedOrders: selectedOrders,
    UnreadOrders: unreadOrders.map(asTuple),
    UnreadReasons: unreadReasons.map(asTuple),
    PlacedReasons: placedReasons.map(asTuple),
    NotLookedAt: typesOf(notLooked),
    Unread: unread.map(asTuple),
  };
}

function asTuple({ resource, why, mayBe, word }: Unread) {
  return { resource, why, mayBe, word: word ?? null };
}

/**
 * Rules read answers to questionnaires as Observations: where the responses were not
 * looked at, Observations were not looked at in full.
 */
function typesOf(notLooked: readonly Lack[]): string[] {
  const types = notLooked.map(({ resourceType }) => resourceType);
  return types.includes('QuestionnaireResponse') ? [...types, 'Observation'] : types;
}

function lackOf(requirement: MetRequirement): Lack {
  const { resourceType, key } = requirement;
  const reason = 'reason' in requirement ? requirement.reason : requirement.state;
  return { key, resourceType, reason };
}
