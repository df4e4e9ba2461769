import { parseTemplate, type Template } from '../cards/template.ts';
import { type Program } from '../engine/program.ts';
import { findDefinition, resultType, tupleFields } from '../elm/definitions.ts';
import { parseExpressionName, qualifiedName, type ExpressionName } from '../facts.ts';
import { missingExpression } from './missing-name.ts';
import type { CardFile } from './schema.ts';
import type { YamlPath } from './yaml-file.ts';

/** Names that templates may use beside expressions. */
const NOT_CHECKED_NAMES = new Set([
  'undecided',
  'data',
  'isUndecided',
  'siteChanges',
  'isChangedBySite',
  'isOnlyChangedBySite',
]);

/** Resolves what one card names, in its fields and in the tags of its templates, to the CQL. */
export class CardNames {
  readonly #card: CardFile;
  readonly #program: Program;
  readonly #brokenLibraries: ReadonlySet<string>;
  readonly #fault: (path: YamlPath, message: string) => void;
  readonly #expressions = new Map<string, ExpressionName>();
  /** Something named is in a library with errors, so that the card is not whole. */
  restsOnBroken = false;

  constructor(
    card: CardFile,
    { program, brokenLibraries }: { program: Program; brokenLibraries: ReadonlySet<string> },
    fault: (path: YamlPath, message: string) => void,
  ) {
    this.#card = card;
    this.#program = program;
    this.#brokenLibraries = brokenLibraries;
    this.#fault = fault;
  }

  /** Every expression that was named so far and is there. */
  get expressions(): ExpressionName[] {
    return [...this.#expressions.values()];
  }

  /**
   * The define that a field of the card names, which must be of that type. Undefined where
   * the field is empty, and where there is a fault.
   */
  expression(text: string | undefined, path: YamlPath, type: string): ExpressionName | undefined {
    if (text === undefined) return undefined;
    const name = parseExpressionName(text, this.#card.library ?? '');
    const definition = findDefinition(this.#program, name);
    if (!definition) {
      if (!this.#isReported(name.library)) {
        this.#fault(path, missingExpression(this.#program, name));
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
    const isOwn = library !== '' && library === this.#card.library;
    const isBroken = this.#brokenLibraries.has(library);
    this.restsOnBroken ||= isBroken;
    return isBroken || (isOwn && !this.#program.elms.has(library));
  }

  /** That each item of a list of tuples has these fields. */
  checkFields(name: ExpressionName, path: YamlPath, fields: readonly string[]): void {
    const definition = findDefinition(this.#program, name);
    if (!definition) return; // that it is not there has been said
    const has = tupleFields(definition);
    const missing = fields.filter((field) => !has.includes(field));
    if (missing.length > 0) {
      this.#fault(path, `Each item of ${qualifiedName(name)} needs ${missing.join(', ')}`);
    }
  }

  /** Parses a template and resolves each tag to an expression, a field or a given name. */
  template(text: string, path: YamlPath): Template {
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
    if (this.#card.show === undefined && NOT_CHECKED_NAMES.has(name)) return true;
    const fieldsAround = parents.flatMap((parent) => this.#fieldsOf(parent));
    if (fieldsAround.includes(name)) return true;
    if (name.startsWith('item.') && this.#card.forEach !== undefined) {
      return this.#fieldsOf(this.#card.forEach).includes(name.slice('item.'.length));
    }
    const expression = parseExpressionName(name, this.#card.library ?? '');
    if (!findDefinition(this.#program, expression)) return false;
    this.#expressions.set(qualifiedName(expression), expression);
    return true;
  }

  /** What is wrong with a tag that names nothing; undefined when that has been reported. */
  #objectionTo(tag: string): string | undefined {
    const { forEach, library = '', show } = this.#card;
    if (show === undefined && !tag.includes('.')) {
      return `a card without "show" can name ${[...NOT_CHECKED_NAMES].join(', ')} and defines as Library.Define`;
    }
    if (tag.startsWith('item.') && forEach !== undefined) {
      const items = parseExpressionName(forEach, library);
      if (!findDefinition(this.#program, items)) return undefined;
      return `the items of ${qualifiedName(items)} have ${this.#fieldsOf(forEach).join(', ')}`;
    }
    const expression = parseExpressionName(tag, library);
    if (this.#isReported(expression.library)) return undefined;
    return missingExpression(this.#program, expression);
  }

  #fieldsOf(name: string): readonly string[] {
    const definition = findDefinition(
      this.#program,
      parseExpressionName(name, this.#card.library ?? ''),
    );
    return definition ? tupleFields(definition) : [];
  }
}
