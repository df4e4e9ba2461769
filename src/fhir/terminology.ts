import { chunkOf } from './chunk.ts';
import type { FhirAccess } from './client.ts';
import { outcomeWords } from './operation-outcome.ts';
import { openPoster, type PostLimits, type Posted, type Poster } from './post.ts';
import { isObject, isResource, objectsIn, type Resource } from './resource.ts';

/** Is this a code of its system, and does it have this display? */
export interface CodeQuestion {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

/** What a terminology server says of a code; the reason is for people. */
export type CodeVerdict =
  | {
      /** True when the code is of the system, with the display if one was asked for. */
      readonly state: 'right' | 'wrong';
      readonly display: string | undefined;
      /** Undefined when the server does not tell. */
      readonly inactive: boolean | undefined;
    }
  | { readonly state: 'no-system' }
  | { readonly state: 'failed'; readonly reason: string };

/** The codes of a value set on a server. */
export type Expansion =
  | { readonly state: 'expanded'; readonly codes: readonly CodeQuestion[] }
  | { readonly state: 'failed'; readonly reason: string };

/** One entry of `compose.include`. @see https://hl7.org/fhir/R4/valueset.html */
export type Include = Readonly<Record<string, unknown>>;

/** A terminology server, for as long as it is open. Nothing here rejects. */
export interface TerminologyServer {
  /** One verdict a question, in their order. @see https://hl7.org/fhir/R4/codesystem-operation-validate-code.html */
  validate(questions: readonly CodeQuestion[]): Promise<CodeVerdict[]>;
  /** All codes that one or more of `compose.include` name. @see https://hl7.org/fhir/R4/valueset-operation-expand.html */
  expand(include: readonly Include[]): Promise<Expansion>;
  close(): Promise<void>;
}

const BATCH_SIZE = 100;
const AT_ONCE = 8;
const PAGE_SIZE = 1000;
/** A family larger than this is no family. */
const MOST_CODES = 20_000;

/** Opens a terminology server; what it may take is for everything together. */
export function openTerminologyServer(access: FhirAccess, limits: PostLimits): TerminologyServer {
  const poster = openPoster(access, limits);
  let takesBatches = true;
  const notHeld = new Set<string>();
  return {
    validate: async (questions) => {
      const verdicts: CodeVerdict[] = [];
      for (const some of chunkOf(questions, BATCH_SIZE)) {
        const inBatch = takesBatches ? await validateInBatch(poster, some) : undefined;
        takesBatches = inBatch !== undefined;
        verdicts.push(...(inBatch ?? (await validateSingly(poster, some, notHeld))));
      }
      return verdicts;
    },
    expand: (include) => expandAll(poster, include),
    close: () => poster.close(),
  };
}

const VALIDATE = 'CodeSystem/$validate-code';

function queryOf({ system, code, display }: CodeQuestion): string {
  const query = { url: system, code, ...(display === undefined ? {} : { display }) };
  return new URLSearchParams(query).toString().replaceAll('+', '%20');
}

function parametersOf({ system, code, display }: CodeQuestion): Resource {
  const parameter = [
    { name: 'url', valueUri: system },
    { name: 'code', valueCode: code },
    ...(display === undefined ? [] : [{ name: 'display', valueString: display }]),
  ];
  return { resourceType: 'Parameters', parameter };
}

/**
 * Undefined when the server takes no batches. The entries are GET: of a POST with
 * Parameters some servers store the Parameters.
 */
async function validateInBatch(
  poster: Poster,
  questions: readonly CodeQuestion[],
): Promise<CodeVerdict[] | undefined> {
  const entry = questions.map((question) => ({
    request: { method: 'GET', url: `${VALIDATE}?${queryOf(question)}` },
  }));
  const posted = await poster.post('', { resourceType: 'Bundle', type: 'batch', entry });
  if (!('answer' in posted)) {
    // Whoever is refused will not fare better with single questions. Whoever hears nothing may:
    // FHIRsmith answers a batch with a redirect.
    if (posted.status !== 401 && posted.status !== 403) return undefined;
    return questions.map(() => ({ state: 'failed', reason: posted.reason }));
  }
  const entries = Array.isArray(posted.answer['entry']) ? posted.answer['entry'] : [];
  return entries.length === questions.length
    ? entries.map((answered, i) => verdictOfEntry(answered, questions[i]?.display))
    : undefined;
}

/**
 * The first alone, so that a server without the operation is asked once and not a hundred times;
 * then some at a time, since there may be thousands. Of a system that the server does not hold,
 * nothing more is asked.
 */
async function validateSingly(
  poster: Poster,
  questions: readonly CodeQuestion[],
  notHeld: Set<string>,
): Promise<CodeVerdict[]> {
  const ask = async (question: CodeQuestion): Promise<CodeVerdict> => {
    if (notHeld.has(question.system)) return { state: 'no-system' };
    const posted = await poster.post(VALIDATE, parametersOf(question));
    const verdict = codeVerdictOf(posted, question.display);
    if (verdict.state === 'no-system') notHeld.add(question.system);
    return verdict;
  };
  const verdicts: CodeVerdict[] = [];
  for (const some of [questions.slice(0, 1), ...chunkOf(questions.slice(1), AT_ONCE)]) {
    verdicts.push(...(await Promise.all(some.map(ask))));
    const failed = verdicts.find(({ state }) => state === 'failed');
    if (failed) return [...verdicts, ...questions.slice(verdicts.length).map(() => failed)];
  }
  return verdicts;
}

function verdictOfEntry(entry: unknown, asked: string | undefined): CodeVerdict {
  const { resource, response } = isObject(entry) ? entry : {};
  const said = isObject(response) ? response : {};
  const status = Number.parseInt(String(said['status']), 10);
  if (status < 400 && isResource(resource)) return codeVerdictOf({ answer: resource }, asked);
  const words = outcomeWords(said['outcome']) ?? outcomeWords(resource);
  const reason = `the FHIR server answered ${Number.isNaN(status) ? 'nothing' : status} in its batch`;
  return { state: 'failed', reason: words === undefined ? reason : `${reason}: ${words}` };
}

function codeVerdictOf(posted: Posted, asked: string | undefined): CodeVerdict {
  if (!('answer' in posted)) return { state: 'failed', reason: posted.reason };
  const parameters = objectsIn(posted.answer['parameter']);
  const named = (name: string) => parameters.find((parameter) => parameter['name'] === name);
  const result = named('result')?.['valueBoolean'];
  if (typeof result !== 'boolean') {
    const words = outcomeWords(posted.answer);
    return { state: 'failed', reason: words ?? 'the FHIR server answered without a result' };
  }
  // What servers of the terminology ecosystem tell of systems that they do not hold.
  if (!result && named('x-caused-by-unknown-system')) return { state: 'no-system' };
  const display = named('display')?.['valueString'];
  const inactive = named('inactive')?.['valueBoolean'];
  // A true result with a message warns. HAPI FHIR warns so of a display that is not the code's.
  const warns = asked !== undefined && display !== asked && named('message') !== undefined;
  return {
    state: result && !warns ? 'right' : 'wrong',
    display: cleanDisplay(display),
    inactive: typeof inactive === 'boolean' ? inactive : undefined,
  };
}

/** On one line, without what a terminal would obey; undefined when it is no display. */
function cleanDisplay(display: unknown): string | undefined {
  if (typeof display !== 'string' || display.length > 300) return undefined;
  return display.replaceAll(/\p{C}+/gu, ' ').trim() || undefined;
}

async function expandAll(poster: Poster, include: readonly Include[]): Promise<Expansion> {
  const codes = new Map<string, CodeQuestion>();
  for (;;) {
    const before = codes.size;
    const posted = await poster.post('ValueSet/$expand', expandParameters(include, before));
    if (!('answer' in posted)) return { state: 'failed', reason: posted.reason };
    const { expansion } = posted.answer;
    if (!isObject(expansion)) {
      const words = outcomeWords(posted.answer) ?? 'the FHIR server answered without an expansion';
      return { state: 'failed', reason: words };
    }
    const page = contained(expansion['contains']);
    for (const code of page) codes.set(`${code.system}|${code.code}`, code);
    const total = expansion['total'];
    if (codes.size > MOST_CODES || (typeof total === 'number' && total > MOST_CODES)) {
      return { state: 'failed', reason: `it has more than ${MOST_CODES} codes there` };
    }
    // Without a total, only a page that brings nothing new says that there is no more.
    const isWhole = typeof total === 'number' ? codes.size >= total : codes.size === before;
    if (isWhole) return { state: 'expanded', codes: [...codes.values()] };
    if (codes.size === before) {
      return {
        state: 'failed',
        reason: `the FHIR server gave ${before} of ${String(total)} codes`,
      };
    }
  }
}

function expandParameters(include: readonly Include[], offset: number): Resource {
  const valueSet = { resourceType: 'ValueSet', status: 'draft', compose: { include } };
  const parameter = [
    { name: 'valueSet', resource: valueSet },
    { name: 'offset', valueInteger: offset },
    { name: 'count', valueInteger: PAGE_SIZE },
  ];
  return { resourceType: 'Parameters', parameter };
}

/** The codes of an expansion, whose entries may hold others. */
function contained(contains: unknown): CodeQuestion[] {
  return objectsIn(contains).flatMap((entry) => {
    const { system, code, display, abstract } = entry;
    const below = contained(entry['contains']);
    if (typeof system !== 'string' || typeof code !== 'string' || abstract === true) return below;
    return [{ system, code, ...(typeof display === 'string' ? { display } : {}) }, ...below];
  });
}
