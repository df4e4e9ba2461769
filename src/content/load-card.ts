import { basename } from 'node:path';
import type {
  AnnotationDefinition,
  CardDefinition,
  ResourceTemplate,
  SuggestionDefinition,
} from '../cards/definition.ts';
import { parseTemplate, type Template } from '../cards/template.ts';
import { SUMMARY_LIMIT } from '../cds-hooks/response.ts';
import {
  definitionNames,
  findDefinition,
  resultType,
  tupleFields,
  type Program,
} from '../cql/program.ts';
import { parseExpressionName, qualifiedName, type ExpressionName } from '../facts.ts';
import type { Questionnaire } from '../patient-data/questionnaire.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { cardFile, type CardFile, type OverrideReasonsFile } from './schema.ts';
import type { VerifiedCodes } from './terminology.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

type Path = readonly (string | number)[];

/** What a card is checked against. */
export interface CardWorld {
  readonly program: Program;
  /** Libraries with errors, which have been reported. */
  readonly brokenLibraries: ReadonlySet<string>;
  readonly verified: VerifiedCodes;
  readonly overrideReasons: OverrideReasonsFile;
  readonly questionnaires: readonly Questionnaire[];
  /** Names of questionnaires whose file exists, faulty ones too. */
  readonly knownForms: ReadonlySet<string>;
  readonly faults: ContentFault[];
}

/** Names that templates may use beside expressions. */
const NOT_CHECKED_NAMES = new Set(['undecided', 'data']);

/** Reads and checks one card; every fault is pushed, and a card with faults is undefined. */
export function loadCard(
  { file, text }: ContentFile,
  world: CardWorld,
): CardDefinition | undefined {
  const read = readYaml(file, text, cardFile);
  world.faults.push(...read.faults);
  if (read.value === undefined) return undefined;
  const before = world.faults.length;
  const reader = new CardReader(read.value, read.yaml, world);
  const definition = reader.read();
  const faulty = world.faults.slice(before).some(({ severity }) => severity === 'error');
  return faulty || reader.restsOnBroken ? undefined : definition;
}

/** Reads one card file; a class because every step adds to the same faults and expressions. */
class CardReader {
  readonly #card: CardFile;
  readonly #yaml: YamlFile;
  readonly #world: CardWorld;
  readonly #expressions = new Map<string, ExpressionName>();
  /** Something named is in a file with errors, so that the card is not whole. */
  restsOnBroken = false;

  constructor(card: CardFile, yaml: YamlFile, world: CardWorld) {
    this.#card = card;
    this.#yaml = yaml;
    this.#world = world;
  }

  read(): CardDefinition {
    const card = this.#card;
    const expected = basename(this.#yaml.file).replace(/\.ya?ml$/, '');
    if (card.rule !== expected)
      this.#fault(['rule'], `Rule ${card.rule} must stand in ${card.rule}.yaml`);
    if ((card.library === undefined) !== (card.show === undefined)) {
      this.#fault(
        ['rule'],
        '"library" and "show" go together: a card is shown by an expression of a library',
      );
    }
    const { program, brokenLibraries } = this.#world;
    if (
      card.library !== undefined &&
      !program.elms.has(card.library) &&
      !brokenLibraries.has(card.library)
    ) {
      this.#fault(['library'], `There is no CQL library ${card.library}`);
    }
    const show = this.#expression(card.show, ['show'], 'Boolean');
    const forEach = this.#expression(card.forEach, ['forEach'], 'List<Tuple>');
    const facts = this.#expression(card.facts, ['facts'], 'List<Tuple>');
    if (facts) this.#checkFields(facts, ['facts'], ['fact', 'date', 'source']);
    return {
      rule: card.rule,
      title: card.title,
      library: card.library ?? '',
      show,
      forEach,
      indicator:
        typeof card.indicator === 'string'
          ? card.indicator
          : (this.#expression(card.indicator.expression, ['indicator', 'expression'], 'String') ??
            'warning'),
      summary: this.#summary(card.summary),
      detail: this.#template(card.detail, ['detail']),
      facts,
      unknown: this.#expression(card.unknown, ['unknown'], 'List<String>'),
      guidance: card.guidance,
      source: card.source,
      suggestions: (card.suggestions ?? []).map((s, i) => this.#suggestion(s, ['suggestions', i])),
      annotate: card.annotate && this.#annotation(card.annotate),
      overrideReasons: (card.overrideReasons ?? []).flatMap((key, i) => {
        const reason = this.#world.overrideReasons[key];
        if (!reason)
          this.#fault(['overrideReasons', i], `hooks/override-reasons.yaml has no reason "${key}"`);
        return reason ?? [];
      }),
      links: card.links ?? [],
      form: this.#form(card.form),
      expressions: [...this.#expressions.values()],
    };
  }

  #fault(path: Path, message: string): void {
    this.#world.faults.push(this.#yaml.fault(path, message));
  }

  #expression(text: string | undefined, path: Path, type: string): ExpressionName | undefined {
    if (text === undefined) return undefined;
    const name = parseExpressionName(text, this.#card.library ?? '');
    const definition = findDefinition(this.#world.program, name);
    if (!definition) {
      if (!this.#isReported(name.library)) {
        this.#fault(path, missingExpression(this.#world.program, name));
      }
      return undefined;
    }
    const got = resultType(definition);
    if (got !== type) this.#fault(path, `${qualifiedName(name)} must be ${type}, but is ${got}`);
    this.#expressions.set(qualifiedName(name), name);
    return name;
  }

  /** One mistake in a library, or in the card's "library", is one fault and not one a mention. */
  #isReported(library: string): boolean {
    const { program, brokenLibraries } = this.#world;
    const isOwn = library !== '' && library === this.#card.library;
    const isBroken = brokenLibraries.has(library);
    this.restsOnBroken ||= isBroken;
    return isBroken || (isOwn && !program.elms.has(library));
  }

  #form(name: string | undefined): CardDefinition['form'] {
    if (name === undefined) return undefined;
    const { questionnaires, knownForms } = this.#world;
    const form = questionnaires.find((one) => one.name === name);
    if (form) return { name, title: form.title };
    // A form with faults of its own has been reported already.
    if (knownForms.has(name)) this.restsOnBroken = true;
    else this.#fault(['form'], `There is no form ${name} (hooks/questionnaires/${name}.json)`);
    return undefined;
  }

  #checkFields(name: ExpressionName, path: Path, fields: readonly string[]): void {
    const definition = findDefinition(this.#world.program, name);
    if (!definition) return; // that it is not there has been said
    const has = tupleFields(definition);
    const missing = fields.filter((field) => !has.includes(field));
    if (missing.length > 0) {
      this.#fault(path, `Each item of ${qualifiedName(name)} needs ${missing.join(', ')}`);
    }
  }

  #summary(text: string): Template {
    const template = this.#template(text, ['summary']);
    const fixed = text.replaceAll(/\{\{[^}]*\}\}/g, '').length;
    if (fixed > SUMMARY_LIMIT) {
      this.#fault(
        ['summary'],
        `A summary has at most ${SUMMARY_LIMIT} characters; this one has ${fixed}`,
      );
    }
    return template;
  }

  #suggestion(
    suggestion: NonNullable<CardFile['suggestions']>[number],
    path: Path,
  ): SuggestionDefinition {
    const { action } = suggestion;
    const at = [...path, 'action'];
    const description = this.#template(action.description, [...at, 'description']);
    return {
      label: this.#template(suggestion.label, [...path, 'label']),
      recommended: suggestion.recommended ?? false,
      when: this.#expression(suggestion.when, [...path, 'when'], 'Boolean'),
      action:
        action.type === 'delete'
          ? {
              type: 'delete',
              description,
              resourceId: this.#template(action.resourceId, [...at, 'resourceId']),
            }
          : {
              type: 'create',
              description,
              resource: this.#createdResource(action.resource, [...at, 'resource']),
            },
    };
  }

  #annotation(annotate: NonNullable<CardFile['annotate']>): AnnotationDefinition {
    const { forEach, library = '', show } = this.#card;
    const { extension } = annotate;
    const at = ['annotate', 'extension'];
    if (show === undefined) this.#fault(['annotate'], 'A card without "show" is about no order');
    if (forEach !== undefined) {
      this.#checkFields(parseExpressionName(forEach, library), ['forEach'], ['reference']);
    }
    if (JSON.stringify(extension).includes('{{')) {
      this.#fault(at, 'An extension is the same for every patient; it holds no {{tags}}');
    } else this.#resource(extension, at); // for its codes, which must be verified
    return {
      when: this.#expression(annotate.when, ['annotate', 'when'], 'Boolean'),
      description: this.#template(annotate.description, ['annotate', 'description']),
      extension,
    };
  }

  #createdResource(resource: { resourceType: string }, path: Path): ResourceTemplate {
    const { model } = this.#world.program;
    if (!model.isResourceType(resource.resourceType)) {
      this.#fault(
        [...path, 'resourceType'],
        `FHIR R4 has no resource type ${resource.resourceType}`,
      );
      return this.#resource(resource, path);
    }
    for (const element of Object.keys(resource)) {
      if (
        element !== 'resourceType' &&
        !model.hasElement(`FHIR.${resource.resourceType}`, element)
      ) {
        this.#fault(
          [...path, element],
          `${resource.resourceType} has no element "${element}" in FHIR R4`,
        );
      }
    }
    return this.#resource(resource, path);
  }

  #resource(value: unknown, path: Path): ResourceTemplate {
    if (Array.isArray(value)) return value.map((item, i) => this.#resource(item, [...path, i]));
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    if (typeof value !== 'object' || value === null) return this.#template(String(value), path);
    const { system, code, display } = value as Record<string, unknown>; // an object; fields checked next
    if (typeof system === 'string' && typeof code === 'string') {
      const coding = { system, code, display: typeof display === 'string' ? display : undefined };
      const objection = this.#world.verified.objection(coding);
      if (objection !== undefined) this.#fault([...path, 'code'], objection);
    }
    const entries = Object.entries(value).map(
      ([name, child]) => [name, this.#resource(child, [...path, name])] as const,
    );
    return Object.fromEntries(entries);
  }

  /** Parses a template and resolves each tag to an expression, a field or a given name. */
  #template(text: string, path: Path): Template {
    let template: Template;
    try {
      template = parseTemplate(text);
    } catch (error) {
      this.#fault(path, error instanceof Error ? error.message : String(error));
      return parseTemplate('');
    }
    for (const { name, parents } of template.tags) {
      if (this.#isKnownName(name, parents)) continue;
      const objection = this.#objectionTo(name);
      if (objection !== undefined) this.#fault(path, `{{${name}}}: ${objection}`);
    }
    return template;
  }

  #isKnownName(name: string, parents: readonly string[]): boolean {
    if (name === 'patientId') return true;
    if (name === '.') return parents.length > 0;
    if (this.#card.show === undefined) return NOT_CHECKED_NAMES.has(name);
    const fieldsAround = parents.flatMap((parent) => this.#fieldsOf(parent));
    if (fieldsAround.includes(name)) return true;
    if (name.startsWith('item.') && this.#card.forEach !== undefined) {
      return this.#fieldsOf(this.#card.forEach).includes(name.slice('item.'.length));
    }
    const expression = parseExpressionName(name, this.#card.library ?? '');
    if (!findDefinition(this.#world.program, expression)) return false;
    this.#expressions.set(qualifiedName(expression), expression);
    return true;
  }

  /** What is wrong with a tag that names nothing; undefined when that has been reported. */
  #objectionTo(tag: string): string | undefined {
    const { forEach, library = '', show } = this.#card;
    if (show === undefined) {
      return `a card without "show" can name ${[...NOT_CHECKED_NAMES].join(' and ')} only`;
    }
    if (tag.startsWith('item.') && forEach !== undefined) {
      const items = parseExpressionName(forEach, library);
      if (!findDefinition(this.#world.program, items)) return undefined;
      return `the items of ${qualifiedName(items)} have ${this.#fieldsOf(forEach).join(', ')}`;
    }
    const expression = parseExpressionName(tag, library);
    if (this.#isReported(expression.library)) return undefined;
    return missingExpression(this.#world.program, expression);
  }

  #fieldsOf(name: string): readonly string[] {
    const definition = findDefinition(
      this.#world.program,
      parseExpressionName(name, this.#card.library ?? ''),
    );
    return definition ? tupleFields(definition) : [];
  }
}

/** Says which expression is missing, and which one might have been meant. */
export function missingExpression(
  program: Program,
  { library, expression }: ExpressionName,
): string {
  if (!program.elms.has(library)) {
    return library === '' ? 'Write it as Library.Define' : `There is no CQL library ${library}`;
  }
  const near = definitionNames(program, library).find(
    (name) =>
      name.toLowerCase().replaceAll(/\s/g, '') === expression.toLowerCase().replaceAll(/\s/g, ''),
  );
  const names = definitionNames(program, library).join(', ');
  const hint = near === undefined ? `It has: ${names}` : `Did you mean "${near}"?`;
  return `CQL library ${library} has no expression "${expression}". ${hint}`;
}
