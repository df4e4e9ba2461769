import { basename } from 'node:path';
import { bodiesOf, childrenOf, type ElmNode } from '../elm/elm-tree.ts';
import { openElm } from '../elm/whole.ts';
import type { CompileCql } from '../translate/compile.ts';
import type { Elm } from '../elm/elm.ts';
import { libraryName } from '../translate/cql-text.ts';
import { writeFhirHelpers } from '../engine/fhir-helpers.ts';
import type { ModelInfo } from '../engine/model-info.ts';
import type { Linked } from '../engine/linked.ts';
import type { ContentFault } from './fault.ts';
import { missingValueSet } from './missing-name.ts';
import type { ContentFile } from './read-files.ts';
import type { VerifiedCodes } from './terminology.ts';

/** What turns CQL into ELM; lives as long as the process. */
export interface Compiler {
  readonly model: ModelInfo;
  readonly compile: CompileCql;
}

/** Compiles `cql/*.cql`; every error of every library comes back as a fault. */
export async function compileLibraries(
  files: readonly ContentFile[],
  compiler: Compiler,
  faults: ContentFault[],
): Promise<{ elms: readonly Elm[]; fileOf: ReadonlyMap<string, string> }> {
  const fileOf = new Map<string, string>([['FHIRHelpers', '(generated) FHIRHelpers']]);
  const sources: ContentFile[] = [
    { file: '(generated) FHIRHelpers', text: writeFhirHelpers(compiler.model) },
  ];
  for (const source of files) {
    const { file, text } = source;
    const name = libraryName(text);
    const expected = basename(file, '.cql');
    const fault = (message: string): void => {
      faults.push({ file, line: 1, column: 1, severity: 'error', message });
    };
    if (name === undefined) {
      fault(`The file declares no library; begin it with: library ${expected} version '1.0.0'`);
    } else if (fileOf.has(name)) {
      fault(`Library ${name} is also declared in ${fileOf.get(name) ?? ''}`);
    } else {
      if (name !== expected) fault(`Library ${name} must stand in ${name}.cql`);
      fileOf.set(name, file);
      sources.push(source);
    }
  }
  const { elms, problems } = await compiler.compile(sources, compiler.model.xml);
  for (const { library, line, column, severity, message } of problems) {
    faults.push({ file: fileOf.get(library) ?? library, line, column, severity, message });
  }
  return { elms: elms.map(openElm), fileOf };
}

/** Holds value set and code declarations of the CQL to what the content defines. */
export function checkTerms(
  elms: readonly Elm[],
  fileOf: ReadonlyMap<string, string>,
  valueSetUrls: ReadonlySet<string>,
  verified: VerifiedCodes,
  faults: ContentFault[],
): void {
  const systems = new Map(
    elms.flatMap(({ library }) =>
      (library.codeSystems?.def ?? []).map(
        ({ name, id }) => [`${library.identifier.id} ${name}`, id] as const,
      ),
    ),
  );
  const start = commonStart(valueSetUrls);
  for (const elm of elms) {
    const { library } = elm;
    const name = library.identifier.id;
    const included = new Map(library.includes?.def.map((i) => [i.localIdentifier, i.path]));
    const fault = (locator: string | undefined, message: string): void => {
      faults.push({ ...placeOf(name, locator, fileOf), severity: 'error', message });
    };
    for (const { id, locator } of library.valueSets?.def ?? []) {
      if (!valueSetUrls.has(id)) fault(locator, missingValueSet(id, valueSetUrls));
    }
    for (const { id, display, codeSystem, locator } of library.codes?.def ?? []) {
      const declaredIn = included.get(codeSystem.libraryName ?? '') ?? name;
      const system = systems.get(`${declaredIn} ${codeSystem.name}`);
      const objection = verified.objection({ system: system ?? '', code: id, display });
      if (objection !== undefined) fault(locator, objection);
    }
    for (const { value, locator } of literalsLike(elm, start, valueSetUrls)) {
      fault(locator, missingValueSet(value, valueSetUrls));
    }
  }
}

/** What most of the URLs begin with, up to the last `:` or `/`; empty where there is nothing of it. */
function commonStart(urls: ReadonlySet<string>): string {
  const starts = Map.groupBy(urls, (url) => /^.*[:/]/.exec(url)?.[0] ?? '');
  for (const [start, { length }] of starts) if (2 * length > urls.size) return start;
  return '';
}

/** The texts of a library that are written like the URL of a value set, and are none. */
function literalsLike(
  elm: Elm,
  start: string,
  urls: ReadonlySet<string>,
): { readonly value: string; readonly locator: string | undefined }[] {
  const isWrong = ({ type, value }: ElmNode): boolean =>
    type === 'Literal' &&
    typeof value === 'string' &&
    value.startsWith(start) &&
    value !== start &&
    !urls.has(value);
  const find = (node: ElmNode): ElmNode[] => [
    ...(isWrong(node) ? [node] : []),
    ...childrenOf(node).flatMap(([, child]) => find(child)),
  ];
  const findIn = (one: Elm): ElmNode[] =>
    bodiesOf(one).flatMap(({ expression }) => find(expression));
  if (start === '' || findIn(elm).length === 0) return [];
  // Places stand in the whole library alone, which is opened only for a fault.
  return findIn(elm.whole?.() ?? elm).map(({ value, locator }) => ({
    value: String(value),
    locator,
  }));
}

/** Where a locator of a library points to in its file. */
function placeOf(
  library: string,
  locator: string | undefined,
  fileOf: ReadonlyMap<string, string>,
): Pick<ContentFault, 'file' | 'line' | 'column'> {
  const [line = 1, column = 1] = (locator ?? '1:1').split('-')[0]?.split(':').map(Number) ?? [];
  return { file: fileOf.get(library) ?? library, line, column };
}

const MOST_NAMED = 3;

/** Says which kinds of nodes are evaluated more slowly than all others, or not at all. */
export function checkKinds(
  { uncompiled, locatorOf }: Pick<Linked, 'uncompiled' | 'locatorOf'>,
  fileOf: ReadonlyMap<string, string>,
  faults: ContentFault[],
): void {
  for (const { kind, isKnown, count, definitions, first } of uncompiled) {
    const named = definitions.slice(0, MOST_NAMED).join(', ');
    const more = definitions.length > MOST_NAMED ? ', …' : '';
    const [nodes, are] = count === 1 ? ['node', 'is'] : ['nodes', 'are'];
    const by = isKnown ? 'evaluated by the slower engine' : 'known to no engine';
    const message = `${count} ${nodes} of kind ${kind} (${named}${more}) ${are} ${by}`;
    const locator = locatorOf(first.library, first.node.localId ?? '');
    faults.push({
      ...placeOf(first.library, locator, fileOf),
      severity: isKnown ? 'warning' : 'error',
      message,
    });
  }
}
