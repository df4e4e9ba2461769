import { flushCompileCache } from 'node:module';
import * as cql from '@cqframework/cql/cql';
import * as toElm from '@cqframework/cql/cql-to-elm';
import { VersionedIdentifier } from '@cqframework/cql/elm';
import ucum from '@lhncbc/ucum-lhc';
import type { Elm } from '../elm/elm.ts';
import { packElm } from '../elm/whole.ts';
import type { FoundProblem } from './problem.ts';
import { declareTheSame, writeInterface } from './interface.ts';
import { TRANSLATOR_OPTIONS, type Translation, type TranslationRequest } from './translation.ts';

/** As long as the process lives: the model takes a second to read, and interfaces seldom change. */
const texts = new Map<string, string>();
let libraries: toElm.LibraryManager;
/** The libraries without an interface that the present compile has kept. */
const faulty = new Set<string>();
let compile = 0;

process.on('message', (message: string | TranslationRequest) => {
  if (typeof message === 'string') libraries = openLibraryManager(message);
  else process.send?.(translate(message), leaveUnheard);
  // By itself, Node keeps compiled modules at an end, and not where it is a signal.
  flushCompileCache();
});
process.on('disconnect', () => process.exit());

/** Whoever asked may have gone meanwhile. */
function leaveUnheard(error: Error | null): void {
  if (error) process.exit();
}

function translate({ name, text, below, ...request }: TranslationRequest): Translation {
  if (request.compile !== compile) faulty.forEach(forget);
  compile = request.compile;
  for (const included of below) {
    if (texts.get(included.name) !== included.text) forget(included.name);
    texts.set(included.name, included.text);
  }
  forget(name);
  const { json, elm, translated } = translateOne(name, text);
  const withInterface = new Set(below.flatMap((one) => (one.hasInterface ? one.name : [])));
  // An interface may be warned of where it stands for a library that is not.
  const problems = readProblems(elm, name).filter(({ library }) => !withInterface.has(library));
  const isFaultless = problems.every(({ severity }) => severity !== 'error');
  const shown = isFaultless ? interfaceOf(elm) : undefined;
  if (shown === undefined) {
    faulty.add(name);
    texts.set(name, text);
    keep(elm, translated);
  }
  return { elm: isFaultless ? packElm(elm, json) : undefined, problems, interface: shown };
}

/** What includers are translated against, where it declares the same as the library. */
function interfaceOf(elm: Elm): string | undefined {
  const { id } = elm.library.identifier;
  const text = writeInterface(elm);
  const shown = translateOne(id, text);
  if (!declareTheSame(elm, shown.elm)) return undefined;
  texts.set(id, text);
  keep(shown.elm, shown.translated);
  return text;
}

interface Translated {
  readonly json: string;
  readonly elm: Elm;
  /** The translator's own form of it. */
  readonly translated: unknown;
}

function translateOne(name: string, text: string): Translated {
  try {
    const translator = toElm.CqlTranslator.fromText(text, libraries);
    const json = translator.toJson();
    // The schema is the ELM specification's.
    return { json, elm: JSON.parse(json) as Elm, translated: translator.translatedLibrary };
  } catch (error) {
    const message = `The translator failed on this library: ${String(error)}`;
    const annotation = [{ type: 'CqlToElmError', libraryId: name, message }];
    const elm = { library: { identifier: { id: name }, annotation } };
    return { json: '', elm, translated: undefined };
  }
}

/**
 * The library manager forgets a library that has errors, and each library that
 * includes it would translate it anew, and all below it, at a cost that doubles
 * with every level. So it is kept here.
 */
function keep({ library }: Elm, translated: unknown): void {
  if (translated === null || translated === undefined) return;
  const { id, version } = library.identifier;
  const key = new VersionedIdentifier().withId(id).withVersion(version);
  libraries.compiledLibraries.asJsMapView().set(key, translated);
}

function forget(name: string): void {
  const compiled = libraries.compiledLibraries.asJsMapView();
  // The translator's map must not change while its keys are read.
  const keys = Array.from(compiled.keys()).filter((key) => key.id === name);
  for (const key of keys) compiled.delete(key);
  texts.delete(name);
  faulty.delete(name);
}

function openLibraryManager(modelXml: string) {
  const models = new toElm.ModelManager();
  models.modelInfoLoader.registerModelInfoProvider(new cql.SystemModelInfoProvider());
  models.modelInfoLoader.registerModelInfoProvider(
    toElm.createModelInfoProvider((id) => (id === 'FHIR' ? toElm.stringAsSource(modelXml) : null)),
  );
  const manager = new toElm.LibraryManager(models, undefined, undefined, openUcumService());
  setOptions(manager.cqlCompilerOptions);
  manager.librarySourceLoader.registerProvider(
    toElm.createLibrarySourceProvider((id) => {
      const text = texts.get(id);
      return text === undefined ? null : toElm.stringAsSource(text);
    }),
  );
  return manager;
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
