import { parentPort } from 'node:worker_threads';
import * as cql from '@cqframework/cql/cql';
import * as toElm from '@cqframework/cql/cql-to-elm';
import { VersionedIdentifier } from '@cqframework/cql/elm';
import ucum from '@lhncbc/ucum-lhc';
import type { Elm } from '../elm/elm.ts';
import type { FoundProblem } from './problem.ts';
import { TRANSLATOR_OPTIONS, type Translation, type TranslationRequest } from './translation.ts';
import { includedLibraries } from './cql-text.ts';

parentPort?.on('message', (request: TranslationRequest) => {
  parentPort?.postMessage(translate(request));
});

function translate({ texts, modelXml }: TranslationRequest): Translation {
  const libraries = openLibraryManager(new Map(texts), modelXml);
  const elms: Elm[] = [];
  const problems = new Map<string, FoundProblem>();
  for (const [name, text] of includedFirst(new Map(texts))) {
    const elm = translateOne(name, text, libraries);
    let faulty = false;
    for (const problem of readProblems(elm, name)) {
      const { library, line, column, message } = problem;
      problems.set(`${library} ${line}:${column} ${message}`, problem);
      faulty ||= problem.severity === 'error';
    }
    if (!faulty) elms.push(elm);
  }
  return { elms, problems: [...problems.values()] };
}

/** A library after those it includes, so that each is translated once. */
function includedFirst(texts: ReadonlyMap<string, string>): Map<string, string> {
  const ordered = new Map<string, string>();
  const visit = (name: string): void => {
    const text = texts.get(name);
    if (text === undefined || ordered.has(name)) return;
    includedLibraries(text).forEach(visit);
    ordered.set(name, text);
  };
  for (const name of texts.keys()) visit(name);
  return ordered;
}

function translateOne(name: string, text: string, libraries: toElm.LibraryManager): Elm {
  try {
    const translator = toElm.CqlTranslator.fromText(text, libraries);
    // The translator's own JSON; the schema is the ELM specification's.
    const elm = JSON.parse(translator.toJson()) as Elm;
    keep(elm.library.identifier, translator.translatedLibrary, libraries);
    return elm;
  } catch (error) {
    const message = `The translator failed on this library: ${String(error)}`;
    const annotation = [{ type: 'CqlToElmError', libraryId: name, message }];
    return { library: { identifier: { id: name }, annotation } };
  }
}

/**
 * The library manager forgets a library that has errors, and each library that
 * includes it would translate it anew, and all below it, at a cost that doubles
 * with every level. So it is kept here.
 */
function keep(
  { id, version }: { id: string; version?: string },
  translated: unknown,
  libraries: toElm.LibraryManager,
): void {
  if (translated === null || translated === undefined) return;
  const key = new VersionedIdentifier().withId(id).withVersion(version);
  libraries.compiledLibraries.asJsMapView().set(key, translated);
}

function openLibraryManager(texts: ReadonlyMap<string, string>, modelXml: string) {
  const models = new toElm.ModelManager();
  models.modelInfoLoader.registerModelInfoProvider(new cql.SystemModelInfoProvider());
  models.modelInfoLoader.registerModelInfoProvider(
    toElm.createModelInfoProvider((id) => (id === 'FHIR' ? toElm.stringAsSource(modelXml) : null)),
  );
  const libraries = new toElm.LibraryManager(models, undefined, undefined, openUcumService());
  setOptions(libraries.cqlCompilerOptions);
  libraries.librarySourceLoader.registerProvider(
    toElm.createLibrarySourceProvider((id) => {
      const text = texts.get(id);
      return text === undefined ? null : toElm.stringAsSource(text);
    }),
  );
  return libraries;
}

function unused(): never {
  throw new Error('The translator asked for unit arithmetic, which translation does not need');
}

/** Translation only validates units; a conversion asked for here is a fault of the translator. */
function openUcumService(): unknown {
  const utils = ucum.UcumLhcUtils.getInstance();
  const validate = (unit: string): string | null => {
    const { status, msg } = utils.validateUnitString(unit);
    return status === 'valid' ? null : msg.join(' ') || `'${unit}' is not a UCUM unit`;
  };
  return toElm.createUcumService(unused, validate, unused, unused);
}

/** Sets the options through the instance, since the package's typings do not export their class. */
function setOptions(options: { setOptions(list: never[]): void }): void {
  // The enum hangs off the class, which the Kotlin/JS typings hide behind `Function`.
  const { Options } = options.constructor as unknown as { Options: Record<string, never> };
  options.setOptions(TRANSLATOR_OPTIONS.flatMap((name) => Options[name] ?? []));
}

/** An included library's errors repeat in every includer; they carry the library they belong to. */
function readProblems(elm: Elm, name: string): FoundProblem[] {
  return (elm.library.annotation ?? [])
    .filter((a) => a.type === 'CqlToElmError')
    .map((a) => ({
      // The lexer does not know yet which library it reads.
      library: a.libraryId === undefined || a.libraryId === 'Anonymous' ? name : a.libraryId,
      severity: a.errorSeverity === 'warning' ? 'warning' : 'error',
      line: a.startLine ?? 1,
      // Columns count from 0 in syntax errors and from 1 in all others.
      column: a.errorType === 'syntax' ? (a.startChar ?? 0) + 1 : (a.startChar ?? 1),
      message: a.message ?? 'The translator gave no message',
      isSyntax: a.errorType === 'syntax',
    }));
}
