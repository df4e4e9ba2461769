import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/fhir/resource.ts';
import { toldBy } from '../../src/reading/notes.ts';

const SUBJECT = { reference: 'Patient/p' };
const aCondition = (changes: object): Resource => ({
  resourceType: 'Condition',
  id: 'c',
  subject: SUBJECT,
  code: { text: 'Cold' },
  onsetDateTime: '2024-01-01',
  ...changes,
});
const wordsOf = (told: readonly Resource[]) =>
  told.map(({ code }) => (code as { text: string }).text);

describe('what is noted beside an entry', () => {
  it('is told sentence by sentence', () => {
    const note = [{ text: 'Cough; rash.\nFever! Better at 38.5 degrees' }, { text: 'Pain' }];
    expect(wordsOf(toldBy(aCondition({ note })))).toEqual([
      'Cough',
      'rash',
      'Fever',
      'Better at 38.5 degrees',
      'Pain',
    ]);
  });

  it.each([
    'Return if cough or rash',
    'To come back at once if rash',
    'If rash, go to the hospital',
    'Call in case of rash',
    'Warned of rash',
    'Advised patient about rash',
    'Watch for rash',
    'Plan: film if rash develops',
    'Leaflet about rash given',
    'Safety-netted for rash',
  ])('is nothing that is, where somebody is told what to do: %j', (text) => {
    expect(toldBy(aCondition({ note: [{ text }] }))).toEqual([]);
  });

  it.each([
    'Return of rash',
    'Rash, should be looked at',
    'Discussed with dermatology: rash',
    'Advised a cream for the rash',
    'Unsure if rash',
    'Explained by rash',
  ])('is what is, where something is told of it: %j', (text) => {
    expect(wordsOf(toldBy(aCondition({ note: [{ text }] })))).toEqual([text]);
  });

  it('is of the day of the note, not of an older entry', () => {
    const note = [{ time: '2026-03-09T10:00:00Z', text: 'Rash' }];
    expect(toldBy(aCondition({ note }))).toEqual([
      {
        resourceType: 'Condition',
        id: 'c',
        subject: SUBJECT,
        code: { text: 'Rash' },
        recordedDate: '2026-03-09T10:00:00Z',
      },
    ]);
  });

  it('is of the day of its entry, where it has none', () => {
    const [told] = toldBy(aCondition({ note: [{ text: 'Rash' }] }));
    expect(told).toEqual(aCondition({ code: { text: 'Rash' } }));
  });

  it.each([
    ['Observation', 'effectiveDateTime'],
    ['Procedure', 'performedDateTime'],
  ])('of a %s is a diagnosis that it tells of', (resourceType, when) => {
    const noted = { resourceType, id: 'o', subject: SUBJECT, note: [{ text: 'Rash' }] };
    expect(toldBy({ ...noted, [when]: '2026-03-01' })).toEqual([
      {
        resourceType: 'Condition',
        subject: SUBJECT,
        code: { text: 'Rash' },
        recordedDate: '2026-03-01',
        evidence: [{ detail: [{ reference: `${resourceType}/o` }] }],
      },
    ]);
  });

  it('is a stage in words, and a narrative that says more than the entry', () => {
    const stage = [{ summary: { text: 'with rash' } }];
    const div = '<div><p>Cold</p><p>Cough</p></div>';
    expect(wordsOf(toldBy(aCondition({ stage })))).toEqual(['with rash']);
    expect(wordsOf(toldBy(aCondition({ text: { status: 'additional', div } })))).toEqual([
      'Cold',
      'Cough',
    ]);
    expect(toldBy(aCondition({ text: { status: 'generated', div } }))).toEqual([]);
  });

  it('comes to an end: what is told tells nothing more', () => {
    const note = [{ text: 'Rash' }];
    const text = { status: 'additional', div: '<div>Rash</div>' };
    const evidence = [{ code: [{ text: 'Cough' }] }];
    const told = toldBy(aCondition({ note, text, evidence }));
    expect(wordsOf(told)).toEqual(['Cough', 'Rash', 'Rash']);
    expect(told.flatMap(toldBy)).toEqual([]);
  });

  it.each([null, 'Rash', [null], [{}], [{ text: 7 }], [[]]])(
    'may be of no form that FHIR has: %j',
    (note) => {
      expect(wordsOf(toldBy(aCondition({ note })))).toEqual(note === 'Rash' ? ['Rash'] : []);
    },
  );
});
