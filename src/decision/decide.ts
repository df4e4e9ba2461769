import { annotateOrders } from '../cards/annotate.ts';
import {
  presentCard,
  presentNotChecked,
  type Changed,
  type PresentInput,
  type Undecided,
} from '../cards/present.ts';
import { parseCdsRequest, type CdsRequest } from '../cds-hooks/request.ts';
import type { CardDefinition } from '../cards/definition.ts';
import type { Card, CdsResponse, SystemAction } from '../cds-hooks/response.ts';
import type { CdsService, Content } from '../content/content.ts';
import type { ContentSource } from '../content/source.ts';
import type { Evaluation } from '../engine/evaluate.ts';
import type { Observe } from '../engine/run.ts';
import { hungUpError, NerverootError } from '../errors.ts';
import { readFact, type Facts } from '../facts.ts';
import type { FhirReader } from '../fhir/client.ts';
import { referenceTo, type Resource } from '../fhir/resource.ts';
import { gather, type PatientData } from '../patient-data/gather.ts';
import type { Reading } from '../reading/read.ts';
import type { Lack } from '../reading/reading.ts';
import type { Site } from '../site.ts';
import { decideRules, withNotChecked, type DecidedRules } from './decide-rules.ts';
import { dayAt, openOn } from './open-rules.ts';

/** Everything a decision needs from outside, passed in. */
export interface DecisionDeps {
  readonly content: ContentSource;
  /** The evaluation time of the next request; `Now()` in CQL. */
  readonly clock: () => Date;
  readonly newId: () => string;
  /** The site that a request comes from. */
  readonly siteOf: (request: CdsRequest) => Site;
  /** Reads the FHIR server that a request names, where that is allowed. */
  readonly readerFor?: (request: CdsRequest, hungUp?: AbortSignal) => FhirReader | undefined;
  /** True once nobody waits for the answer any more. */
  readonly aborted?: (() => boolean) | undefined;
  /** How many steps the evaluation of one call may take; as many as it needs when left out. */
  readonly mostSteps?: number | undefined;
  /** Told what every node of the CQL comes to. */
  readonly observe?: Observe | undefined;
  /** Where browsers reach this service; cards link to none of its pages when it is left out. */
  readonly publicUrl?: string | undefined;
}

/** The answer, and how it came about. */
export interface DecisionResult {
  readonly response: CdsResponse;
  readonly request: CdsRequest;
  readonly content: Content;
  readonly service: CdsService;
  readonly site: Site;
  readonly data: PatientData;
  readonly facts: Facts;
  /** Still open: more expressions can be asked, at no new cost for those computed. */
  readonly evaluation: Evaluation;
  /** The rule of each card, in the order of the cards. */
  readonly rules: readonly string[];
  /** Rules whose card would be shown, did the site not want them silent. */
  readonly silent: readonly string[];
  /** Data that may not be read as "absent". */
  readonly notLooked: readonly Lack[];
  /** What could not be decided for want of them. */
  readonly undecided: Undecided;
  /** `Now()` of the CQL, and the zone of the site. */
  readonly evaluationTime: Date;
  readonly timeZone: string;
  /** The data as the rules read them. */
  readonly reading: Reading;
  /** The same evaluation, at the same moment, over other data. */
  readonly evaluationOf: (data: PatientData) => Evaluation;
}

/**
 * The one pipeline: find the service, parse the call, gather the data, evaluate
 * the logic, present the cards. HTTP, the command line and rule tests all come
 * through here. Throws NerverootError; there is no answer that hides a failure.
 *
 * @see https://cds-hooks.hl7.org/STU2/#calling-a-cds-service
 */
export async function decide(
  serviceId: string,
  body: unknown,
  deps: DecisionDeps,
): Promise<DecisionResult> {
  const content = await deps.content.current();
  const candidates = findServices(content, serviceId);
  const request = parseCdsRequest(body);
  const site = deps.siteOf(request);
  const settings = content.sites.get(site.client ?? '');
  const chosen = chooseByHook(candidates, request);
  const service = settings?.services.get(chosen) ?? chosen;
  const data = await gather(request, {
    requirements: service.requirements,
    required: requiredOf(service, site),
    without: site.without,
    totals: site.totals,
    isRecordType: (name) => content.program.model.isRecordType(name),
    reader: deps.readerFor?.(request),
  });
  if (deps.aborted?.() === true) throw hungUpError();
  const codeMap = content.codeMaps.get(site.codes ?? '');
  const evaluationTime = deps.clock();
  const { timeZone } = site;
  const { observe, aborted, mostSteps: steps } = deps;
  const { parameters } = settings ?? {};
  const rest = {
    content,
    service,
    request,
    codeMap,
    evaluationTime,
    timeZone,
    observe,
    parameters,
  };
  const evaluationOf = (of: PatientData): Evaluation => openOn(of, rest).evaluation;
  const { evaluation, notLooked, reading } = openOn(data, { ...rest, limits: { steps, aborted } });
  const { facts: decidedFacts, ...decided } = await decideRules(service, evaluation);
  const undecided = withUnfinished(findUndecided(service, decidedFacts, notLooked), decided);
  const isWhole = undecided.undecided.length === 0;
  const siteChanges = service.changed;
  const isOurs = readFact(decidedFacts, service.gate) === true;
  const changed = { siteChanges, isToTell: siteChanges.length > 0 && isOurs };
  const facts =
    isWhole && !changed.isToTell
      ? decidedFacts
      : await withNotChecked(service, evaluation, decidedFacts);
  const localise = codeMap && ((resource: Resource) => codeMap.localise(resource));
  const today = dayAt(evaluationTime, timeZone);
  const { evidence } = site;
  const told = { ...deps, request, undecided, changed, localise, today, evidence };
  const shown = present(service, decided.shown, facts, data, told);
  const rules = shown.map(({ rule }) => rule);
  // Nothing is written on orders while anything could not be looked at.
  const actions =
    site.systemActions !== false && isWhole
      ? systemActions(service, facts, data, { request, rules })
      : [];
  return {
    response: {
      cards: shown.map(({ card }) => card),
      ...placeActions(actions, site),
    },
    rules,
    silent: decided.silent,
    request,
    content,
    service,
    site,
    data,
    facts,
    evaluation,
    notLooked,
    undecided,
    evaluationTime,
    timeZone,
    reading,
    evaluationOf,
  };
}

/** Resource types without which there is no advice: the service's own, and those the site adds. */
export function requiredOf({ required }: CdsService, site: Site): readonly string[] {
  return [...required, ...site.required];
}

/** The services of an id, one a hook; throws UnknownService. */
export function findServices(content: Content, serviceId: string): readonly CdsService[] {
  const found = content.services.filter(({ id }) => id === serviceId);
  if (found.length > 0) return found;
  const message = 'There is no CDS service of that id; GET /cds-services lists those there are';
  throw new NerverootError('UnknownService', message);
}

function chooseByHook(services: readonly CdsService[], request: CdsRequest): CdsService {
  const service = services.find(({ hook }) => hook === request.hook);
  if (service) return service;
  const hooks = services.map(({ hook }) => hook).join(', ');
  const message = `"hook" is ${request.hook}, but service ${services[0]?.id ?? ''} answers ${hooks}`;
  throw new NerverootError('HookMismatch', message, { path: 'hook' });
}

interface ShownCard {
  readonly rule: string;
  readonly card: Card;
}

function present(
  service: CdsService,
  definitions: readonly CardDefinition[],
  facts: Facts,
  data: PatientData,
  {
    request,
    newId,
    publicUrl,
    undecided,
    changed,
    localise,
    today,
    evidence,
  }: Pick<
    DecisionDeps & PresentInput,
    'newId' | 'publicUrl' | 'localise' | 'today' | 'evidence'
  > & {
    readonly request: CdsRequest;
    readonly undecided: Undecided;
    readonly changed: Changed;
  },
): ShownCard[] {
  const input: PresentInput = {
    facts,
    patientId: request.context.patientId,
    draftReferences: new Set(data.draftOrders.flatMap((order) => referenceTo(order) ?? [])),
    newId,
    publicUrl,
    localise,
    today,
    evidence,
  };
  const shown = definitions.flatMap((definition) =>
    presentCard(definition, input).map((card): ShownCard => ({ rule: definition.rule, card })),
  );
  const kept = limitBesideCritical(shown, service.besideCritical);
  const card = presentNotChecked(service.notChecked, undecided, input, changed);
  return card === undefined ? kept : [...kept, { rule: service.notChecked.rule, card }];
}

/** What the cards shown write on their orders. */
function systemActions(
  service: CdsService,
  facts: Facts,
  { draftOrders, selectedOrders }: PatientData,
  { request, rules }: { request: CdsRequest; rules: readonly string[] },
): SystemAction[] {
  const shown = service.cards.filter(({ rule }) => rules.includes(rule));
  const { patientId } = request.context;
  return annotateOrders(shown, { facts, patientId, draftOrders, selectedOrders });
}

/** Where the specification has them or, for clients that look there, in the response's extension. */
function placeActions(
  actions: readonly SystemAction[],
  site: Site,
): Pick<CdsResponse, 'systemActions' | 'extension'> {
  if (actions.length === 0) return {};
  const placed = { systemActions: [...actions] };
  return site.systemActions === 'extension' ? { extension: placed } : placed;
}

/** While something is critical, only the most important of the rest are shown. */
function limitBesideCritical(shown: readonly ShownCard[], limit: number): ShownCard[] {
  const isCritical = ({ card }: ShownCard): boolean => card.indicator === 'critical';
  if (!shown.some(isCritical)) return [...shown];
  const others = new Set(shown.filter((item) => !isCritical(item)).slice(0, limit));
  return shown.filter((item) => isCritical(item) || others.has(item));
}

/**
 * Decisions that are unknown because their data could not be looked at. Silence
 * about them would read as "all clear"; what is unknown because nobody recorded
 * it is the rules' own business.
 */
function findUndecided(service: CdsService, facts: Facts, notLooked: readonly Lack[]): Undecided {
  const undecided = service.decisions
    .filter(({ expression }) => readFact(facts, expression) === null)
    .map(({ title, rule, sources }) => ({
      title,
      rule,
      lacking: notLooked.filter(({ resourceType }) => sources.has(resourceType)),
    }))
    .filter(({ lacking }) => lacking.length > 0);
  const lacking = new Set(undecided.flatMap((item) => item.lacking));
  return {
    undecided: undecided.map(({ title }) => title),
    data: [...lacking].map(({ key, reason }) => `${key} (${reason})`),
    lacks: undecided.flatMap(({ rule, lacking: own }) =>
      rule !== undefined && service.notChecked.toldWhere.has(rule)
        ? [rule]
        : own.map(({ resourceType }) => resourceType),
    ),
  };
}

const TOO_MUCH = 'the chart (it holds more than can be worked through in one call)';

/** What was left undecided for its cost is said like what was for want of data: never silence. */
function withUnfinished(
  found: Undecided,
  { unfinished, untold }: Pick<DecidedRules, 'unfinished' | 'untold'>,
): Undecided {
  if (unfinished.length + untold.length === 0) return found;
  const titles = untold.map(
    (title) => `${title} (found, and its card is shown without all details)`,
  );
  return {
    undecided: [...new Set([...found.undecided, ...unfinished, ...titles])],
    data: [...found.data, TOO_MUCH],
    lacks: undefined,
  };
}
