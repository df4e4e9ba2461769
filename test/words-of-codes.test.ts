import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../src/content/csv-file.ts';
import { ROOT, theContent } from './support/content.ts';

const { knownCodes } = await theContent();

const nameOf = (url: string): string => url.replace(/^.*:/, '');
const rowsOf = (file: string) =>
  readCsv({ file, text: readFileSync(join(ROOT, file), 'utf8') }, []);

/** Whose words are to be found: the value sets that the table has words for, by the types of resource. */
const typesOf = new Map<string, Set<string>>();
for (const { types = '', value_set: name = '' } of rowsOf('cql/reading/words.csv')) {
  for (const type of name === '' ? [] : types.split(' ')) {
    typesOf.set(name, (typesOf.get(name) ?? new Set()).add(type));
  }
}

const SYSTEMS: Readonly<Record<string, string>> = {
  'ICD-10-CM': 'http://hl7.org/fhir/sid/icd-10-cm',
  'SNOMED CT': 'http://snomed.info/sct',
  LOINC: 'http://loinc.org',
  RxNorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
};

interface Written {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** Each code of the verified list and of the value sets themselves, the project's own among them. */
function written(): Written[] {
  const listed = rowsOf('cql/terminology/codes.csv').map(
    ({ system = '', code = '', display = '' }) => ({
      system: SYSTEMS[system] ?? system,
      code,
      display,
    }),
  );
  const own = readdirSync(join(ROOT, 'cql/valuesets')).flatMap((file) => {
    const { compose } = JSON.parse(readFileSync(join(ROOT, 'cql/valuesets', file), 'utf8')) as {
      compose: {
        include: readonly { system?: string; concept?: readonly Omit<Written, 'system'>[] }[];
      };
    };
    return compose.include.flatMap(({ system = '', concept = [] }) =>
      concept.map((one) => ({ ...one, system })),
    );
  });
  return [...listed, ...own];
}

/** Displays that words need not find, and why. */
const EXCEPTIONS: readonly { type: string; sets: RegExp; display: RegExp; why: string }[] = [
  {
    type: 'DiagnosticReport',
    sets: /-conditions$/,
    display: /./,
    why: 'a report tells what is seen in images, not the names of diagnoses; its words have tests of their own',
  },
  {
    type: 'Condition',
    sets: /^population-conditions$/,
    display: /foot drop/i,
    why: 'in words it is named for every patient by itself',
  },
  {
    type: 'Condition',
    sets: /^pregnancy-conditions$/,
    display: /^Encounter for pregnancy test/,
    why: 'in words a test is set aside, and its result stands in another clause',
  },
  {
    type: 'Observation',
    sets: /^fever-or-infection-risk$/,
    display: /^Fever or risk of/,
    why: 'an Observation of a risk is mostly a score',
  },
];

const isExcepted = (type: string, name: string, display: string): boolean =>
  EXCEPTIONS.some((one) => one.type === type && one.sets.test(name) && one.display.test(display));

describe('the display of a code that a value set holds', () => {
  const asked = written().flatMap(({ system, code, display }) =>
    knownCodes
      .valueSetsWith([{ system, code }])
      .flatMap((url) =>
        [...(typesOf.get(nameOf(url)) ?? [])].map((type) => ({ type, url, display })),
      ),
  );

  it('finds the value set by its words', () => {
    const missed = asked.filter(
      ({ type, url, display }) =>
        !isExcepted(type, nameOf(url), display) &&
        !knownCodes.possible(type, display).some(({ valueSet }) => valueSet === url),
    );
    expect(missed.map(({ type, url, display }) => `${type} ${nameOf(url)}: ${display}`)).toEqual(
      [],
    );
  });

  it('is excepted only where there is such a display', () => {
    const unused = EXCEPTIONS.filter(
      (one) =>
        !asked.some(
          ({ type, url, display }) =>
            one.type === type && one.sets.test(nameOf(url)) && one.display.test(display),
        ),
    );
    expect(unused).toEqual([]);
  });
});
