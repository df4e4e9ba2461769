import { listOf, type Definition, type ElmNode, type ElmReader } from './elm.ts';

/** Where a node stands, as far as words go. */
export interface Place {
  readonly library: string;
  /** Operands of the function around it, as words. */
  readonly texts: ReadonlyMap<string, string>;
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

  constructor(reader: ElmReader) {
    this.#reader = reader;
  }

  /** The operands of a call, as words by their names. */
  operandsOf(called: Definition, given: readonly ElmNode[], place: Place): Map<string, string> {
    return new Map(
      called.operands.map((name, i) => [name, given[i] ? this.value(given[i], place) : '…']),
    );
  }

  /** A tag with its `{operand}` places filled. */
  fill(tag: string, texts: ReadonlyMap<string, string>): string {
    return tag.replaceAll(/\{(\w+)\}/g, (_, name: string) => texts.get(name) ?? '…');
  }

  /** A value that limits something: a number, a day, a unit. */
  value(node: ElmNode, place: Place): string {
    switch (node.type ?? '') {
      case 'Literal':
        return String(node.value);
      case 'OperandRef':
        return place.texts.get(node.name ?? '') ?? '…';
      case 'ToDecimal':
        return this.value(listOf(node.operand)[0] ?? {}, place);
      case 'ParameterRef': {
        const library = this.#reader.libraryOf(node, place.library);
        const parameter = this.#reader.parameter(library, node.name ?? '');
        return `${parameter?.value ?? '…'}⟦${library}.${node.name ?? ''}⟧`;
      }
      case 'ExpressionRef': {
        const found = this.#reader.find(
          this.#reader.libraryOf(node, place.library),
          node.name ?? '',
        );
        return found?.tags.get('result') ?? `"${node.name ?? ''}"`;
      }
      case 'FunctionRef': {
        const called = this.#called(node, place);
        const tag = called?.tags.get('result');
        if (!called || tag === undefined) return this.#asWritten(node, place);
        return this.fill(tag, this.operandsOf(called, listOf(node.operand), place));
      }
      default:
        return this.#asWritten(node, place);
    }
  }

  /** A condition in words; empty when it only looks at the type of the value, which is told elsewhere. */
  condition(node: ElmNode, place: Place): string {
    const parts = listOf(node.operand);
    switch (node.type ?? '') {
      case 'And':
        return parts
          .map((part) => this.condition(part, place))
          .filter((words) => words !== '')
          .join(' and ');
      case 'Or': {
        const words = parts.map((part) => this.condition(part, place));
        return words.includes('') ? this.#asWritten(node, place) : `(${words.join(', or ')})`;
      }
      case 'Not':
        return this.#not(parts[0] ?? {}, place);
      case 'IsTrue':
        return this.condition(parts[0] ?? {}, place);
      case 'Is':
        return listOf(node.operand)[0]?.path === 'value' ? '' : this.#asWritten(node, place);
      case 'IsNull':
        return this.#presence(parts[0] ?? {}, place, 'without') ?? this.#asWritten(node, place);
      case 'Coalesce':
        return this.#coalesce(node, place);
      case 'InValueSet': {
        const url = node.valueset && this.#reader.valueSetOf(node.valueset, place.library);
        return url === undefined ? this.#asWritten(node, place) : `coded in ⟪${url}⟫`;
      }
      case 'FunctionRef':
        return this.#call(node, place);
      default:
        return this.#asWritten(node, place);
    }
  }

  #not(inner: ElmNode, place: Place): string {
    if (inner.type === 'IsNull') {
      const stated = this.#presence(listOf(inner.operand)[0] ?? {}, place, 'with');
      if (stated !== undefined) return stated;
    }
    const words = this.condition(inner, place);
    return words === '' ? '' : `not ${words}`;
  }

  #presence(node: ElmNode, place: Place, word: string): string | undefined {
    const result = node.type === 'FunctionRef' && this.#called(node, place)?.tags.has('result');
    return result === true ? `${word} ${this.value(node, place)}` : undefined;
  }

  #coalesce(node: ElmNode, place: Place): string {
    const [first, second] = listOf(node.operand);
    const words = first ? this.condition(first, place) : '';
    if (second?.type !== 'Literal' || words === '') return this.#asWritten(node, place);
    return second.value === 'true' ? `(${words}, or this cannot be told)` : words;
  }

  #call(node: ElmNode, place: Place): string {
    const called = this.#called(node, place);
    const given = listOf(node.operand);
    if (!called) return this.#asWritten(node, place);
    const texts = this.operandsOf(called, given, place);
    const tagged = called.operands.find((name) => called.tags.has(name));
    if (tagged !== undefined) return this.fill(called.tags.get(tagged) ?? '', texts);
    if (called.library === 'FHIRHelpers') return this.condition(given[0] ?? {}, place);
    return this.condition(called.body, { library: called.library, texts });
  }

  #called(node: ElmNode, place: Place): Definition | undefined {
    const library = this.#reader.libraryOf(node, place.library);
    return this.#reader.find(library, node.name ?? '', listOf(node.operand).length);
  }

  #asWritten(node: ElmNode, { library }: Place): string {
    return `\`${this.#reader.text(node, library)}\``;
  }
}
