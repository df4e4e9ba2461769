import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { carriesOrders } from '../src/cds-hooks/hooks.ts';
import type { Card } from '../src/cds-hooks/response.ts';
import type { Content } from '../src/content/content.ts';
import { decide } from '../src/decision/decide.ts';
import type { Resource } from '../src/fhir/resource.ts';
import { composeRequest } from '../src/patient-data/compose-request.ts';
import { theContent } from './support/content.ts';
import { aSite } from './support/site.ts';

/** What may be an emergency of the spine comes before all else that cannot be read, on every card, however much there is. */
const GRAVE = [
  'Cauda equina syndrome',
  'Saddle numbness',
  'Acute urinary retention',
  'Foot drop',
  'Spinal cord compression',
];
const LESS = {
  Condition: [
    'Back trouble',
    'Long term use of systemic steroids',
    'Osteoporosis',
    'Injects drugs',
    'Fall down stairs',
    'Diabetes',
    'Breast cancer',
    'Fever',
    'Spondylosis of lumbar spine',
    'Something nobody knows',
  ],
  Observation: ['Night pain', 'Weight loss', 'Gait unsteady', 'Brisk reflexes', 'Rigors', 'Dizzy'],
  Procedure: ['Spinal operation', 'Physical therapy', 'Epidural', 'Appendectomy'],
  MedicationRequest: ['Blood thinner', 'Warfarin', 'Prednisone', 'Something white'],
  DiagnosticReport: ['MRI lumbar spine', 'X-ray of the chest'],
};
const CODED: readonly Resource[] = [
  ['strength-ankle-dorsiflexion', 'a little weak'],
  ['strength-knee-extension', 'hard to tell'],
  ['reflex-ankle', 'hard to tell'],
  ['leg-weakness', 'maybe'],
  ['bladder-change', 'maybe'],
].map(([code, valueString], i) => ({
  resourceType: 'Observation',
  id: `k${i}`,
  status: 'final',
  code: { coding: [{ system: 'urn:nerveroot:codesystem:findings', code }] },
  valueString,
  effectiveDateTime: '2026-03-09',
}));

const subject = { reference: 'Patient/p1' };
const patient: Resource = {
  resourceType: 'Patient',
  id: 'p1',
  gender: 'female',
  birthDate: '1981-03-10',
};
const active = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${system}`, code }],
});
const pain: Resource = {
  resourceType: 'Condition',
  id: 'pain',
  subject,
  clinicalStatus: active('clinical', 'active'),
  verificationStatus: active('ver-status', 'confirmed'),
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M54.32' }] },
  onsetDateTime: '2026-02-25',
};

/** An entry in words. */
function inWords(resourceType: string, text: string, id: string, day: string): Resource {
  const common = { resourceType, id, subject, code: { text } };
  switch (resourceType) {
    case 'Condition':
      return { ...common, clinicalStatus: active('clinical', 'active'), onsetDateTime: day };
    case 'MedicationRequest':
      return {
        resourceType,
        id,
        subject,
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text },
        authoredOn: day,
      };
    case 'Procedure':
      return { ...common, status: 'completed', performedDateTime: day };
    default:
      return { ...common, status: 'final', effectiveDateTime: day };
  }
}

const order = (system: string, code: string): Resource => ({
  resourceType: 'ServiceRequest',
  id: 'order',
  status: 'draft',
  intent: 'order',
  subject,
  code: { coding: [{ system, code }] },
  reasonCode: [{ text: 'Trouble' }, { text: 'Pain since a fall' }],
});
const MRI = order('http://loinc.org', '30679-5');
const INJECTION = order('http://snomed.info/sct', '171787008');

let content: Content;
beforeAll(async () => {
  content = await theContent();
});

async function cardsOf(
  hook: string,
  resources: readonly Resource[],
  ordered: Resource,
): Promise<readonly Card[]> {
  const service = content.services.find((one) => one.hook === hook);
  if (!service) throw new Error(`No service is called by ${hook}`);
  const request = composeRequest({
    hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    // As an EHR asks that sends all observations.
    requirements: service.requirements.map(({ narrowed: _dropped, ...requirement }) => requirement),
    resources: [patient, pain, ...resources.map((one) => ({ ...one, subject }))],
    draftOrders: carriesOrders(service.hook) ? [ordered] : undefined,
  });
  const { response } = await decide(service.id, request, {
    content: { current: async () => content },
    clock: () => new Date('2026-03-10T14:00:00Z'),
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite('UTC'),
  });
  return response.cards;
}

/** The words of the entries that a text says were seen and not read. */
function seenIn(text: string): string[] {
  return [...text.matchAll(/Seen but not read: "([^"]+)"/g)].map(([, words = '']) => words);
}

/** What a card does to what may be an emergency: entries it knows and hides behind others, or behind a number. */
function hidden({ detail, extension, source }: Card): string[] {
  const shown = seenIn(detail ?? '');
  const known = seenIn((extension?.['org.nerveroot.evidence'].unknown ?? []).join('\n'));
  const grave = [...new Set(known)].filter((words) => GRAVE.includes(words));
  const left = grave.filter((words) => !shown.includes(words));
  const less = shown.filter((words) => !GRAVE.includes(words));
  const name = source.topic?.code ?? '';
  if (grave.length > 0 && left.length === grave.length)
    return [`${name} shows none of ${grave.join(', ')}`];
  return left.length > 0 && less.length > 0
    ? [`${name} shows ${less.join(', ')} before ${left.join(', ')}`]
    : [];
}

const chart = fc.record({
  grave: fc.subarray(GRAVE, { minLength: 1 }),
  less: fc.subarray(
    Object.entries(LESS).flatMap(([type, texts]) => texts.map((text) => ({ type, text }))),
  ),
  coded: fc.subarray([...CODED]),
  graveDay: fc.constantFrom('2026-03-01', '2026-03-09'),
  lessDay: fc.constantFrom('2026-03-02', '2026-03-10'),
  as: fc.constantFrom('Condition', 'Observation'),
});

describe('however much a chart holds that cannot be read, what may be an emergency is shown first', () => {
  it.each([
    ['patient-view', 'nothing', MRI],
    ['order-select', 'an MRI', MRI],
    ['order-sign', 'an MRI', MRI],
    ['order-sign', 'an injection', INJECTION],
  ])('on %s of %s', async (hook, _ordered, ordered) => {
    await fc.assert(
      fc.asyncProperty(chart, async ({ grave, less, coded, graveDay, lessDay, as }) => {
        const resources = [
          ...less.map(({ type, text }, i) => inWords(type, text, `l${i}`, lessDay)),
          ...coded,
          ...grave.map((text, i) => inWords(as, text, `g${i}`, graveDay)),
        ];
        const cards = await cardsOf(hook, resources, ordered);
        expect(cards.flatMap(hidden)).toEqual([]);
        const told = new Set(cards.flatMap(({ detail }) => seenIn(detail ?? '')));
        expect(grave.filter((words) => !told.has(words))).toEqual([]);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
