import type { CardDefinition } from '../cards/definition.ts';
import { readCitations, type Citation } from '../content/citations.ts';
import type { Content } from '../content/content.ts';
import { readDictionary, type Dictionary, type Parameter } from '../dictionary/dictionary.ts';
import { ElmReader, type Definition } from '../elm/elm-reader.ts';
import {
  canRead,
  mentionedParameters,
  reachableExpressions,
  reachableParameters,
} from '../elm/references.ts';
import type { ExpressionName } from '../facts.ts';

/** What each rule rests on, as read from the compiled CQL and the cards. */
export interface Basis {
  readonly rules: readonly RuleBasis[];
  /** Every parameter that a card is decided by. */
  readonly parameters: readonly Parameter[];
  /** The elements that are read of each type of the record, and of the Patient. */
  readonly elements: ReadonlyMap<string, readonly string[]>;
}

export interface RuleBasis {
  readonly card: CardDefinition;
  /** What it decides, in the words above its library and its define. */
  readonly words: readonly string[];
  readonly decidedBy: ExpressionName | undefined;
  readonly shownAt: readonly ShownAt[];
  /** What its part of the CQL cites, each kind of evidence and source once. */
  readonly citations: readonly Citation[];
  /**
   * What it is decided by, by name, `Library.Name`: those that its own library reads or whose comment
   * begins with its id, and those that only what it builds on reads.
   */
  readonly ownParameters: readonly string[];
  readonly otherParameters: readonly string[];
  /** Types of the record, and elements of the Patient. */
  readonly reads: readonly string[];
  readonly patientElements: readonly string[];
  /** Libraries with facts that it asks for. */
  readonly questions: readonly string[];
}

/** A service that may show the card: its hook, and whether for every patient or those of its gate. */
export interface ShownAt {
  readonly hook: string;
  readonly everybody: boolean;
}

/** Reads the basis of every card off the content. */
export function readBasis(content: Content): Basis {
  const reader = new ElmReader(content.program);
  const dictionary = readDictionary(content);
  const rules = [...content.cards.values()].map((card) =>
    ruleBasis(card, content, dictionary, reader),
  );
  const names = rules.flatMap((rule) => [...rule.ownParameters, ...rule.otherParameters]);
  const parameters = [...new Set(names)].toSorted().flatMap((name) => describe(name, reader) ?? []);
  return { rules, parameters, elements: elementsOf(dictionary) };
}

function ruleBasis(
  card: CardDefinition,
  { program, services }: Content,
  dictionary: Dictionary,
  reader: ElmReader,
): RuleBasis {
  const deciding = [card.show, typeof card.indicator === 'string' ? undefined : card.indicator];
  const names = deciding.filter((name) => name !== undefined);
  const library = card.library === '' ? (names[0]?.library ?? '') : card.library;
  const define = card.show && reader.find(card.show.library, card.show.expression);
  const sections = dictionary.sections.filter(({ facts }) =>
    facts.some(({ rules }) => rules.includes(card.rule)),
  );
  const read = sections
    .flatMap(({ facts }) => facts.filter(({ rules }) => rules.includes(card.rule)))
    .flatMap(({ representations }) => representations.map((r) => r.resourceType));
  const begins = new RegExp(String.raw`^${card.rule}\b`);
  const own = reachableExpressions(program, card.expressions).filter((n) => n.library === library);
  const parameters = reachableParameters(program, names).filter((name) => describe(name, reader));
  const inLibrary = new Set(
    own.flatMap(({ expression }) => mentionedParameters(program, { library, expression })),
  );
  const isOwn = (name: string): boolean =>
    inLibrary.has(name) || begins.test(describe(name, reader)?.comment ?? '');
  const others = [...program.elms.keys()].filter((other) => other !== library);
  const about = (all: readonly string[]): string[] => all.filter((comment) => begins.test(comment));
  const openings = [
    reader.libraryComment(library),
    ...about(others.map((other) => reader.libraryComment(other))),
  ];
  const comments = [
    ...openings,
    ...own.flatMap(({ expression }) => reader.named(library, expression)).map(commentOf),
    ...about(others.flatMap((other) => reader.defines(other)).map(commentOf)),
  ];
  return {
    card,
    words: [...openings, define?.comment ?? '']
      .map((words) => withoutId(words, card.rule))
      .filter((words) => words !== ''),
    decidedBy: card.show,
    shownAt: services.flatMap(({ hook, cards, always, notChecked }) => {
      if (notChecked.rule === card.rule) return { hook, everybody: true };
      const everybody = always.has(card.rule);
      return cards.some(({ rule }) => rule === card.rule) ? { hook, everybody } : [];
    }),
    citations: once(comments.flatMap((comment) => readCitations(comment).citations)),
    ownParameters: parameters.filter(isOwn),
    otherParameters: parameters.filter((name) => !isOwn(name)),
    reads: [...new Set(read)].filter((type) => type !== '').toSorted(),
    patientElements: dictionary.patientElements.filter((element) =>
      card.expressions.some((name) => canRead(program, name, element)),
    ),
    questions: sections.map((section) => section.library),
  };
}

/** Comments may begin with the id of their rule, which stands above them on the page. */
function withoutId(words: string, rule: string): string {
  const rest = words.replace(new RegExp(String.raw`^${rule}\b[.:,]?\s*`), '');
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

function commentOf({ comment }: Definition): string {
  return comment;
}

/** Citations with each source once for a kind of evidence, in the order of their keys. */
function once(citations: readonly Citation[]): Citation[] {
  const found = new Map<string, Citation>();
  for (const { evidence, cited } of citations) {
    const sources = found.get(evidence)?.cited ?? [];
    const more = cited.filter((one) => !sources.some(({ key }) => key === one.key));
    found.set(evidence, { evidence, words: '', cited: [...sources, ...distinct(more)] });
  }
  return [...found.values()];
}

function distinct(cited: Citation['cited']): Citation['cited'] {
  return cited.filter(({ key }, i) => cited.findIndex((other) => other.key === key) === i);
}

function describe(name: string, reader: ElmReader): Parameter | undefined {
  const [library = '', own = ''] = name.split('.');
  const parameter = reader.parameter(library, own);
  return parameter && { name, ...parameter };
}

function elementsOf({ sections, patientElements }: Dictionary): Map<string, readonly string[]> {
  const elements = new Map<string, readonly string[]>();
  const all = sections.flatMap(({ facts }) => facts).flatMap((f) => f.representations);
  for (const { resourceType, elements: more } of all) {
    elements.set(
      resourceType,
      [...new Set([...(elements.get(resourceType) ?? []), ...more])].toSorted(),
    );
  }
  elements.set('Patient', patientElements);
  return new Map(
    [...elements].filter(([type]) => type !== '').toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
