import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import { decide, type DecisionResult } from '../src/decision/decide.ts';
import { NerverootError } from '../src/errors.ts';
import { isObject, isResource, type Resource } from '../src/fhir/resource.ts';
import type { Question } from '../src/patient-data/answers.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { composeCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from './support/content.ts';
import { searchset } from './support/fhir-data.ts';
import { aSite } from './support/site.ts';

let content: Content;
let cases: readonly RuleCase[];

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
});

/** What an Observation may carry and still be no more than an answer. */
const PLAIN = new Set([
  'resourceType',
  'id',
  'status',
  'category',
  'code',
  'subject',
  'effectiveDateTime',
  'bodySite',
  'valueBoolean',
  'valueInteger',
  'valueDateTime',
]);

function codingOf(concept: unknown): string | undefined {
  const codings = isObject(concept) ? concept['coding'] : undefined;
  if (!Array.isArray(codings) || codings.length !== 1) return undefined;
  const coding = codings.find(isObject);
  return `${String(coding?.['system'])}|${String(coding?.['code'])}`;
}

/** The question that the Observation would be the answer to. */
function questionOf(observation: Resource): { url: string; question: Question } | undefined {
  if (observation['status'] !== 'final') return undefined;
  if (Object.keys(observation).some((element) => !PLAIN.has(element))) return undefined;
  const code = codingOf(observation['code']);
  const site = observation['bodySite'] === undefined ? 'none' : codingOf(observation['bodySite']);
  return content.questionnaires
    .flatMap(({ url, questions }) => questions.map((question) => ({ url, question })))
    .find(
      ({ question }) =>
        `${question.code.system}|${question.code.code}` === code &&
        (question.site ? `${question.site.system}|${question.site.code}` : 'none') === site,
    );
}

function answerOf(observation: Resource): Record<string, unknown> {
  const { valueBoolean, valueInteger, valueDateTime } = observation;
  if (valueBoolean !== undefined) return { valueBoolean };
  return valueInteger === undefined ? { valueDate: valueDateTime } : { valueInteger };
}

/** The prefetch with every Observation that a form could have asked for as a response instead. */
function asAnswers(prefetch: Readonly<Record<string, unknown>>) {
  const responses: Resource[] = [];
  const changed = Object.entries(prefetch).map(([key, value]) => {
    if (!key.startsWith('observations') || !isObject(value)) return [key, value];
    const entries = Array.isArray(value['entry']) ? value['entry'].filter(isObject) : [];
    const kept = entries.filter(({ resource }) => {
      const asked = isResource(resource) ? questionOf(resource) : undefined;
      if (!asked || !isResource(resource)) return true;
      responses.push({
        resourceType: 'QuestionnaireResponse',
        id: `answer-${responses.length}`,
        status: 'completed',
        questionnaire: asked.url,
        subject: resource['subject'],
        authored: resource['effectiveDateTime'],
        item: [{ linkId: asked.question.linkId, answer: [answerOf(resource)] }],
      });
      return false;
    });
    return [key, { ...value, entry: kept }];
  });
  const named = Object.fromEntries(changed) as Record<string, unknown>; // pairs of key and value
  return {
    count: responses.length,
    prefetch: { ...named, questionnaireResponses: searchset(responses) },
  };
}

/** A card's words without where each fact is written, which is what differs. */
function said({ response, rules }: DecisionResult): unknown {
  return response.cards.map(({ summary, indicator, detail }, i) => ({
    rule: rules[i],
    summary,
    indicator,
    lines: detail
      .replaceAll(/\((?:Observation|QuestionnaireResponse)\/[^)]*\)/g, '')
      .split('\n')
      .toSorted(),
  }));
}

async function decideOn(ruleCase: RuleCase, body: unknown): Promise<unknown> {
  const { serviceId, now, timeZone } = composeCase(ruleCase, content);
  try {
    const result = await decide(serviceId, body, {
      content: { current: async () => content },
      clock: () => now,
      newId: () => '00000000-0000-4000-8000-000000000000',
      siteOf: () => aSite(timeZone),
    });
    return said(result);
  } catch (error) {
    if (error instanceof NerverootError) return error.code;
    throw error;
  }
}

describe('answers to questionnaires', () => {
  it('give the same cards as the Observations they stand for, in every case', async () => {
    let answers = 0;
    for (const ruleCase of cases) {
      const { body } = composeCase(ruleCase, content);
      const prefetch = body['prefetch'] as Record<string, unknown>; // composed above
      if (prefetch['questionnaireResponses'] === undefined) continue;
      const { count, prefetch: answered } = asAnswers(prefetch);
      if (count === 0) continue;
      answers += count;
      const [before, after] = [
        await decideOn(ruleCase, body),
        await decideOn(ruleCase, { ...body, prefetch: answered }),
      ];
      expect({ file: ruleCase.file, said: after }).toEqual({ file: ruleCase.file, said: before });
    }
    expect(answers).toBeGreaterThan(1000);
  });
});
