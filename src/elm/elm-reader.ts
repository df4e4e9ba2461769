import type { ElmLibraries } from './elm.ts';
import type { ElmDefinition } from './elm.ts';
import { libraryMeant, listOf, type ElmNode } from './elm-tree.ts';
import { wholeOf } from './whole.ts';

/** A definition with what a reader of its CQL sees above it. */
export interface Definition {
  readonly library: string;
  readonly name: string;
  readonly body: ElmNode;
  readonly operands: readonly string[];
  readonly comment: string;
  /** `// @operand: words` lines of the comment, by operand; `result` stands for the value itself. */
  readonly tags: ReadonlyMap<string, string>;
  readonly resultType: string;
  readonly locator: string | undefined;
}

interface Narrative {
  readonly r?: string;
  readonly s?: readonly Narrative[];
  readonly value?: readonly string[];
}

/** Finds definitions and their texts in compiled libraries. */
export class ElmReader {
  readonly program: ElmLibraries;
  readonly #texts = new Map<string, ReadonlyMap<string, string>>();

  constructor(program: ElmLibraries) {
    this.program = wholeOf(program);
  }

  /** The library that a reference means, from where it stands. */
  libraryOf(node: ElmNode, from: string): string {
    const elm = this.program.elms.get(from);
    return elm ? libraryMeant(node, elm) : from;
  }

  /** Canonical URL of the value set that a reference names. */
  valueSetOf(node: ElmNode, from: string): string | undefined {
    const library = this.program.elms.get(this.libraryOf(node, from))?.library;
    return library?.valueSets?.def.find(({ name }) => name === node.name)?.id;
  }

  /** Every define of a library, in order; functions are no defines. */
  defines(library: string): Definition[] {
    const all = this.program.elms.get(library)?.library.statements?.def ?? [];
    return all
      .filter(({ type, name }) => type !== 'FunctionDef' && name !== 'Patient')
      .map((def) => readDefinition(library, def));
  }

  /** All definitions of that name: a define, or every overload of a function. */
  named(library: string, name: string): Definition[] {
    const all = this.program.elms.get(library)?.library.statements?.def ?? [];
    return all.filter((def) => def.name === name).map((def) => readDefinition(library, def));
  }

  /** The definition by name; of overloads the one with that many operands. */
  find(library: string, name: string, operands?: number): Definition | undefined {
    const def = (this.program.elms.get(library)?.library.statements?.def ?? []).find(
      (candidate) =>
        candidate.name === name &&
        (operands === undefined
          ? candidate.type !== 'FunctionDef'
          : operandsOf(candidate).length === operands),
    );
    return def && readDefinition(library, def);
  }

  /** A parameter's default, as text, and the comment above it. */
  parameter(library: string, name: string): { value: string; comment: string } | undefined {
    const all = this.program.elms.get(library)?.library.parameters?.def ?? [];
    const at = all.findIndex((candidate) => candidate.name === name);
    const { default: given } = (all[at] ?? {}) as { default?: { value?: string } }; // a ParameterDef of ELM
    if (given?.value === undefined) return undefined;
    // One comment may stand above several parameters.
    const comments = all.slice(0, at + 1).map((def) => commentOf(def).plain);
    return { value: given.value, comment: comments.findLast((comment) => comment !== '') ?? '' };
  }

  /** The comment that stands above the library's name. */
  libraryComment(library: string): string {
    return commentOf(this.program.elms.get(library)?.library ?? {}).plain;
  }

  /** The CQL of a node as its author wrote it, on one line. */
  text(node: ElmNode, library: string): string {
    let texts = this.#texts.get(library);
    if (!texts) {
      texts = readTexts(this.program.elms.get(library)?.library.statements?.def ?? []);
      this.#texts.set(library, texts);
    }
    return (texts.get(node.localId ?? '') ?? '…').replaceAll(/\s+/g, ' ').trim();
  }
}

function readDefinition(library: string, def: ElmDefinition): Definition {
  const { plain, tags } = commentOf(def);
  return {
    library,
    name: def.name,
    body: (def.expression ?? {}) as ElmNode, // ELM is a tree of these
    operands: operandsOf(def),
    comment: plain,
    tags,
    resultType: def.resultTypeName ?? '',
    locator: def.locator,
  };
}

function operandsOf(def: ElmDefinition): string[] {
  return listOf((def as { operand?: readonly { name: string }[] }).operand).map(({ name }) => name);
}

/** The lines of `//` above a definition, which the translator keeps in its narrative. */
function commentOf(def: object): { plain: string; tags: ReadonlyMap<string, string> } {
  const lines = flatten(narrativeOf(def))
    .split('\n')
    .map((line) => line.trim());
  const end = lines.findIndex((line) => !line.startsWith('//') && line !== '');
  const comment = lines
    .slice(0, Math.max(end, 0))
    .filter((line) => line !== '' && !/^\/\/\s*nerveroot-check\b/.test(line))
    .map((line) => line.replace(/^\/\/\s?/, ''));
  const tag = /^@(\w+):\s*(.+)$/;
  return {
    plain: comment.filter((line) => !tag.test(line)).join(' '),
    tags: new Map(
      comment.flatMap((line) => {
        const [, name, words] = tag.exec(line) ?? [];
        return name === undefined || words === undefined ? [] : [[name, words] as const];
      }),
    ),
  };
}

function narrativeOf(def: object): Narrative {
  const { annotation } = def as { annotation?: readonly { type: string; s?: Narrative }[] }; // ELM annotations
  return (annotation ?? []).find(({ type, s }) => type === 'Annotation' && s)?.s ?? {};
}

function flatten({ s = [], value = [] }: Narrative): string {
  return value.join('') + s.map(flatten).join('');
}

function readTexts(definitions: readonly object[]): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (narrative: Narrative): void => {
    // The outermost of the narratives with one id is the whole.
    if (narrative.r !== undefined && !texts.has(narrative.r))
      texts.set(narrative.r, flatten(narrative));
    narrative.s?.forEach(visit);
  };
  for (const def of definitions) visit(narrativeOf(def));
  return texts;
}
