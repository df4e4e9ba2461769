import * as fc from 'fast-check';

type Any = fc.Arbitrary<unknown>;
type Elements = Readonly<Record<string, Any>>;

/** Days before the tenth of March 2026, in every precision that FHIR has and some that it has not. */
export const DATE = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }).map((ago) => dayBefore(ago)) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 4000 }).map((ago) => dayBefore(ago)) },
  { weight: 1, arbitrary: fc.constantFrom('2026-03-10', '2026-03-09', '2026-01-27', '2025-12-10') },
  { weight: 1, arbitrary: fc.constantFrom('2026', '2025', '2026-03', '2026-02', '1999-05') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.integer({ min: -1, max: 60 }).map((ago) => dayBefore(ago)),
        fc.constantFrom(
          'T23:30:00-11:00',
          'T00:15:00+14:00',
          'T08:00:00Z',
          'T10:00:00.5+05:30',
          'T10:00',
        ),
      )
      .map(([day, time]) => day + time),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      '2026-02-30',
      'yesterday',
      '',
      '20260301',
      20_260_301,
      null,
      {},
      '0050',
    ),
  },
);

function dayBefore(ago: number): string {
  return new Date(Date.UTC(2026, 2, 10 - ago)).toISOString().slice(0, 10);
}

export const TEXT = fc.constantFrom<unknown>('sciatica', 'M54.16', '', 'left leg', 7, null, ['a']);
export const TRUTH = fc.constantFrom<unknown>(
  true,
  true,
  true,
  false,
  false,
  false,
  'true',
  1,
  null,
);
export const NUMBER = fc.constantFrom<unknown>(0, 1, 3, 4.5, 5, 7, 38, 38.5, 100.4, -1, '4', null);
export const PERIOD = fc.record({ start: DATE, end: DATE }, { requiredKeys: [] });
const UNIT = fc.constantFrom<unknown>('Cel', '[degF]', 'mg/L', 'kg', 'mm/h', '1', 'wk', 'F', '', 3);
export const QUANTITY = fc.record(
  {
    value: NUMBER,
    unit: UNIT,
    code: UNIT,
    system: fc.constantFrom<unknown>('http://unitsofmeasure.org', 'urn:other', 1),
    comparator: fc.constantFrom('<', '>='),
  },
  { requiredKeys: [] },
);

/** What FHIR's status elements may say, and what they may not. */
export function status(...usual: readonly string[]): Any {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...usual) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>('entered-in-error', 'stopped', 'not-done', 'cancelled'),
    },
    { weight: 1, arbitrary: fc.constantFrom<unknown>('unknown', 'nonsense', 1, null) },
  );
}

export const CLINICAL = fc
  .constantFrom('active', 'active', 'active', 'recurrence', 'resolved', 'inactive', 'nonsense')
  .map((code) => concept('http://terminology.hl7.org/CodeSystem/condition-clinical', code));
export const VERIFICATION = fc
  .constantFrom('confirmed', 'confirmed', 'confirmed', 'refuted', 'entered-in-error', 'provisional')
  .map((code) => concept('http://terminology.hl7.org/CodeSystem/condition-ver-status', code));

function concept(system: string, code: string): unknown {
  return { coding: [{ system, code }] };
}

export interface Code {
  readonly system: string;
  readonly code: string;
}

/** Concepts with these codes, and with what records have in their place. */
export function conceptsOf(valueSets: readonly (readonly Code[])[]): Any {
  const known = fc
    .oneof(...valueSets.map((codes) => fc.constantFrom(...codes)))
    .map(({ system, code }) => ({ system, code }));
  const coding = fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 1, arbitrary: known.map(({ code }) => ({ system: 'urn:other', code })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>({ code: '1' }, { system: 'urn:s' }, {}, 'x', null),
    },
  );
  const codings = (minLength: number, maxLength: number) =>
    fc.array(coding, { minLength, maxLength });
  return fc.oneof(
    { weight: 10, arbitrary: codings(1, 2).map((all) => ({ coding: all })) },
    { weight: 1, arbitrary: fc.record({ text: TEXT, coding: codings(0, 1) }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>({}, { coding: {} }, { text: 'pain' }, 'x', [], null),
    },
  );
}

export const SIDE = fc
  .constantFrom('24028007', '7771000', '51440002')
  .map((code) => concept('http://snomed.info/sct', code));

/** One of the types of a choice, now and then two. */
export function choice(elements: Elements): fc.Arbitrary<object> {
  const one = fc.oneof(
    ...Object.entries(elements).map(([name, any]) => any.map((value) => ({ [name]: value }))),
  );
  const two = fc.tuple(one, one).map(([first, second]) => ({ ...first, ...second }));
  return fc.oneof({ weight: 8, arbitrary: one }, { weight: 1, arbitrary: two });
}

/** Without these a resource says hardly anything; they are often wrong, but seldom lacking. */
const NEARLY_ALWAYS = new Set(['code', 'item', 'medicationCodeableConcept', 'status']);

/** Some of the elements, and one of each choice. */
export function some(
  elements: Elements,
  ...choices: readonly fc.Arbitrary<object>[]
): fc.Arbitrary<object> {
  const requiredKeys = Object.keys(elements).filter((name) => NEARLY_ALWAYS.has(name));
  return fc
    .tuple(fc.record({ ...elements }, { requiredKeys }), ...choices)
    .map((all) => Object.assign({}, ...all) as object);
}

export function list(one: Any): Any {
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(one, { maxLength: 2 }) },
    { weight: 1, arbitrary: one },
  );
}
