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
import { pageLinks } from './page-links.ts';
import { clip, escapeMarkdown, formatFact, isTemplate, plain, type View } from './template.ts';

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
}

/** What could not be decided because its data could not be looked at. */
export interface Undecided {
  /** Titles of rules, and of the gate. */
  readonly undecided: readonly string[];
  /** The data, with why: `observations (not sent)`. */
  readonly data: readonly string[];
  /** The resource types of the data; undefined when it is not for want of data alone. */
  readonly types: readonly string[] | undefined;
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
  { undecided, data, types }: Undecided,
  input: PresentInput,
  { siteChanges, isToTell }: Changed = { siteChanges: [], isToTell: false },
): Card | undefined {
  const isUntold = (type: string): boolean => {
    const where = definition.toldWhere.get(type);
    return where !== undefined && readFact(input.facts, where) !== true;
  };
  const isUndecided = undecided.length > 0 && types?.every(isUntold) !== true;
  if (!isUndecided && !isToTell) return undefined;
  const view = {
    ...viewOf('', input.facts),
    undecided,
    data,
    isUndecided,
    siteChanges,
    isChangedBySite: siteChanges.length > 0,
    isOnlyChangedBySite: !isUndecided,
    patientId: input.patientId,
  };
  return fillCard(definition, view, input);
}

/** Own expressions by their name, those of other libraries as `Library.Name`. */
export function viewOf(library: string, facts: Facts): View {
  return { ...facts, ...facts[library] };
}

function fillCard(definition: CardDefinition, view: View, input: PresentInput): Card {
  const suggestions = definition.suggestions.flatMap((s) => fillSuggestion(s, view, input));
  const { overrideReasons, source } = definition;
  const links = [...definition.links, ...pageLinks(definition, input.publicUrl)];
  return {
    uuid: input.newId(),
    summary: clip(plain(definition.summary.fill(view, plain)), SUMMARY_LIMIT),
    indicator: readIndicator(definition.indicator, input.facts),
    detail: detailOf(definition, view, input.facts),
    source: {
      label: source.label,
      ...(source.url === undefined ? {} : { url: source.url }),
      topic: {
        system: TOPIC_SYSTEM,
        code: definition.rule.replaceAll(/[^A-Za-z0-9]/g, ''),
        display: definition.title,
      },
    },
    ...(suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' as const } : {}),
    ...(overrideReasons.length > 0 ? { overrideReasons: [...overrideReasons] } : {}),
    ...(links.length > 0 ? { links } : {}),
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

/** The author's text, then what every card owes its reader: facts, unknowns, guidance, rule. */
function detailOf(definition: CardDefinition, view: View, facts: Facts): string {
  const { guidance, rule } = definition;
  const used = factsIn(definition.facts, facts).map(factLine);
  const unknown = factsIn(definition.unknown, facts).map((item) =>
    escapeMarkdown(formatFact(item)),
  );
  const confirm =
    guidance.toConfirm === undefined ? '' : ` *To be confirmed: ${guidance.toConfirm}*`;
  return [
    // A part that is not shown leaves the blank lines around it.
    definition.detail
      .fill(view, escapeMarkdown)
      .trim()
      .replaceAll(/\n{3,}/g, '\n\n'),
    bullets('Facts used', used),
    bullets('Not known', unknown),
    `**Guidance:** ${guidance.text}. **Strength:** ${guidance.strength}.${confirm}`,
    `Rule ${rule}. Clinical sign-off is the adopting site's.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function bullets(heading: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : `**${heading}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function factsIn(name: ExpressionName | undefined, facts: Facts): readonly FactValue[] {
  const value = name === undefined ? null : readFact(facts, name);
  return Array.isArray(value) ? value.filter((item: FactValue) => item !== null) : [];
}

/** `2026-03-07: Numbness of saddle area (Observation/12)`. */
function factLine(item: FactValue): string {
  const { fact, date, source } = item as { [name: string]: FactValue }; // content's check made it a tuple
  const day = date === null || date === undefined ? 'no date' : formatFact(date);
  const from = typeof source === 'string' ? ` (${source})` : '';
  return escapeMarkdown(`${day}: ${formatFact(fact)}${from}`);
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
