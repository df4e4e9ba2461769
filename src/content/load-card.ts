import { basename } from 'node:path';
import type {
  AnnotationDefinition,
  CardDefinition,
  SuggestionDefinition,
} from '../cards/definition.ts';
import type { Template } from '../cards/template.ts';
import { SUMMARY_LIMIT } from '../cds-hooks/response.ts';
import type { Program } from '../engine/program.ts';
import { parseExpressionName } from '../facts.ts';
import type { Questionnaire } from '../reading/questionnaire.ts';
import { BIRTH_DATE } from '../reading/reading.ts';
import { CardNames } from './card-names.ts';
import { readCreated, readResource, type ResourceWorld } from './card-resource.ts';
import type { ContentFault } from './fault.ts';
import { missingLibrary, missingSource } from './missing-name.ts';
import type { ContentFile } from './read-files.ts';
import { cardFile, RULE_ID, type CardFile, type OverrideReasonsFile } from './schema.ts';
import type { CitedSource } from './sources.ts';
import type { VerifiedCodes } from './terminology.ts';
import { readYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

/** What a card is checked against. */
export interface CardWorld {
  readonly program: Program;
  /** Libraries with errors, which have been reported. */
  readonly brokenLibraries: ReadonlySet<string>;
  readonly verified: VerifiedCodes;
  readonly overrideReasons: OverrideReasonsFile;
  readonly sources: ReadonlyMap<string, CitedSource>;
  readonly questionnaires: readonly Questionnaire[];
  /** Names of questionnaires whose file exists, faulty ones too. */
  readonly knownForms: ReadonlySet<string>;
  readonly faults: ContentFault[];
}

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
  return faulty || reader.isNotWhole ? undefined : definition;
}

/** Reads one card file; a class because every step adds to the same faults and names. */
class CardReader {
  readonly #card: CardFile;
  readonly #yaml: YamlFile;
  readonly #world: CardWorld;
  readonly #names: CardNames;
  readonly #resources: ResourceWorld;
  #lacksForm = false;

  constructor(card: CardFile, yaml: YamlFile, world: CardWorld) {
    this.#card = card;
    this.#yaml = yaml;
    this.#world = world;
    const fault = (path: YamlPath, message: string): void => this.#fault(path, message);
    this.#names = new CardNames(card, world, fault);
    const template = (text: string, path: YamlPath): Template => this.#names.template(text, path);
    this.#resources = { program: world.program, verified: world.verified, fault, template };
  }

  /** Something named is in a file with errors, which have been reported. */
  get isNotWhole(): boolean {
    return this.#lacksForm || this.#names.restsOnBroken;
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
      this.#fault(['library'], missingLibrary(program, card.library));
    }
    const show = this.#names.expression(card.show, ['show'], 'Boolean');
    const forEach = this.#names.expression(card.forEach, ['forEach'], 'List<Tuple>');
    const facts = this.#names.expression(card.facts, ['facts'], 'List<Tuple>');
    if (facts) this.#names.checkFields(facts, ['facts'], ['fact', 'date', 'source']);
    return {
      rule: card.rule,
      title: card.title,
      library: card.library ?? '',
      show,
      forEach,
      indicator:
        typeof card.indicator === 'string'
          ? card.indicator
          : (this.#names.expression(
              card.indicator.expression,
              ['indicator', 'expression'],
              'String',
            ) ?? 'warning'),
      toldWhere: this.#toldWhere(card),
      summary: this.#summary(card.summary),
      detail: this.#names.template(card.detail, ['detail']),
      facts,
      unknown: this.#names.expression(card.unknown, ['unknown'], 'List<String>'),
      guidance: card.guidance,
      more: card.more ?? [],
      source: this.#source(card.source),
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
      expressions: this.#names.expressions,
    };
  }

  #fault(path: YamlPath, message: string): void {
    this.#world.faults.push(this.#yaml.fault(path, message));
  }

  #toldWhere({ toldWhere = {}, show }: CardFile): CardDefinition['toldWhere'] {
    if (Object.keys(toldWhere).length > 0 && show !== undefined) {
      this.#fault(['toldWhere'], 'Only a card without "show" tells what data are lacking');
    }
    const { model } = this.#world.program;
    return new Map(
      Object.entries(toldWhere).flatMap(([type, where]) => {
        if (!model.isResourceType(type) && type !== BIRTH_DATE && !RULE_ID.test(type)) {
          const message = `FHIR R4 has no resource type ${type}; write one, ${BIRTH_DATE}, or a rule`;
          this.#fault(['toldWhere', type], message);
        }
        const name = this.#names.expression(where, ['toldWhere', type], 'Boolean');
        return name === undefined ? [] : [[type, name] as const];
      }),
    );
  }

  #form(name: string | undefined): CardDefinition['form'] {
    if (name === undefined) return undefined;
    const { questionnaires, knownForms } = this.#world;
    const form = questionnaires.find((one) => one.name === name);
    if (form) return { name, title: form.title };
    // A form with faults of its own has been reported already.
    if (knownForms.has(name)) this.#lacksForm = true;
    else this.#fault(['form'], `There is no form ${name} (hooks/questionnaires/${name}.json)`);
    return undefined;
  }

  #source({ key, label = '', url }: CardFile['source']): CardDefinition['source'] {
    if (key === undefined) return { label, url };
    const found = this.#world.sources.get(key);
    if (!found) this.#fault(['source', 'key'], missingSource(key, this.#world.sources.keys()));
    return { key, label: found?.label ?? '', url: found?.link };
  }

  #summary(text: string): Template {
    const template = this.#names.template(text, ['summary']);
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
    path: YamlPath,
  ): SuggestionDefinition {
    const { action } = suggestion;
    const at = [...path, 'action'];
    const description = this.#names.template(action.description, [...at, 'description']);
    return {
      label: this.#names.template(suggestion.label, [...path, 'label']),
      recommended: suggestion.recommended ?? false,
      when: this.#names.expression(suggestion.when, [...path, 'when'], 'Boolean'),
      action:
        action.type === 'delete'
          ? {
              type: 'delete',
              description,
              resourceId: this.#names.template(action.resourceId, [...at, 'resourceId']),
            }
          : {
              type: 'create',
              description,
              resource: readCreated(action.resource, [...at, 'resource'], this.#resources),
            },
    };
  }

  #annotation(annotate: NonNullable<CardFile['annotate']>): AnnotationDefinition {
    const { forEach, library = '', show } = this.#card;
    const { extension } = annotate;
    const at = ['annotate', 'extension'];
    if (show === undefined) this.#fault(['annotate'], 'A card without "show" is about no order');
    if (forEach !== undefined) {
      this.#names.checkFields(parseExpressionName(forEach, library), ['forEach'], ['reference']);
    }
    if (JSON.stringify(extension).includes('{{')) {
      this.#fault(at, 'An extension is the same for every patient; it holds no {{tags}}');
    } else readResource(extension, at, this.#resources); // for its codes, which must be verified
    return {
      when: this.#names.expression(annotate.when, ['annotate', 'when'], 'Boolean'),
      description: this.#names.template(annotate.description, ['annotate', 'description']),
      extension,
    };
  }
}
