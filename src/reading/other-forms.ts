import { isObject, objectsIn, type JsonObject, type Resource } from '../fhir/resource.ts';
import { aboutAnswers, itemsOf, listed, wordsOfLinkId } from './answers.ts';
import type { KnownCodes } from './known.ts';

/**
 * The answers to a form that is not known, each as the Observation that it would be: by the code of
 * its question where one is given, and by the words of the question and of what stands above it.
 * Those to `skipped` questions are left out, and those that are of nothing that rules look for.
 *
 * @see https://hl7.org/fhir/R4/questionnaireresponse.html
 */
export function answersToOtherForm(
  response: Resource,
  skipped: ReadonlySet<string>,
  known: KnownCodes,
): Resource[] {
  const questions = containedQuestions(response);
  const shared = {
    ...aboutAnswers(response),
    status: STATUS.get(String(response['status'])) ?? 'unknown',
  };
  const source = `QuestionnaireResponse/${response.id ?? 'without id'}`;
  const answers: Resource[] = [];
  const walk = (holder: JsonObject, above: Above): void => {
    for (const item of listed(holder['item'])) {
      if (!isObject(item)) continue;
      const linkId = textOf(item['linkId']);
      const form = questions.get(linkId);
      const own = wordsOf(item['text'] ?? form?.['text'], linkId);
      const given = listed(item['answer']);
      if (given.length > 0 && !skipped.has(linkId)) {
        const coding = [...objectsIn(item['code'] ?? form?.['code']), ...codesOfLinkId(linkId)];
        const text = inContext(own, above, known);
        const code = { coding, text };
        const isOfNothing = coding.length === 0 && !mayBeAsked(text, known);
        for (const [i, answer] of given.entries()) {
          const value = valueOf(answer);
          // Most answers of a chart are to other matters, and no Observation has to be made to see it.
          if (value === undefined || (isOfNothing && saysNoWords(value))) continue;
          // Each has a name of its own, since a "no" to one question is none to another.
          const place = `${source}#${linkId}${i === 0 ? '' : `[${i}]`}`;
          answers.push({
            resourceType: 'Observation',
            ...shared,
            code,
            ...value,
            derivedFrom: [{ reference: place }],
          });
        }
      }
      if (item['item'] === undefined && !given.some(hasItems)) continue;
      const words = [above.words, own].filter((some) => some !== '').join(': ');
      const said = setsOf(words, known);
      // What nobody asks below a title, the title asks: "Cough", with "by day" and "at night".
      if (given.length === 0 && said.size > 0) {
        const asks = setsAskedIn(item, questions, known);
        for (const url of said) if (!asks.has(url)) said.delete(url);
      }
      walk(item, { words, said });
      for (const answer of given) if (isObject(answer)) walk(answer, { words, said });
    }
  };
  walk(response, { words: '', said: new Set() });
  return answers;
}

function hasItems(answer: unknown): boolean {
  return isObject(answer) && answer['item'] !== undefined;
}

/** What stands above a question, and of which value sets that is by itself. */
interface Above {
  readonly words: string;
  readonly said: ReadonlySet<string>;
}

function wordsOf(text: unknown, linkId: string): string {
  return typeof text === 'string' ? text : wordsOfLinkId(linkId);
}

function mayBeAsked(words: string, known: KnownCodes): boolean {
  return known.possible('Observation', words).length > 0;
}

/** A number, a date, a yes or a no is of nothing where its question is. */
function saysNoWords(value: JsonObject): boolean {
  return value['valueString'] === undefined && value['valueCodeableConcept'] === undefined;
}

/** The value sets that the questions below may ask for by words of their own. */
function setsAskedIn(
  holder: JsonObject,
  questions: ReadonlyMap<string, JsonObject>,
  known: KnownCodes,
): ReadonlySet<string> {
  const words = itemsOf(holder).map((item) => {
    const linkId = textOf(item['linkId']);
    return wordsOf(item['text'] ?? questions.get(linkId)?.['text'], linkId);
  });
  return new Set(words.flatMap((one) => [...setsOf(one, known)]));
}

/** What answers count as, by the status of their response; of what is not finished nobody knows whether it stands. */
const STATUS: ReadonlyMap<string, string> = new Map([
  ['completed', 'final'],
  ['amended', 'amended'],
]);

/** The words of a question; with what stands above it where only both together are of something that is looked for. */
function inContext(own: string, { words, said }: Above, known: KnownCodes): string {
  if (words === '' || mayBeAsked(own, known)) return own;
  const both = `${words}: ${own}`;
  return [...setsOf(both, known)].some((url) => !said.has(url)) ? both : own;
}

function setsOf(words: string, known: KnownCodes): Set<string> {
  return new Set(known.possible('Observation', words).map(({ valueSet }) => valueSet));
}

/** The items of a form that the response itself holds, by linkId: their texts and codes. */
function containedQuestions(response: Resource): ReadonlyMap<string, JsonObject> {
  const forms = objectsIn(response['contained']).filter(
    ({ resourceType }) => resourceType === 'Questionnaire',
  );
  const found = new Map<string, JsonObject>();
  const add = (holder: JsonObject): void => {
    for (const item of objectsIn(holder['item'])) {
      const { linkId, text, code } = item;
      found.set(textOf(linkId), {
        ...(text === undefined ? {} : { text }),
        ...(code === undefined ? {} : { code }),
      });
      add(item);
    }
  };
  for (const form of forms) add(form);
  return found;
}

/** Forms made of LOINC have its codes for linkIds, one behind the other: `/44249-1/44250-9`. */
function codesOfLinkId(linkId: string): JsonObject[] {
  const [, code] = /(?:^|\/)(\d{3,6}-\d)$/.exec(linkId) ?? [];
  return code === undefined ? [] : [{ code }];
}

/** How an answer stands in an Observation; undefined where there is none. */
function valueOf(answer: unknown): JsonObject | undefined {
  if (typeof answer === 'boolean') return { valueBoolean: answer };
  if (!isObject(answer)) return { valueString: textOf(answer) };
  const name = Object.keys(answer).find((element) => /^value[A-Z]/.test(element));
  const value = name === undefined ? undefined : answer[name];
  if (name === undefined || value === undefined || value === null) return undefined;
  if (name === 'valueCoding') return { valueCodeableConcept: { coding: [value] } };
  if (name === 'valueDate') return { valueDateTime: value };
  if (name === 'valueDecimal') return { valueQuantity: { value } };
  if (KEPT.has(name)) return { [name]: value };
  const words = isObject(value)
    ? (value['display'] ?? value['title'] ?? value['reference'])
    : value;
  return { valueString: textOf(words) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const KEPT: ReadonlySet<string> = new Set([
  'valueBoolean',
  'valueDateTime',
  'valueInteger',
  'valueQuantity',
  'valueString',
  'valueTime',
]);
