import {
  SUMMARY_LIMIT,
  type Action,
  type Card,
  type Indicator,
  type Suggestion,
} from '../cds-hooks/response.ts';
import { readFact, type ExpressionName, type Facts, type FactValue } from '../facts.ts';
import type { Resource } from '../fhir/resource.ts';
import type { CardDefinition, ResourceTemplate, SuggestionDefinition } from './definition.ts';
import { composeDetail } from './detail.ts';
import { evidenceOf, extensionOf, withoutId, withoutReferences } from './evidence.ts';
import { pageLinks } from './page-links.ts';
import { clip, escapeMarkdown, isTemplate, plain, type View } from './template.ts';

/** What filling a card needs beside its definition. */
export interface PresentInput {
  readonly facts: Facts;
  readonly patientId: string;
  /** References of the orders in the request's context: the only ones a card may remove. */
  readonly draftReferences: ReadonlySet<string>;
  readonly newId: () => string;
  /** Where browsers reach this service; cards link to none of its pages when it is not known. */
  readonly publicUrl?: string | undefined;
  /** Puts the site's own codes into what a suggestion creates. */
  readonly localise?: ((resource: Resource) => Resource) | undefined;
  /** The day of the request at the site. */
  readonly today: string;
  /** Whether the client takes the evidence beside each card. */
  readonly evidence: boolean;
}

/** What could not be decided because its data could not be looked at. */
export interface Undecided {
  /** Titles of rules, and of the gate. */
  readonly undecided: readonly string[];
  /** The data, with why: `observations (not sent)`. */
  readonly data: readonly string[];
  /**
   * The resource types of the data or, of a rule that the card tells by itself, that rule; undefined
   * when it is not for want of data alone.
   */
  readonly lacks: readonly string[] | undefined;
}

/** What the site changed below the floor of the content. */
export interface Changed {
  readonly siteChanges: readonly string[];
  /** They matter for this patient, and are told even when nothing else is. */
  readonly isToTell: boolean;
}

/** The card or, with `forEach`, the cards of a definition; none unless `show` is true. */
export function presentCard(definition: CardDefinition, input: PresentInput): Card[] {
  if (definition.show === undefined || readFact(input.facts, definition.show) !== true) return [];
  const view = { ...viewOf(definition.library, input.facts), patientId: input.patientId };
  if (definition.forEach === undefined) return [fillCard(definition, view, input)];
  const items = readFact(input.facts, definition.forEach);
  if (!Array.isArray(items)) return [fillCard(definition, view, input)];
  return items.map((item: FactValue) => fillCard(definition, { ...view, item }, input));
}

/**
 * The card that says what could not be decided, and what the site changed; undefined when there is
 * nothing to tell, or when all that is lacking is told only where something holds that does not.
 */
export function presentNotChecked(
  definition: CardDefinition,
  { undecided, data, lacks }: Undecided,
  input: PresentInput,
  { siteChanges, isToTell }: Changed = { siteChanges: [], isToTell: false },
): Card | undefined {
  const isUntold = (lack: string): boolean => {
    const where = definition.toldWhere.get(lack);
    return where !== undefined && readFact(input.facts, where) !== true;
  };
  const isUndecided = undecided.length > 0 && lacks?.every(isUntold) !== true;
  if (!isUndecided && !isToTell) return undefined;
  const view = {
    ...viewOf('', input.facts),
    undecided: some(undecided),
    data: data.map(withoutId),
    isUndecided,
    siteChanges,
    isChangedBySite: siteChanges.length > 0,
    isOnlyChangedBySite: !isUndecided,
    patientId: input.patientId,
  };
  return fillCard(definition, view, input, [...undecided, ...data]);
}

/** So many of what could not be decided are named on the card; all are in its evidence. */
const MOST_UNDECIDED = 6;

function some(titles: readonly string[]): readonly string[] {
  const rest = titles.length - MOST_UNDECIDED;
  return rest <= 1 ? titles : [...titles.slice(0, MOST_UNDECIDED), `and ${rest} more`];
}

/** Own expressions by their name, those of other libraries as `Library.Name`. */
export function viewOf(library: string, facts: Facts): View {
  return { ...facts, ...facts[library] };
}

function fillCard(
  definition: CardDefinition,
  view: View,
  input: PresentInput,
  lacking: readonly string[] = [],
): Card {
  const evidence = evidenceOf(definition, input.facts);
  const { facts, unknown } = evidence;
  const suggestions = definition.suggestions.flatMap((s) => fillSuggestion(s, view, input));
  const { overrideReasons, source, guidance, rule } = definition;
  const indicator = readIndicator(definition.indicator, input.facts);
  const links = [...definition.links, ...pageLinks(definition, input.publicUrl)];
  return {
    uuid: input.newId(),
    summary: clip(plain(withoutReferences(definition.summary.fill(view, plain))), SUMMARY_LIMIT),
    indicator,
    detail: composeDetail({
      now: nowOf(definition, view),
      evidence,
      guidance,
      rule,
      isCritical: indicator === 'critical',
      today: input.today,
    }),
    source: {
      label: source.label,
      ...(source.url === undefined ? {} : { url: source.url }),
      topic: {
        system: TOPIC_SYSTEM,
        code: rule.replaceAll(/[^A-Za-z0-9]/g, ''),
        display: definition.title,
      },
    },
    ...(suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' as const } : {}),
    ...(overrideReasons.length > 0 ? { overrideReasons: [...overrideReasons] } : {}),
    ...(links.length > 0 ? { links } : {}),
    ...(input.evidence ? extensionOf({ facts, unknown: [...unknown, ...lacking] }) : {}),
  };
}

/** Rule ids without punctuation; some EHRs take nothing else as a topic. */
const TOPIC_SYSTEM = 'urn:nerveroot:codesystem:rules';

function readIndicator(indicator: Indicator | ExpressionName, facts: Facts): Indicator {
  if (typeof indicator === 'string') return indicator;
  const value = readFact(facts, indicator);
  // A word that CQL got wrong must not lose the card; the louder reading is the safe one.
  return value === 'info' || value === 'critical' ? value : 'warning';
}

/** The author's text, for people: without what only machines read, and without the blank lines of hidden parts. */
function nowOf({ detail }: CardDefinition, view: View): string {
  return detail
    .fill(view, (text) => escapeMarkdown(withoutReferences(text)))
    .trim()
    .replaceAll(/\n{3,}/g, '\n\n');
}

function fillSuggestion(
  definition: SuggestionDefinition,
  view: View,
  input: PresentInput,
): Suggestion[] {
  if (definition.when !== undefined && readFact(input.facts, definition.when) !== true) return [];
  const action = fillAction(definition.action, view, input);
  if (action === undefined) return [];
  return [
    {
      label: plain(definition.label.fill(view, plain)),
      uuid: input.newId(),
      ...(definition.recommended ? { isRecommended: true } : {}),
      actions: [action],
    },
  ];
}

/** No action when it would remove an order that is not in the request's context. */
function fillAction(
  action: SuggestionDefinition['action'],
  view: View,
  { draftReferences, localise }: Pick<PresentInput, 'draftReferences' | 'localise'>,
): Action | undefined {
  const description = plain(action.description.fill(view, plain));
  if (action.type === 'create') {
    const resource = fillResource(action.resource, view) as Resource; // checked at load
    return { type: 'create', description, resource: localise?.(resource) ?? resource };
  }
  const resourceId = action.resourceId.fill(view, plain);
  return draftReferences.has(resourceId) ? { type: 'delete', description, resourceId } : undefined;
}

/** Fills the strings; an element that is nothing but an unknown value is left out. */
function fillResource(template: ResourceTemplate, view: View): unknown {
  if (typeof template === 'number' || typeof template === 'boolean') return template;
  if (Array.isArray(template)) {
    const items = (template as readonly ResourceTemplate[]).map((item) => fillResource(item, view));
    return dropEmpty(items.filter((item) => item !== undefined));
  }
  if (isTemplate(template)) {
    const filled = template.fill(view, plain);
    return template.tags.length > 0 && (filled === '' || filled === 'unknown') ? undefined : filled;
  }
  const entries = Object.entries(template as Readonly<Record<string, ResourceTemplate>>)
    .map(([name, child]) => [name, fillResource(child, view)] as const)
    .filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function dropEmpty(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.length > 0 ? items : undefined;
}
