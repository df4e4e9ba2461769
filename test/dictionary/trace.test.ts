import { afterAll, describe, expect, it } from 'vitest';
import { ElmReader } from '../../src/elm/elm-reader.ts';
import type { Fact } from '../../src/dictionary/fact.ts';
import { Tracer } from '../../src/dictionary/trace.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const COUGHS = { url: 'urn:test:coughs', codes: [{ system: 'urn:system', code: 'c' }] };

/** The facts of a library with the value set "Coughs", some parameters and functions with words. */
async function factsOf(defines: string): Promise<Fact[]> {
  const body = `valueset "Coughs": 'urn:test:coughs'
parameter Days Integer default 30
parameter Drafts List<FHIR.DomainResource>
context Patient
// Counts by its status.
// @observation: final
define function IsFinal(observation FHIR.Observation): observation.status.value = 'final'
// @result: {count} days ago
define function DaysAgo(count Integer): Today() - 1 day
// @observations: newest since {since}
define function Newest(name String, observations List<FHIR.Observation>, since Date):
  First(observations O where IsFinal(O) and O.value is FHIR.boolean)
// @measured: in {unit}
define function Above(measured FHIR.Quantity, unit String): measured.value.value > 1
${defines}`;
  const program = await aProgram(compiler, [aLibrary('Test', body)], [COUGHS]);
  return new Tracer(new ElmReader(program)).factsOf('Test');
}

const plain = (facts: Fact[]) =>
  facts.map(({ title, comment, representations }) => ({
    title,
    comment,
    rows: representations.map((r) => ({
      type: r.resourceType,
      set: r.valueSet,
      values: [...r.valueTypes],
      words: [...r.valueWords],
      when: [...r.conditions],
    })),
  }));

describe('a fact of the dictionary', () => {
  it('is a define that retrieves, with its comment; what only refers to it is none', async () => {
    const facts = await factsOf(`// A cough.
define "Cough": [Condition: "Coughs"]
define "Any": exists "Cough"`);
    expect(plain(facts)).toEqual([
      {
        title: 'Cough',
        comment: 'A cough.',
        rows: [{ type: 'Condition', set: 'urn:test:coughs', values: [], words: [], when: [] }],
      },
    ]);
  });

  it('goes by its title, or by the name that its function is given', async () => {
    const facts = await factsOf(`// @title: First
define "A": Newest('Named', [Observation], DaysAgo(1))
define "B": Newest('Named', [Observation], DaysAgo(1))
define "C": { Newest('One', [Observation], DaysAgo(1)), Newest('Other', [Observation], DaysAgo(1)) }`);
    expect(facts.map(({ title }) => title)).toEqual(['First', 'Named', 'C']);
  });

  it('is told in the words of the functions that its resources go through', async () => {
    const facts = await factsOf(
      `define "Answer": Newest('Answer', [Observation: "Coughs"] O where O.value is not null, DaysAgo(Days))`,
    );
    expect(plain(facts)[0]?.rows[0]).toEqual({
      type: 'Observation',
      set: 'urn:test:coughs',
      values: ['boolean'],
      words: [],
      when: ['`O.value is not null`', 'newest since 30⟦Test.Days⟧ days ago'],
    });
  });

  it('is told in CQL where there are no words, and joins them as the CQL does', async () => {
    const facts = await factsOf(
      `define "Some": [Observation] O where IsFinal(O) and (O.issued is null or not IsFinal(O))`,
    );
    expect(plain(facts)[0]?.rows[0]?.when).toEqual([
      'final and (`O.issued is null`, or not final)',
    ]);
  });

  it('takes no words from what is returned or tested of what was found', async () => {
    const facts = await factsOf(`define "Rows": [Observation] O return Tuple { done: IsFinal(O) }
define "Test": not IsFinal(First([Observation]))`);
    expect(plain(facts).map(({ rows }) => rows[0]?.when)).toEqual([[], []]);
  });

  it('reads values wherever they are read, through tuples, casts and other defines', async () => {
    const facts = await factsOf(`define "Measured": [Observation] O return Tuple { seen: O }
define "High": "Measured" M
  where M.seen.value is FHIR.Quantity and Above(M.seen.value as FHIR.Quantity, 'kg')`);
    expect(plain(facts)[0]?.rows[0]).toMatchObject({ values: ['Quantity'], words: ['in kg'] });
  });

  it('keeps what is read of one apart from what is read of another', async () => {
    const facts = await factsOf(`define "Two": {
  First([Observation: "Coughs"] O where O.value is FHIR.boolean),
  First([Observation] O where O.value is FHIR.string) }`);
    expect(plain(facts)[0]?.rows.map(({ values }) => values)).toEqual([['boolean'], ['string']]);
  });

  it('tells drafts of a call from the record', async () => {
    const facts = await factsOf(
      `define "Orders": Drafts D where D is FHIR.ServiceRequest return D as FHIR.ServiceRequest
define "Coughing": "Orders" R where R.code in "Coughs"`,
    );
    expect(facts[0]?.representations[0]).toMatchObject({
      isDraft: true,
      resourceType: 'ServiceRequest',
      heldTo: new Set(['urn:test:coughs']),
    });
  });
});
