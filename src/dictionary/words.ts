import type { Definition, ElmReader } from '../elm/elm-reader.ts';
import { listOf, type ElmNode } from '../elm/elm-tree.ts';

/** Where a node stands, as far as words go. */
export interface WordScope {
  readonly library: string;
  /** Operands of the function around it, as words. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A function that the content has words for, with what it does. */
export interface Said {
  readonly library: string;
  readonly name: string;
  readonly words: string;
  readonly comment: string;
  /** Its body. */
  readonly cql: string;
}

/** Marks in words: a parameter after its value, and a value set. */
export const PARAMETER = /⟦(.+?)⟧/g;
export const VALUE_SET = /⟪(.+?)⟫/g;

/**
 * Puts conditions of the CQL in words. The words are the content's, in `// @operand:`
 * lines above functions; what has none is shown as the CQL itself.
 */
export class Words {
  readonly #reader: ElmReader;
  readonly #said = new Map<string, Said>();

  constructor(reader: ElmReader) {
    this.#reader = reader;
  }

  /** The operands of a call, as words by their names. */
  operandsOf(called: Definition, given: readonly ElmNode[], scope: WordScope): Map<string, string> {
    return new Map(
      called.operands.map((name, i) => [name, given[i] ? this.value(given[i], scope) : '…']),
    );
  }

  /** The functions whose words were used, by name. */
  get said(): Said[] {
    return [...this.#said.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What the content says of an operand of a function, or of its `result`; undefined where it says nothing. */
  say(called: Definition, operand: string, texts: ReadonlyMap<string, string>): string | undefined {
    const tag = called.tags.get(operand);
    if (tag === undefined) return undefined;
    const { library, name, comment, body } = called;
    const own = new Map(called.operands.map((each) => [each, `*${each}*`]));
    const words = this.#fill(tag, own);
    const cql = this.#reader.text(body, library);
    this.#said.set(`${library}.${name} ${operand}`, { library, name, words, comment, cql });
    return this.#fill(tag, texts);
  }

  /** A tag with its `{operand}` and `{Library.Parameter}` places filled. */
  #fill(tag: string, texts: ReadonlyMap<string, string>): string {
    return tag.replaceAll(/\{([\w.]+)\}/g, (_, name: string) => {
      const [library = '', parameter] = name.split('.');
      return parameter === undefined
        ? (texts.get(name) ?? '…')
        : this.#parameter(library, parameter);
    });
  }

  #parameter(library: string, name: string): string {
    return `${this.#reader.parameter(library, name)?.value.replace(/\.0$/, '') ?? '…'}⟦${library}.${name}⟧`;
  }

  /** A value that limits something: a number, a day, a unit. */
  value(node: ElmNode, scope: WordScope): string {
    switch (node.type ?? '') {
      case 'Literal':
        return String(node.value).replace(/\.0$/, '');
      case 'OperandRef':
        return scope.texts.get(node.name ?? '') ?? '…';
      case 'ToDecimal':
        return this.value(listOf(node.operand)[0] ?? {}, scope);
      case 'ParameterRef':
        return this.#parameter(this.#reader.libraryOf(node, scope.library), node.name ?? '');
      case 'ExpressionRef': {
        const library = this.#reader.libraryOf(node, scope.library);
        return this.#define(this.#reader.find(library, node.name ?? ''), node.name ?? '');
      }
      case 'FunctionRef': {
        const called = this.#called(node, scope);
        const given = listOf(node.operand);
        const words = called && this.say(called, 'result', this.operandsOf(called, given, scope));
        return words ?? this.#asWritten(node, scope);
      }
      default:
        return this.#asWritten(node, scope);
    }
  }

  /** A define that is no more than words for a value, or its name. */
  #define(found: Definition | undefined, name: string): string {
    const words = found && this.say(found, 'result', new Map());
    if (words !== undefined) return words;
    const scope = { library: found?.library ?? '', texts: new Map<string, string>() };
    const value = found?.body.type === 'FunctionRef' ? this.value(found.body, scope) : '`';
    return value.includes('`') ? `"${name}"` : value;
  }

  /** A condition in words; empty when it only looks at the type of the value, which is told elsewhere. */
  condition(node: ElmNode, scope: WordScope): string {
    const parts = listOf(node.operand);
    switch (node.type ?? '') {
      case 'And':
        return conjunction(parts.map((part) => this.condition(part, scope)));
      case 'Or': {
        const words = parts.map((part) => this.condition(part, scope));
        return words.includes('') ? this.#asWritten(node, scope) : `(${words.join(', or ')})`;
      }
      case 'Not':
        return this.#not(node, parts[0] ?? {}, scope);
      case 'In':
        return this.#oneOf(parts, node, scope);
      case 'IsFalse':
        return this.#not(node, parts[0] ?? {}, scope);
      case 'IsTrue':
        return this.condition(parts[0] ?? {}, scope);
      case 'Is':
        return tellsType(parts[0] ?? {}) ? '' : this.#asWritten(node, scope);
      case 'IsNull':
        return this.#presence(parts[0] ?? {}, scope, 'without') ?? this.#asWritten(node, scope);
      case 'Coalesce':
        return this.#coalesce(node, scope);
      case 'InValueSet': {
        const url = node.valueset && this.#reader.valueSetOf(node.valueset, scope.library);
        return url === undefined ? this.#asWritten(node, scope) : `coded in ⟪${url}⟫`;
      }
      case 'FunctionRef':
        return this.#call(node, scope);
      default:
        return this.#asWritten(node, scope);
    }
  }

  #not(node: ElmNode, inner: ElmNode, scope: WordScope): string {
    if (inner.type === 'IsNull') {
      const stated = this.#presence(listOf(inner.operand)[0] ?? {}, scope, 'with');
      if (stated !== undefined) return stated;
    }
    const words = this.condition(inner, scope);
    if (words === '') return '';
    if (words.includes('`') || words.startsWith('not ')) return this.#asWritten(node, scope);
    return words.includes(' and ') ? `not (${words})` : `not ${words}`;
  }

  #presence(node: ElmNode, scope: WordScope, word: string): string | undefined {
    const result = node.type === 'FunctionRef' && this.#called(node, scope)?.tags.has('result');
    return result === true ? `${word} ${this.value(node, scope)}` : undefined;
  }

  #oneOf([element, list]: readonly ElmNode[], node: ElmNode, scope: WordScope): string {
    const values = (list?.element ?? []).map(({ value }) => String(value));
    const path = element?.path === 'value' ? listOf(element.source)[0]?.path : element?.path;
    if (path === undefined || values.length === 0) return this.#asWritten(node, scope);
    return `${path} ${values.join(', ')}`;
  }

  #coalesce(node: ElmNode, scope: WordScope): string {
    const [first, second] = listOf(node.operand);
    const words = first ? this.condition(first, scope) : '';
    if (second?.type !== 'Literal' || words === '') return this.#asWritten(node, scope);
    return second.value === 'true' ? `(${words}, or this cannot be told)` : words;
  }

  #call(node: ElmNode, scope: WordScope): string {
    const called = this.#called(node, scope);
    const given = listOf(node.operand);
    if (!called) return this.#asWritten(node, scope);
    const texts = this.operandsOf(called, given, scope);
    const tagged = called.operands.find((name) => called.tags.has(name));
    if (tagged !== undefined) return this.say(called, tagged, texts) ?? '';
    if (called.library === 'FHIRHelpers') return this.condition(given[0] ?? {}, scope);
    const words = this.condition(called.body, { library: called.library, texts });
    // A function that only CQL can say is better named than quoted.
    return words.includes('`') ? this.#asWritten(node, scope) : words;
  }

  #called(node: ElmNode, scope: WordScope): Definition | undefined {
    const library = this.#reader.libraryOf(node, scope.library);
    return this.#reader.find(library, node.name ?? '', listOf(node.operand).length);
  }

  #asWritten(node: ElmNode, { library }: WordScope): string {
    return `\`${this.#reader.text(node, library).replace(/^where /, '')}\``;
  }
}

/** Parts that all hold; what another part begins with is said by it. */
function conjunction(parts: readonly string[]): string {
  const said = parts.filter(
    (part, i) =>
      part !== '' && !parts.some((other, j) => i !== j && other.startsWith(`${part} and `)),
  );
  return said.join(' and ');
}

/** The type of a value, and which kind of order a draft is, stand in columns of their own. */
function tellsType(node: ElmNode): boolean {
  return node.path === 'value' || node.type === 'AliasRef';
}
