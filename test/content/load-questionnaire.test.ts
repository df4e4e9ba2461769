import { afterAll, describe, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { contentOf, faultsOf, miniContent } from '../support/mini-content.ts';
import { ASKS, FORM_FILE as FILE } from '../support/mini-form.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const SNOMED = 'http://snomed.info/sct';

const FORM = {
  resourceType: 'Questionnaire',
  url: 'urn:nerveroot:questionnaire:cough',
  title: 'Cough',
  status: 'draft',
  subjectType: ['Patient'],
  item: [
    {
      linkId: 'now',
      type: 'group',
      text: 'Now',
      extension: [
        {
          url: 'urn:nerveroot:extension:body-site',
          valueCoding: { system: SNOMED, code: '399208008' },
        },
      ],
      item: [
        {
          linkId: 'cough',
          type: 'boolean',
          text: 'Cough',
          code: [{ system: SNOMED, code: '49727002' }],
        },
      ],
    },
  ],
};

/** The mini content with the form, an edit of its text made. */
function withForm(from = '', to = '') {
  const text = JSON.stringify(FORM, undefined, 1);
  if (!text.includes(from)) throw new Error(`The form does not hold: ${from}`);
  return miniContent([], { 'cql/Asks.cql': ASKS, [FILE]: text.replace(from, () => to) });
}

/** What a service asks for whose card is shown by that expression. */
const keysOf = async (card: string): Promise<string[]> => {
  const files = withForm();
  const { services } = await contentOf(compiler, {
    ...files,
    'cql/Asks.cql': `${ASKS}define "Coughs": exists "Cough Answers"\n`,
    'hooks/cards/RX-01.yaml': (files['hooks/cards/RX-01.yaml'] ?? '').replace('Has Cough', card),
  });
  return (services[0]?.requirements ?? []).map(({ key }) => key);
};

describe('a questionnaire', () => {
  it('is read into questions, with the body site that a group around them names', async () => {
    const { questionnaires } = await contentOf(compiler, withForm());
    expect(questionnaires).toMatchObject([
      {
        name: 'cough',
        url: FORM.url,
        title: 'Cough',
        resource: FORM,
        questions: [
          {
            linkId: 'cough',
            text: 'Cough',
            code: { system: SNOMED, code: '49727002' },
            bodySite: { system: SNOMED, code: '399208008' },
          },
        ],
      },
    ]);
  });

  it.each([
    [
      'another URL than its file has',
      'questionnaire:cough',
      'questionnaire:cold',
      '3:2: error: The URL must be urn:nerveroot:questionnaire:cough, as the file is called',
    ],
    [
      'a linkId twice',
      '"linkId": "cough"',
      '"linkId": "now"',
      '25:6: error: linkId now stands twice',
    ],
    [
      'a code that is not in the verified list',
      '"code": "49727002"',
      '"code": "1"',
      `31:8: error: Code 1 of ${SNOMED} is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv`,
      '31:8: error: No rule reads 1: it is in no value set that the CQL asks Observations for',
    ],
    [
      'a code that no rule reads',
      '"code": "49727002"',
      '"code": "386661006"',
      '31:8: error: No rule reads 386661006: it is in no value set that the CQL asks Observations for',
    ],
    [
      'an answer filled in beforehand',
      '"text": "Cough"',
      '"text": "Cough", "initial": [{ "valueBoolean": false }]',
      '27:23: error: "item.0.item.0.initial": Unrecognized key: "initial"',
    ],
    [
      'a kind of question that the form cannot ask',
      '"type": "boolean"',
      '"type": "attachment"',
      '26:6: error: "item.0.item.0.type": Invalid option: expected one of "group"|"display"|"boolean"|"choice"|"date"|"integer"|"quantity"',
    ],
    [
      'a choice of nothing',
      '"type": "boolean"',
      '"type": "choice"',
      '24:5: error: "item.0.item.0.answerOption": stands where there is a choice, and only there',
    ],
  ])('with %s is a fault, with its place', async (_what, from, to, ...faults) => {
    expect(await faultsOf(compiler, withForm(from, to))).toEqual(
      faults.map((fault) => `${FILE}:${fault}`),
    );
  });

  it('makes services that read its answers ask for responses, and no others', async () => {
    expect(await keysOf('Asks.Coughs')).toEqual([
      'patient',
      'conditions',
      'observations',
      'questionnaireResponses',
    ]);
    expect(await keysOf('Has Cough')).toEqual(['patient', 'conditions']);
  });

  it('is named by a card, or the card has a fault', async () => {
    const files = withForm();
    const card = files['hooks/cards/RX-01.yaml'] ?? '';
    const name = (form: string) => ({
      ...files,
      'hooks/cards/RX-01.yaml': `${card}form: ${form}\n`,
    });
    const { cards } = await contentOf(compiler, name('cough'));
    expect(cards.get('RX-01')?.form).toEqual({ name: 'cough', title: 'Cough' });
    expect(await faultsOf(compiler, name('cold'))).toEqual([
      'hooks/cards/RX-01.yaml:32:1: error: There is no form cold (hooks/questionnaires/cold.json)',
    ]);
  });
});

it('is not blamed for a library that does not compile', async () => {
  const files = withForm();
  const broken = { ...files, 'cql/Asks.cql': ASKS.replace('[Observation: "Cough"]', 'Nowhere') };
  expect(await faultsOf(compiler, broken)).toEqual([
    'cql/Asks.cql:6:25: error: Could not resolve identifier Nowhere in the current library.',
  ]);
});
