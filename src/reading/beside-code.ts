import { isObject, objectsIn, type Resource } from '../fhir/resource.ts';
import { codingsOf, type KnownCodes, type WordMatch } from './known.ts';
import { beyond, wordsIn, type MayBe } from './may-be.ts';
import { withoutEntities } from './plain.ts';

/**
 * What a resource says it may be outside its code: by the site of a finding, and by what a report
 * concludes. Undefined where that is no more than the code says.
 */
export function toldBeside(
  held: readonly string[],
  resource: Resource,
  concept: unknown,
  known: KnownCodes,
): MayBe | undefined {
  if (resource.resourceType === 'DiagnosticReport') {
    return beyond(held, concludedIn(resource, concept, known));
  }
  return resource['bodySite'] === undefined
    ? undefined
    : beyond(held, atItsSite(resource, concept, known));
}

/**
 * Finding and site are FHIR's way to write "numbness of the saddle": their words are read together.
 *
 * @see https://hl7.org/fhir/R4/condition-definitions.html#Condition.bodySite
 */
function atItsSite(resource: Resource, concept: unknown, known: KnownCodes): WordMatch[] {
  const possible = (words: string): readonly WordMatch[] =>
    known.possible(resource.resourceType, words);
  const own = allWordsOf(concept, known);
  const alone = new Set(own.flatMap(possible).map(({ valueSet }) => valueSet));
  return sitesOf(resource, known)
    .flatMap((site) => own.flatMap((words) => possible(`${words}, ${site}`)))
    .filter(({ valueSet }) => !alone.has(valueSet));
}

/** The words of the sites of a finding. */
export function sitesOf({ bodySite }: Resource, known: KnownCodes): string[] {
  return (Array.isArray(bodySite) ? bodySite : [bodySite]).flatMap((site) =>
    allWordsOf(site, known),
  );
}

/** The words of a concept, and those in which the content writes its codes. */
function allWordsOf(concept: unknown, known: KnownCodes): string[] {
  const displays = codingsOf(concept).flatMap((coding) => known.displaysOf(coding));
  return [...new Set([...wordsIn(concept), ...displays])];
}

/** What a report says of diagnoses: by codes of its conclusion, and by words, each sentence for itself. */
function concludedIn(report: Resource, concept: unknown, known: KnownCodes): WordMatch[] {
  const concluded = report['conclusionCode'];
  const codes = (Array.isArray(concluded) ? concluded : [concluded]).filter(isObject);
  const diagnoses = known.askedOf('Condition');
  const byCode = codes.flatMap((code) => {
    const word = allWordsOf(code, known)[0] ?? codingsOf(code)[0]?.code ?? 'more';
    return known.valueSetsWith(codingsOf(code)).map((valueSet) => ({ valueSet, word }));
  });
  const texts = [
    ...codes.flatMap((code) => allWordsOf(code, known)),
    ...wordsIn(report['conclusion']),
    ...wordsIn(concept),
    ...objectsIn(report['presentedForm']).flatMap(plainText),
    ...(narrativeOf(report) ?? []),
  ];
  const byWords = texts
    .flatMap(sentencesOf)
    .flatMap((sentence) => known.possible(report.resourceType, sentence));
  return [...byCode, ...byWords].filter(({ valueSet }) => diagnoses?.has(valueSet) ?? true);
}

/** Forms whose words stand between their marks. */
const WORDS = /^text\/|^application\/(?:[\w.-]+\+)?(?:rtf|xml|xhtml)/i;

/** @see https://hl7.org/fhir/R4/datatypes.html#Attachment */
function plainText({ contentType, data }: Readonly<Record<string, unknown>>): string[] {
  if (typeof data !== 'string' || !WORDS.test(String(contentType))) return [];
  return [withoutTags(Buffer.from(data, 'base64').toString('utf8'))];
}

/** The sentences of a report. */
function sentencesOf(text: string): string[] {
  return text.split(/[;\n]|[.!](?=\s|$)/u);
}

/**
 * What somebody wrote for people to read where nothing else says what it is: the words of its narrative.
 *
 * @see https://hl7.org/fhir/R4/narrative.html
 */
export function withItsNarrative(resource: Resource): Resource {
  if (!TOLD_BY_NARRATIVE.has(resource.resourceType)) return resource;
  const { code } = resource;
  if (!isUntold(code)) return resource;
  const [text] = narrativeOf(resource) ?? [];
  return text === undefined
    ? resource
    : { ...resource, code: { ...(isObject(code) ? code : {}), text } };
}

const TOLD_BY_NARRATIVE: ReadonlySet<string> = new Set(['Condition', 'Observation', 'Procedure']);

/** No code, no text and no display. */
function isUntold(code: unknown): boolean {
  if (code === undefined || code === null) return true;
  if (!isObject(code)) return false;
  const { coding = [] } = code;
  // Most are told by the first thing that is looked at.
  const first: unknown = Array.isArray(coding) ? coding[0] : undefined;
  if (isObject(first) && typeof first['code'] === 'string' && first['code'].trim() !== '')
    return false;
  if (wordsIn(code).length > 0) return false;
  return (
    Array.isArray(coding) &&
    objectsIn(coding).every(({ code: one }) => typeof one !== 'string' || one.trim() === '')
  );
}

/** The words of a narrative, if there are any. */
export function narrativeOf({ text }: Resource): [string] | undefined {
  const div = isObject(text) ? text['div'] : undefined;
  const words = typeof div === 'string' ? withoutTags(div) : '';
  return words === '' ? undefined : [words];
}

/** What is left of XHTML for a reader, which holds no scripts and no styles in FHIR; where a paragraph or a cell ends, so does a sentence. */
function withoutTags(xhtml: string): string {
  const [first = '', ...others] = xhtml.split('<!--');
  const shown = [first, ...others.map((comment) => comment.split('-->').slice(1).join('-->'))]
    .join(' ')
    .replaceAll(/<\/(?:p|div|td|th|tr|li|h\d|dd|dt)\s*>|<br\s*\/?>/giu, '\n')
    .replaceAll(/<[^<>]*>/gu, ' ');
  return withoutEntities(shown)
    .replaceAll(/[^\S\n]+/gu, ' ')
    .replaceAll(/ ?\n[\s]*/gu, '\n')
    .trim();
}
