import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import type { DecisionResult } from '../src/decision/decide.ts';
import { NerverootError } from '../src/errors.ts';
import { isObject, isResource, objectsIn, type Resource } from '../src/fhir/resource.ts';
import type { Question } from '../src/reading/questionnaire.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';
import { callOfCase } from './support/decide-case.ts';
import { searchset } from './support/fhir-data.ts';
import { booleansOf, falseIn, notFalse } from './support/turned-false.ts';

const SPEAKS = { library: 'NotChecked', expression: 'Speaks Of The Spine' };

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
  'valueQuantity',
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
  const bodySite =
    observation['bodySite'] === undefined ? 'none' : codingOf(observation['bodySite']);
  return content.questionnaires
    .flatMap(({ url, questions }) => questions.map((question) => ({ url, question })))
    .find(
      ({ question }) =>
        `${question.code.system}|${question.code.code}` === code &&
        (question.bodySite ? `${question.bodySite.system}|${question.bodySite.code}` : 'none') ===
          bodySite,
    );
}

function answerOf(observation: Resource): Record<string, unknown> {
  const { valueBoolean, valueInteger, valueDateTime, valueQuantity } = observation;
  if (valueBoolean !== undefined) return { valueBoolean };
  if (valueQuantity !== undefined) return { valueQuantity };
  return valueInteger === undefined ? { valueDate: valueDateTime } : { valueInteger };
}

/** The prefetch with every Observation that a form could have asked for as a response instead. */
function asAnswers(prefetch: Readonly<Record<string, unknown>>) {
  const responses: Resource[] = [];
  const bundle = prefetch['questionnaireResponses'];
  const given = objectsIn(isObject(bundle) ? bundle['entry'] : undefined).flatMap(({ resource }) =>
    isResource(resource) ? [resource] : [],
  );
  const changed = Object.entries(prefetch).map(([key, value]) => {
    if (!key.startsWith('observations') || !isObject(value)) return [key, value];
    const entries = Array.isArray(value['entry']) ? value['entry'].filter(isObject) : [];
    const kept = entries.filter(({ resource }) => {
      const asked = isResource(resource) ? questionOf(resource) : undefined;
      if (!asked || !isResource(resource)) return true;
      responses.push({
        resourceType: 'QuestionnaireResponse',
        // Two versions of one Observation are two of one response.
        id: `answer-${resource.id ?? responses.length}`,
        status: 'completed',
        questionnaire: asked.url,
        subject: resource['subject'],
        authored: resource['effectiveDateTime'],
        item: [{ linkId: asked.question.linkId, answer: [answerOf(resource)] }],
      });
      return false;
    });
    return [key, { ...value, total: kept.length, entry: kept }];
  });
  const named = Object.fromEntries(changed) as Record<string, unknown>; // pairs of key and value
  return {
    count: responses.length,
    prefetch: { ...named, questionnaireResponses: searchset([...given, ...responses]) },
  };
}

/** A card's words without what differs: where each fact is written, and how the code of an unread one is called. */
function said(result: DecisionResult | string): unknown {
  if (typeof result === 'string') return result;
  const { response, rules } = result;
  return response.cards.map(({ summary, indicator, detail }, i) => ({
    rule: rules[i],
    // An unread form is named by what it asks, an unread Observation by what it says.
    summary: summary.replace(/^"[^"]*"/, '"…"'),
    indicator,
    lines: [
      ...new Set(
        detail
          .replaceAll(/\((?:Observation|QuestionnaireResponse)\/[^)]*\)/g, '')
          .replaceAll(/Seen but not read: .*/g, 'Seen but not read')
          .split('\n'),
      ),
    ].toSorted(),
  }));
}

/** The decision, or why there is none. */
async function decideOn(
  ruleCase: RuleCase,
  prefetch: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): Promise<DecisionResult | string> {
  try {
    return await callOfCase(ruleCase, content, { without }).decideOn(prefetch);
  } catch (error) {
    if (error instanceof NerverootError) return error.code;
    throw error;
  }
}

/** Cases of which a part can be answered in forms: as recorded, and as answered. */
function answered() {
  return cases.flatMap((ruleCase) => {
    const { sent: prefetch } = callOfCase(ruleCase, content);
    if (prefetch['questionnaireResponses'] === undefined) return [];
    const { count, prefetch: inForms } = asAnswers(prefetch);
    return count === 0 ? [] : [{ ruleCase, count, prefetch, inForms }];
  });
}

describe('answers to questionnaires', () => {
  it('are enough to try it with', () => {
    const answers = answered().map(({ count }) => count);
    expect(answers.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1000);
  });

  it('give the same cards as the Observations they stand for, in every case', async () => {
    for (const { ruleCase, prefetch, inForms } of answered()) {
      const [before, after] = [
        said(await decideOn(ruleCase, prefetch)),
        said(await decideOn(ruleCase, inForms)),
      ];
      expect({ file: ruleCase.file, said: after }).toEqual({ file: ruleCase.file, said: before });
    }
  });

  it('that do not come turn no fact false, and no card into silence where anything speaks of the spine', async () => {
    const booleans = booleansOf(content);
    const offences: string[] = [];
    for (const { ruleCase, inForms } of answered()) {
      const { questionnaireResponses: _withheld, ...less } = inForms;
      const [full, withheld] = [await decideOn(ruleCase, inForms), await decideOn(ruleCase, less)];
      if (typeof full === 'string' || typeof withheld === 'string') continue;
      for (const fact of await falseIn(await notFalse(booleans, full), withheld)) {
        offences.push(`${ruleCase.file}: ${fact} reads false`);
      }
      if (full.rules.length === 0 || withheld.rules.length > 0) continue;
      // NC-01 is not shown for forms alone; the operator is told of the key instead.
      const [speaks] = Object.values(await withheld.evaluation.facts([SPEAKS]));
      const isOpen = withheld.undecided.undecided.length > 0;
      if (speaks?.[SPEAKS.expression] === true || !isOpen) {
        offences.push(`${ruleCase.file}: silence`);
      }
    }
    expect(offences).toEqual([]);
  });

  it('are not missed at a site that keeps none', async () => {
    for (const { ruleCase, prefetch } of answered().slice(0, 50)) {
      const { questionnaireResponses: _none, ...less } = prefetch;
      const [before, after] = [
        said(await decideOn(ruleCase, prefetch)),
        said(await decideOn(ruleCase, less, ['QuestionnaireResponse'])),
      ];
      expect({ file: ruleCase.file, said: after }).toEqual({ file: ruleCase.file, said: before });
    }
  });
});
