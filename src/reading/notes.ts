import { isObject, referenceTo, type Resource } from '../fhir/resource.ts';
import { listed } from './answers.ts';
import { narrativeOf } from './beside-code.ts';
import { DIAGNOSIS, diagnosesWithin, whenOf } from './told-within.ts';
import { wordsIn } from './may-be.ts';

/** What somebody wrote beside an entry, and when, where that is told. */
interface Noted {
  readonly text: string;
  readonly time: string | undefined;
}

/** Diagnoses that a resource tells of beside what it is: in elements for them, and in notes. */
export function toldBy(resource: Resource): readonly Resource[] {
  const { note, stage } = resource;
  if (note === undefined && stage === undefined && !saysMoreInWords(resource)) {
    return diagnosesWithin(resource);
  }
  const { note: _note, stage: _stage, text: _text, ...others } = resource;
  return [...diagnosesWithin(others), ...notedIn(resource, others)];
}

/**
 * What notes say, each sentence as a Condition: of the day of the note where that is told, else of the entry's own.
 *
 * @see https://hl7.org/fhir/R4/datatypes.html#Annotation
 */
function notedIn(resource: Resource, others: Resource): readonly Resource[] {
  const { resourceType } = resource;
  if (!NOTED.has(resourceType)) return [];
  const noted = [...notesOf(resource), ...stagesOf(resource), ...narrativeIn(resource)];
  return resourceType === DIAGNOSIS
    ? noted.map((one) => asOf(others, one))
    : noted.map(({ text, time }) => ({
        resourceType: DIAGNOSIS,
        subject: resource['subject'],
        code: { text },
        ...dayOf(time ?? whenOf(resource)),
        evidence: [
          { detail: [{ reference: referenceTo(resource) ?? `${resourceType}/without id` }] },
        ],
      }));
}

const NOTED: ReadonlySet<string> = new Set(['Condition', 'Observation', 'Procedure']);

/** The same diagnosis in other words; a note of a known day began no earlier. */
function asOf(condition: Resource, { text, time }: Noted): Resource {
  const { evidence: _evidence, onsetString: _words, ...others } = condition;
  if (time === undefined) return { ...others, code: { text } };
  const { onsetDateTime: _day, onsetPeriod: _period, onsetAge: _age, ...undated } = others;
  return { ...undated, resourceType: DIAGNOSIS, code: { text }, recordedDate: time };
}

function dayOf(when: unknown): { readonly recordedDate?: unknown } {
  return when === undefined ? {} : { recordedDate: when };
}

/** The sentences of the notes of a resource that tell of something that is. */
export function notesOf({ note }: Resource): Noted[] {
  return listed(note).flatMap((one) => {
    const { text, time } = isObject(one) ? one : { text: one, time: undefined };
    if (typeof text !== 'string') return [];
    return sentencesOf(text).map((sentence) => ({
      text: sentence,
      time: typeof time === 'string' ? time : undefined,
    }));
  });
}

function stagesOf({ stage }: Resource): Noted[] {
  return listed(stage).flatMap((one) =>
    (isObject(one) ? wordsIn(one['summary']) : []).map((text) => ({ text, time: undefined })),
  );
}

/** By its status, a narrative may hold what stands nowhere else. @see https://hl7.org/fhir/R4/valueset-narrative-status.html */
function saysMoreInWords({ text }: Resource): boolean {
  return isObject(text) && text['status'] === 'additional';
}

function narrativeIn(resource: Resource): Noted[] {
  if (!saysMoreInWords(resource)) return [];
  return (narrativeOf(resource) ?? [])
    .flatMap(sentencesOf)
    .map((text) => ({ text, time: undefined }));
}

function sentencesOf(text: string): string[] {
  return text
    .split(/[;\n]|[.!](?=\s|$)/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '' && !TELLS_WHAT_TO_DO.test(sentence));
}

/** What somebody is to watch for has not happened: "come back if …", "warned of …", "if … go to …". */
const TELLS_WHAT_TO_DO = new RegExp(
  String.raw`^if(?!\p{L})|(?<!\p{L})(?:${[
    String.raw`(?:return|come back|call|attend|go|contact\p{L}*)\s+(?:[\p{L}\d]+\s+){0,4}(?:if|in case|should)`,
    String.raw`(?:if|in case of|should)\s.*\s(?:return|come back|call|attend|go to|contact)`,
    String.raw`(?:if|should)\s.*\s(?:develops?|occurs?|appears?|arises?|emerges?|happens?)`,
    String.raw`(?:advi[sc]\p{L}*|warn\p{L}*|counsel\p{L}*|educat\p{L}*|explain\p{L}*|discuss\p{L}*)\s+(?:the\s+)?(?:patient|pt|her|him|them|family|on|of|about|regarding|re)`,
    String.raw`(?:watch|watching|look|looking|monitor|monitoring)\s+(?:out\s+)?for`,
    String.raw`safety[\s-]net\p{L}*|leaflets?|seek\s+(?:medical|help|urgent)`,
  ].join('|')})(?!\p{L})`,
  'iu',
);
