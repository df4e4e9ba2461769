import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { DateTime } from 'luxon';
import { afterAll, describe, expect, it } from 'vitest';
import type { ValueSetCodes } from '../../src/engine/code-service.ts';
import { isInFamily, type Coding } from '../../src/engine/codes.ts';
import type { FactValue } from '../../src/facts.ts';
import { readDictionary, type RatedFact } from '../../src/dictionary/dictionary.ts';
import type { Representation } from '../../src/dictionary/fact.ts';
import { aCompiler, ROOT, theContent } from '../support/content.ts';
import { anEvaluation } from '../support/cql.ts';

/**
 * The dictionary is believed only as far as it is true: from each of its rows a
 * resource is built by the row alone, and the compiled CQL must see it.
 */
const compiler = aCompiler();
const content = await theContent(compiler);
afterAll(() => compiler.translator.close());

const dictionary = readDictionary(content);
const valueSets = new Map(dictionary.valueSets.map((set) => [set.url, set]));
const verified = parse<{ code: string }>(
  readFileSync(join(ROOT, 'cql', 'terminology', 'codes.csv'), 'utf8'),
  { columns: true },
);
const SNOMED = 'http://snomed.info/sct';
const NEVER = { system: 'urn:other', code: 'none-of-them' };
const BOTH_SIDES = { coding: [{ system: SNOMED, code: '51440002' }] };

type Json = Readonly<Record<string, unknown>>;
interface Row {
  readonly name: string;
  readonly fact: RatedFact;
  readonly row: Representation;
}

const rows: Row[] = dictionary.sections
  .flatMap(({ facts }) => facts)
  .flatMap((fact) =>
    fact.representations.map((row) => {
      const set = row.valueSet ?? [...row.heldTo][0] ?? 'no value set';
      const name = `${fact.library}.${fact.define} by ${row.resourceType} of ${set.replace(/^.*:/, '')}`;
      return { name, fact, row };
    }),
  );

/** Every code of a set; of a family its head, or a verified code that it holds. */
function codesOf(url: string): Coding[] {
  const set = valueSets.get(url);
  if (!set) return [];
  const families = (set.families ?? []).flatMap((family) => {
    const head = { system: family.system, code: family.written };
    const listed = verified.map(({ code }) => ({ system: family.system, code }));
    const found = [head, ...listed].find((coding) => isInFamily(family, coding));
    return found ? [found] : [];
  });
  const all = [...set.codes, ...families, ...(set.imports ?? []).flatMap(codesOf)];
  return all.filter((coding) => !isExcluded(set, coding));
}

function isExcluded({ excluded = [] }: ValueSetCodes, coding: Coding): boolean {
  return excluded.some((family) => isInFamily(family, coding));
}

function codesFor({ valueSet, heldTo }: Representation): Coding[] {
  return valueSet === undefined ? [...heldTo].flatMap(codesOf) : codesOf(valueSet);
}

/** A value of the type that the row names; a "no" where the type can say it. */
function valueOf(type: string, row: Representation, yes = true): Json {
  const words = [...row.valueWords].join(' ');
  switch (type) {
    case 'boolean':
      return { valueBoolean: yes };
    case 'CodeableConcept': {
      const answers = [...row.valueCodes].filter((url) => url.endsWith(yes ? 'yes' : 'no'));
      return { valueCodeableConcept: { coding: answers.flatMap(codesOf).slice(0, 1) } };
    }
    case 'string':
      return { valueString: row.kinds.has('grade') ? '4/5' : yes ? 'Present' : 'Absent' };
    case 'integer':
      return { valueInteger: 4 };
    case 'dateTime':
      return { valueDateTime: '2026-03-07' };
    case 'Quantity': {
      const unit = /turned into ([^\s;]+)/.exec(words)?.[1];
      return { valueQuantity: { value: 4, ...(unit === 'it' ? {} : { unit }) } };
    }
    default:
      throw new Error(`Nothing here knows how to write a value of type ${type}`);
  }
}

function resourceOf(row: Representation, coding: Coding, value: Json = {}): Json {
  const code = { coding: [coding] };
  const withCode = {
    AllergyIntolerance: { clinicalStatus: { coding: [{ code: 'active' }] }, code },
    Observation: {
      status: 'final',
      code,
      bodySite: BOTH_SIDES,
      effectiveDateTime: '2026-03-09',
      ...value,
    },
    Condition: {
      clinicalStatus: { coding: [{ code: 'active' }] },
      verificationStatus: { coding: [{ code: 'confirmed' }] },
      category: [
        { coding: [{ code: isOfEncounter(row) ? 'encounter-diagnosis' : 'problem-list-item' }] },
      ],
      code,
      bodySite: [BOTH_SIDES],
      ...(isOfEncounter(row) ? {} : { onsetDateTime: '2026-03-08' }),
    },
    DiagnosticReport: { status: 'final', code, effectiveDateTime: '2026-03-01' },
    MedicationRequest: { status: 'active', intent: 'order', medicationCodeableConcept: code },
    MedicationStatement: { status: 'active', medicationCodeableConcept: code },
    Procedure: { status: 'completed', code, performedDateTime: '2026-03-05' },
    ServiceRequest: {
      status: row.isDraft ? 'draft' : isOfCompleted(row) ? 'completed' : 'active',
      intent: 'order',
      code,
      reasonCode: [{ text: 'Pain' }],
    },
  }[row.resourceType];
  if (!withCode) throw new Error(`Nothing here knows how to write a ${row.resourceType}`);
  const { codedElement } = row;
  return {
    resourceType: row.resourceType,
    id: 'r1',
    ...withCode,
    ...(codedElement === undefined ? {} : { code: { text: 'Words' }, [codedElement]: [code] }),
  };
}

function isOfCompleted({ conditions }: Representation): boolean {
  return [...conditions].some((words) => words.includes('status completed'));
}

function isOfEncounter({ conditions }: Representation): boolean {
  return [...conditions].some((words) => /(^|and )only the diagnosis/.test(words));
}

/** What the define says of a record that holds one resource, or nothing. */
async function saidOf({ fact, row }: Row, resource?: Json): Promise<FactValue> {
  const drafts = row.isDraft && resource ? [resource] : [];
  const record = row.isDraft || !resource ? [] : [resource];
  const evaluation = anEvaluation(content.program, {
    resources: [{ resourceType: 'Patient', id: 'p1', birthDate: '1980-01-01' }, ...record],
    parameters: {
      NotLookedAt: [],
      Hook: 'order-sign',
      DraftOrders: drafts,
      SelectedOrders: drafts,
    },
  });
  const facts = await evaluation.facts([{ library: fact.library, expression: fact.define }]);
  return facts[fact.library]?.[fact.define] ?? null;
}

/** Findings answer under `value`; the rest are what was found. */
function answerIn(said: FactValue): FactValue | undefined {
  const isFinding = typeof said === 'object' && said !== null && 'value' in said;
  return isFinding ? (said as { value: FactValue }).value : undefined;
}

/** Rows that look at two resources together: an order, or a session of care, and its reason. */
const TOGETHER = new Set([
  'Population.Coded Order Reason by Condition of population-conditions',
  'Procedures.Care Sessions by Condition of back-or-leg-pain',
  'Procedures.Care Sessions by Condition of no value set',
]);

/** Resources that the row allows: with a yes or a no, and with or without a side. */
function variantsOf(row: Representation, coding: Coding, type: string | undefined): Json[] {
  const values: Json[] =
    type === undefined
      ? [{}, ...(row.resourceType === 'Observation' ? [{ valueBoolean: true }] : [])]
      : [valueOf(type, row), valueOf(type, row, false)];
  if (type === 'string') values.push({ valueString: '2' }); // a grade of another scale
  if (type === 'CodeableConcept') {
    const words = [...row.valueCodes].map((url) => ({ coding: codesOf(url).slice(0, 1) }));
    values.push(...words.map((valueCodeableConcept) => ({ valueCodeableConcept })));
  }
  return values.flatMap((value) => {
    const { bodySite, ...withoutSide } = resourceOf(row, coding, value);
    return bodySite === undefined ? [withoutSide] : [{ ...withoutSide, bodySite }, withoutSide];
  });
}

/** The first variant that the rules see, and what they say of it; a finding must be present. */
async function seenIn(row: Row, coding: Coding, type: string | undefined) {
  const nothing = await saidOf(row);
  for (const resource of variantsOf(row.row, coding, type)) {
    const said = await saidOf(row, resource);
    const answer = answerIn(said);
    if (answer === undefined ? !same(said, nothing) : answer === true) return resource;
  }
  return undefined;
}

const alone = rows.filter(({ name }) => !TOGETHER.has(name));
const withCodes = alone.filter(({ row }) => codesFor(row).length > 0);

function named(some: readonly Row[]): [string, Row][] {
  return some.map((row) => [row.name, row]);
}

describe('a row of the data dictionary', () => {
  it('is there for each retrieve, and only the named ones need more than one resource', () => {
    const names = new Set(rows.map(({ name }) => name));
    expect([...TOGETHER].filter((name) => !names.has(name))).toEqual([]);
    const uncoded = alone.filter((row) => !withCodes.includes(row)).map(({ name }) => name);
    expect(uncoded.toSorted()).toEqual([
      'Indication.Some Diagnosis by Condition of no value set',
      'Population.Draft Requests by ServiceRequest of no value set',
      'PossibleEmergencies.Orders In Hand by ServiceRequest of no value set',
    ]);
  });

  it.each(named(withCodes))('%s is seen by every code it lists', async (_, row) => {
    const [type] = row.row.valueTypes;
    const unseen: string[] = [];
    for (const coding of codesFor(row.row)) {
      if ((await seenIn(row, coding, type)) === undefined) unseen.push(coding.code);
    }
    // A row whose words hold it to further codes sees those only.
    const isHeld = [...row.row.conditions].some((words) => words.includes('coded in'));
    const allowed = isHeld ? codesFor(row.row).length - 1 : 0;
    expect(unseen.slice(allowed)).toEqual([]);
  });

  it.each(named(withCodes.filter(({ row }) => row.valueTypes.size > 0)))(
    '%s is read in every type of value it lists',
    async (_, row) => {
      const [coding = NEVER] = codesFor(row.row);
      for (const type of row.row.valueTypes) {
        const seen = await seenIn(row, coding, type);
        expect({ type, isSeen: seen !== undefined }).toEqual({ type, isSeen: true });
        const said = await saidOf(row, seen);
        if (!row.row.kinds.has('yes or no') || answerIn(said) === undefined) continue;
        const no = await saidOf(row, resourceOf(row.row, coding, valueOf(type, row.row, false)));
        expect({ type, yes: answerIn(said), no: answerIn(no) }).toEqual({
          type,
          yes: true,
          no: false,
        });
      }
    },
  );

  it.each(named(withCodes))(
    '%s is not seen without a code it lists, nor when withdrawn',
    async (_, row) => {
      const nothing = await saidOf(row);
      const [type] = row.row.valueTypes;
      const [coding = NEVER] = codesFor(row.row);
      const listed = (await seenIn(row, coding, type)) ?? resourceOf(row.row, coding);
      const withdrawn = {
        ...listed,
        ...(['AllergyIntolerance', 'Condition'].includes(row.row.resourceType)
          ? { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }
          : { status: 'entered-in-error' }),
      };
      expect(same(await saidOf(row, withdrawn), nothing)).toBe(true);
      if (row.row.valueSet === undefined) return; // what is held to codes later is taken in whole here
      const own = 'code' in listed ? 'code' : 'medicationCodeableConcept';
      const element = row.row.codedElement ?? own;
      const as = (concept: Json): Json => ({
        ...listed,
        [element]: element === own ? concept : [concept],
      });
      const other = as({ coding: [NEVER] });
      expect(same(await saidOf(row, other), nothing)).toBe(true);
      const text = as({ text: 'As the list words it' });
      expect(same(await saidOf(row, text), nothing)).toBe(true);
    },
  );
});

/** Windows in days that the words of a row state, where nothing else could let a resource in. */
function windowsOf({ conditions }: Representation): { yes: number; no?: number } | undefined {
  const words = [...conditions].map((each) => each.replaceAll(/⟦.*?⟧/g, '')).join('; ');
  const answer = /a yes counts from (\d+) days ago on, a no for (\d+) days/.exec(words);
  if (answer) return { yes: Number(answer[1]), no: Number(answer[2]) };
  const newest = /the newest of the last (\d+) days/.exec(words);
  if (newest) return { yes: Number(newest[1]) };
  const dated = [...words.matchAll(/(?:dated|first known) from (\d+) days ago on/g)];
  const isOpen = words.replace(', or on no known day', '').includes(', or ');
  return dated.length === 1 && !isOpen ? { yes: Number(dated[0]?.[1]) } : undefined;
}

function daysAgo(count: number): string {
  return DateTime.fromISO('2026-03-10').minus({ days: count }).toISODate() ?? '';
}

describe('a window of the data dictionary', () => {
  // Readings are kept for longer than they count, to be compared with.
  const longer = new Set([
    'Scores.Pain Readings',
    'Scores.Oswestry Readings',
    'Scores.PEG Readings',
    'Strength.All Grades',
    'Reflexes.All Grades',
  ]);
  const windowed = withCodes.filter(
    ({ fact, row }) => windowsOf(row) && !longer.has(`${fact.library}.${fact.define}`),
  );

  it('is stated in days by many rows', () => {
    expect(windowed.length).toBeGreaterThan(withCodes.length / 5);
  });

  it.each(named(windowed))('%s: its last day counts, the day before does not', async (_, row) => {
    const { yes, no } = windowsOf(row.row) ?? { yes: 0 };
    const coding = codesFor(row.row)[0] ?? NEVER;
    const [type] = row.row.valueTypes;
    const seen = (await seenIn(row, coding, type)) ?? {};
    const said = async (days: number, answer = true): Promise<FactValue> => {
      const value = type === undefined || answer ? {} : valueOf(type, row.row, false);
      const { onsetDateTime, effectiveDateTime, ...rest } = { ...seen, ...value };
      const dates = {
        ...(onsetDateTime === undefined ? {} : { onsetDateTime: daysAgo(days) }),
        ...(effectiveDateTime === undefined ? {} : { effectiveDateTime: daysAgo(days) }),
      };
      return saidOf(row, { ...rest, ...dates });
    };
    const nothing = await saidOf(row);
    expect(same(await said(yes), nothing)).toBe(false);
    expect(same(await said(yes + 1), nothing)).toBe(true);
    if (no === undefined || answerIn(nothing) === undefined) return;
    const last = Math.min(yes, no);
    expect(answerIn(await said(last, false))).toBe(false);
    expect(answerIn(await said(last + 1, false))).toBeNull();
  });
});

function same(one: FactValue, other: FactValue): boolean {
  return JSON.stringify(told(one)) === JSON.stringify(told(other));
}

/** What a value tells: of a list of findings, those that somebody answered. */
function told(value: FactValue): FactValue {
  return Array.isArray(value) ? value.filter((item) => !isUnanswered(item)) : value;
}

function isUnanswered(item: FactValue): boolean {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  const { answer } = item as { answer?: FactValue };
  return answer !== undefined && answerIn(answer) === null;
}
