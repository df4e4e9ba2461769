import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';
import { decideCase, type Prefetch } from './support/decide-case.ts';
import { anOutcome } from './support/fhir-data.ts';

const WITHOUT_ORDERS = 'Without orders the cards are those that there were without the rule';
const NO_BACK_TROUBLE = 'Nobody without back trouble hears of them';

describe('orders that were placed, asked for when a chart is opened', () => {
  let content: Content;
  let cases: readonly RuleCase[];

  beforeAll(async () => {
    content = await theContent();
    ({ cases } = await loadCases(ROOT, ['test/rules/RF-17']));
  });

  async function notChecked(title: string, sent: Prefetch) {
    const ruleCase = cases.find(({ written }) => written.title === title);
    if (!ruleCase) throw new Error(`no case "${title}"`);
    const { response, rules } = await decideCase(ruleCase, content, (prefetch) => {
      Object.assign(prefetch, sent);
    });
    return response.cards.find((_, i) => rules[i] === 'NC-01');
  }

  it('are told as a note where the EHR could not read them and back trouble is on record', async () => {
    const card = await notChecked(WITHOUT_ORDERS, { serviceRequests: anOutcome('error') });
    expect(card).toMatchObject({
      indicator: 'info',
      summary: 'Not everything could be checked here: data are missing',
    });
    expect(card?.detail).toContain('Urgent order without a result');
    expect(card?.detail).toContain('serviceRequests (the EHR could not read it)');
    expect(card?.detail).not.toContain('Ask saddle sensation');
  });

  it('are a part of the warning where something else did not come, too', async () => {
    const failed = anOutcome('error');
    const card = await notChecked(WITHOUT_ORDERS, {
      serviceRequests: failed,
      observations: failed,
    });
    expect(card).toMatchObject({ indicator: 'warning' });
    expect(card?.detail).toContain('serviceRequests (the EHR could not read it)');
  });

  it.each([
    [
      'not without back trouble on record',
      NO_BACK_TROUBLE,
      { serviceRequests: anOutcome('error') },
    ],
    ['not where they were not sent', WITHOUT_ORDERS, {}],
    ['not where there are none', WITHOUT_ORDERS, { serviceRequests: null }],
  ])('are told %s', async (_what, title, sent) => {
    expect(await notChecked(title, sent)).toBeUndefined();
  });
});
