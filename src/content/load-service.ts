import type { CardDefinition } from '../cards/definition.ts';
import { type Program } from '../engine/program.ts';
import { findDefinition, resultType } from '../elm/definitions.ts';
import { parseExpressionName, qualifiedName, type ExpressionName } from '../facts.ts';
import type { Question } from '../reading/questionnaire.ts';
import type { CodeMap } from '../reading/code-map.ts';
import { lintPrefetchTemplate } from '../patient-data/prefetch-lint.ts';
import {
  deriveRequirements,
  sourcesOf,
  type DataRequirement,
} from '../patient-data/requirements.ts';
import type { CdsService, Decision } from './content.ts';
import type { ContentFault } from './fault.ts';
import { missingExpression } from './missing-name.ts';
import { restsOnGate } from './rests-on-gate.ts';
import type { ContentFile } from './read-files.ts';
import { serviceFile, type ServiceFile } from './schema.ts';
import { readYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

/** What a service is checked against. */
export interface ServiceWorld {
  readonly program: Program;
  /** Libraries with errors, which have been reported. */
  readonly brokenLibraries: ReadonlySet<string>;
  readonly cards: ReadonlyMap<string, CardDefinition>;
  /** Rules whose card file exists, faulty ones too. */
  readonly knownRules: ReadonlySet<string>;
  /** Codes of sites, which searches by code ask for too. */
  readonly codeMaps: readonly CodeMap[];
  /** Questions whose answers are facts. */
  readonly questions: readonly Question[];
  readonly faults: ContentFault[];
}

/** Reads and checks one service and derives what a call needs; undefined when it has faults. */
export function loadService(
  { file, text }: ContentFile,
  world: ServiceWorld,
): CdsService | undefined {
  const read = readYaml(file, text, serviceFile);
  world.faults.push(...read.faults);
  if (read.value === undefined) return undefined;
  const { value, yaml } = read;
  const before = world.faults.length;
  const cards = value.cards.flatMap((rule, i) => findCard(rule, ['cards', i], yaml, world));
  const [notChecked] = findCard(value.notChecked, ['notChecked'], yaml, world);
  if (notChecked?.show !== undefined) {
    const message = `${value.notChecked} is shown by an expression; a notChecked card has no "library" and no "show"`;
    world.faults.push(yaml.fault(['notChecked'], message));
  }
  for (const [i, rule] of value.cards.entries()) {
    if (value.cards.indexOf(rule) === i) continue;
    world.faults.push(yaml.fault(['cards', i], `Rule ${rule} stands twice; keep one of them`));
  }
  for (const [i, card] of cards.entries()) {
    if (card.show === undefined) {
      world.faults.push(
        yaml.fault(['cards', i], `${card.rule} has no "show", so nothing can show it`),
      );
    }
  }
  checkSilences(value, yaml, world);
  const gate = readGate(value, yaml, world);
  const always = readAlways(value, yaml, { gate, cards }, world);
  if (gate === undefined || notChecked === undefined || world.faults.length > before)
    return undefined;
  return assemble(value, yaml, { gate, cards, always, notChecked }, world);
}

function findCard(
  rule: string,
  path: YamlPath,
  yaml: YamlFile,
  world: ServiceWorld,
): CardDefinition[] {
  const card = world.cards.get(rule);
  if (card) return [card];
  // A card with faults of its own has been reported already.
  if (!world.knownRules.has(rule)) {
    world.faults.push(
      yaml.fault(path, `There is no card for rule ${rule} (hooks/cards/${rule}.yaml)`),
    );
  }
  return [];
}

function readGate(
  value: ServiceFile,
  yaml: YamlFile,
  world: ServiceWorld,
): ExpressionName | undefined {
  const gate = parseExpressionName(value.gate, '');
  const definition = findDefinition(world.program, gate);
  if (!definition) {
    if (!world.brokenLibraries.has(gate.library)) {
      world.faults.push(yaml.fault(['gate'], missingExpression(world.program, gate)));
    }
    return undefined;
  }
  if (resultType(definition) !== 'Boolean') {
    const message = `${qualifiedName(gate)} must be Boolean, but is ${resultType(definition)}`;
    world.faults.push(yaml.fault(['gate'], message));
  }
  return gate;
}

/**
 * The rules that are decided for every patient: those that the file declares, or else those that
 * are not certainly false where the gate is. One of these that it does not declare is a fault.
 */
function readAlways(
  { cards: rules, always }: ServiceFile,
  yaml: YamlFile,
  { gate, cards }: { gate: ExpressionName | undefined; cards: readonly CardDefinition[] },
  { program, faults }: ServiceWorld,
): ReadonlySet<string> {
  for (const [i, rule] of (always ?? []).entries()) {
    if (rules.includes(rule)) continue;
    faults.push(yaml.fault(['always', i], `Rule ${rule} is none of this service's cards`));
  }
  const open = cards.filter(({ show }) => gate && show && !restsOnGate(program, gate, show));
  for (const { rule, show } of always && gate ? open : []) {
    if (always?.includes(rule) !== false || !gate || !show) continue;
    const message =
      `${rule} may be shown where the gate ${qualifiedName(gate)} is false, as far as can be seen: ` +
      `list it under "always", or begin ${qualifiedName(show)} with a part of the gate and "and"`;
    faults.push(yaml.fault(['cards', rules.indexOf(rule)], message));
  }
  return new Set(always ?? open.map(({ rule }) => rule));
}

/** A card silences others of its service, and never itself. */
function checkSilences(
  { cards, silences = {} }: ServiceFile,
  yaml: YamlFile,
  { faults }: ServiceWorld,
): void {
  for (const [rule, others] of Object.entries(silences)) {
    if (!cards.includes(rule)) {
      faults.push(yaml.fault(['silences', rule], `Rule ${rule} is none of this service's cards`));
    }
    for (const [i, other] of others.entries()) {
      if (cards.includes(other) && other !== rule) continue;
      const message = `Rule ${other} is none of this service's other cards`;
      faults.push(yaml.fault(['silences', rule, i], message));
    }
  }
}

function assemble(
  value: ServiceFile,
  yaml: YamlFile,
  parts: {
    readonly gate: ExpressionName;
    readonly cards: readonly CardDefinition[];
    readonly always: ReadonlySet<string>;
    readonly notChecked: CardDefinition;
  },
  world: ServiceWorld,
): CdsService {
  const { gate, cards, always, notChecked } = parts;
  const expressions = uniqueNames([
    gate,
    ...[...cards, notChecked].flatMap((card) => card.expressions),
  ]);
  const requirements = readRequirements(value, yaml, expressions, world);
  const shown = cards.flatMap(({ rule, title, show }) =>
    show ? [{ rule, title, expression: show }] : [],
  );
  const applies = {
    rule: undefined,
    title: 'whether these checks are meant for this patient',
    expression: gate,
  };
  const decisions = [applies, ...shown].map(({ rule, title, expression }): Decision => ({
    rule,
    title,
    expression,
    sources: sourcesOf(world.program, expression, world.questions),
  }));
  return {
    id: value.id,
    hook: value.hook,
    title: value.title,
    description: value.description,
    usageRequirements: value.usageRequirements,
    required: value.required,
    besideCritical: value.besideCritical ?? Number.POSITIVE_INFINITY,
    silences: new Map(Object.entries(value.silences ?? {})),
    requirements,
    gate,
    cards,
    always,
    notChecked,
    silent: new Set(),
    changed: [],
    expressions,
    decisions,
  };
}

function uniqueNames(names: readonly ExpressionName[]): ExpressionName[] {
  return [...new Map(names.map((name) => [qualifiedName(name), name])).values()];
}

function readRequirements(
  value: ServiceFile,
  yaml: YamlFile,
  expressions: readonly ExpressionName[],
  { program, codeMaps, questions, faults }: ServiceWorld,
): DataRequirement[] {
  const overrides = new Map(Object.entries(value.prefetch ?? {}));
  const derived = deriveRequirements(program, expressions, codeMaps, questions);
  for (const [key, template] of overrides) {
    const requirement = derived.find((candidate) => candidate.key === key);
    if (!requirement) {
      const keys = derived.map((candidate) => candidate.key).join(', ');
      faults.push(yaml.fault(['prefetch', key], `No rule reads "${key}"; the keys are: ${keys}`));
    } else if (!new RegExp(`^${requirement.resourceType}[/?]`).test(template)) {
      faults.push(yaml.fault(['prefetch', key], `"${key}" must read ${requirement.resourceType}`));
    }
  }
  for (const [i, type] of value.required.entries()) {
    if (derived.some(({ resourceType }) => resourceType === type)) continue;
    faults.push(yaml.fault(['required', i], `No rule of this service reads ${type}`));
  }
  const requirements = override(derived, overrides);
  for (const { key, template } of requirements) {
    const objection = lintPrefetchTemplate(template, value.hook);
    if (objection !== undefined) faults.push(yaml.fault(['prefetch', key], objection));
  }
  return requirements;
}

/** The derived searches, those replaced that the service's file writes itself: of a type, one for all. */
function override(
  derived: readonly DataRequirement[],
  overrides: ReadonlyMap<string, string>,
): DataRequirement[] {
  const written = derived.flatMap(({ key, resourceType }) => {
    const template = overrides.get(key);
    return template === undefined ? [] : [{ key, resourceType, template }];
  });
  const replaced = new Set(written.map(({ resourceType }) => resourceType));
  return derived.flatMap((requirement) => {
    if (!replaced.has(requirement.resourceType)) return [requirement];
    return written.filter(({ key }) => key === requirement.key);
  });
}
