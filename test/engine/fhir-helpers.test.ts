import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileCql } from '../../src/translate/compile.ts';
import { writeFhirHelpers } from '../../src/engine/fhir-helpers.ts';
import type { Program } from '../../src/engine/program.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, anEvaluation, aProgram, factOf } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const MM = { system: 'http://unitsofmeasure.org', code: 'mm' };

// Quantities, periods and ranges of the first observation, converted implicitly.
const TEST = aLibrary(
  'Test',
  `define "Observation": First([Observation])
define "Quantity": "Observation".value as FHIR.Quantity
define "As System": FHIRHelpers.ToQuantity("Quantity")
define "Below Ten": "Quantity" < 10 'mm'
define "Period": FHIRHelpers.ToInterval("Observation".effective as FHIR.Period)
define "Range": FHIRHelpers.ToInterval("Observation".value as FHIR.Range)
define "Concept": FHIRHelpers.ToConcept("Observation".code)`,
);

beforeAll(async () => {
  program = await aProgram(compiler, [TEST]);
});
afterAll(() => compiler.translator.close());

function ofObservation(element: Record<string, unknown>) {
  const observation = { resourceType: 'Observation', id: 'o1', ...element };
  return anEvaluation(program, {
    resources: [{ resourceType: 'Patient', id: 'p1' }, observation],
  });
}

it('writes a library that compiles without error or warning', async () => {
  const source = { file: 'FHIRHelpers', text: writeFhirHelpers(compiler.model) };
  const { problems, elms } = await compileCql([source], compiler.model.xml, compiler);
  expect(problems).toEqual([]);
  expect(elms.map(({ library }) => library.identifier)).toEqual([
    { id: 'FHIRHelpers', version: '4.0.1' },
  ]);
});

it('takes the UCUM code of a quantity, and 1 where it has no unit', async () => {
  const coded = ofObservation({ valueQuantity: { value: 5, unit: 'millimetres', ...MM } });
  expect(await factOf(coded, 'As System')).toEqual({ value: 5, unit: 'mm' });
  expect(await factOf(coded, 'Below Ten')).toBe(true);
  const bare = ofObservation({ valueQuantity: { value: 5 } });
  expect(await factOf(bare, 'As System')).toEqual({ value: 5, unit: '1' });
  expect(await factOf(bare, 'Below Ten')).toBeNull();
});

it('takes a quantity whose unit is not known as unknown', async () => {
  const evaluation = ofObservation({ valueQuantity: { value: 5, unit: 'thumbs' } });
  expect(await factOf(evaluation, 'As System')).toBeNull();
  expect(await factOf(evaluation, 'Below Ten')).toBeNull();
});

it('takes a quantity with a comparator as unknown, since it is not the number it shows', async () => {
  const evaluation = ofObservation({ valueQuantity: { value: 5, comparator: '>', ...MM } });
  expect(await factOf(evaluation, 'As System')).toBeNull();
  expect(await factOf(evaluation, 'Below Ten')).toBeNull();
});

it('takes a quantity without a number as unknown', async () => {
  const evaluation = ofObservation({ valueQuantity: { unit: 'mm' } });
  expect(await factOf(evaluation, 'As System')).toBeNull();
});

it('turns a period into an interval of the site’s times', async () => {
  const evaluation = ofObservation({
    effectivePeriod: { start: '2026-03-01', end: '2026-03-05T23:30:00Z' },
  });
  expect(await factOf(evaluation, 'Period')).toEqual({
    low: '2026-03-01',
    high: '2026-03-06T00:30:00.000+01:00',
  });
});

it('turns a period without start and end into unknown', async () => {
  expect(await factOf(ofObservation({ effectivePeriod: {} }), 'Period')).toBeNull();
});

it('turns a range into an interval of quantities', async () => {
  const evaluation = ofObservation({
    valueRange: { low: { value: 1, ...MM }, high: { value: 2, ...MM } },
  });
  expect(await factOf(evaluation, 'Range')).toEqual({
    low: { value: 1, unit: 'mm' },
    high: { value: 2, unit: 'mm' },
  });
});

it('turns a codeable concept into its codes and its text', async () => {
  const coding = { system: 'http://loinc.org', code: '1-8', display: 'One' };
  const evaluation = ofObservation({ code: { coding: [coding], text: 'Words' } });
  expect(await factOf(evaluation, 'Concept')).toEqual({ codes: [coding], display: 'Words' });
});
