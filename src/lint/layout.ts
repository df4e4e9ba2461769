import { childrenOf, spanOf, type ElmNode } from '../elm/elm-tree.ts';
import type { Elm } from '../elm/elm.ts';
import type { Finding } from './finding.ts';

/** What a line of CQL may have, so that two stand beside each other on a screen. */
const WIDEST = 120;

/** What the translator converts types of FHIR by, without anybody naming it. */
const CONVERSIONS = 'FHIRHelpers';

/** The lines that are too long, each at the first character too many. */
export function findLongLines(library: string, text: string): Finding[] {
  return text.split('\n').flatMap((line, i) => {
    const { length } = line.trimEnd();
    if (length <= WIDEST) return [];
    const message = `The line has ${length} characters; ${WIDEST} are enough, break it`;
    return [{ kind: 'long-line', library, line: i + 1, column: WIDEST + 1, message }];
  });
}

/** The includes by which nothing is named. */
export function findUnusedIncludes({ library }: Elm): Finding[] {
  const used = librariesNamed(library as unknown as ElmNode); // ELM is a tree of these
  return (library.includes?.def ?? []).flatMap((include) => {
    const {
      localIdentifier,
      path,
      locator = '1:1',
    } = include as typeof include & { locator?: string }; // as the translator writes it
    if (used.has(localIdentifier) || path === CONVERSIONS) return [];
    const { line, column } = spanOf(locator);
    const message = `Nothing of ${path} is used here; take the include out`;
    return [{ kind: 'unused-include', library: library.identifier.id, line, column, message }];
  });
}

function librariesNamed(node: ElmNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (one: ElmNode): void => {
    if (one.libraryName !== undefined) names.add(one.libraryName);
    for (const [, child] of childrenOf(one)) visit(child);
  };
  visit(node);
  return names;
}
