import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/content.ts';
import { useFakeFhir } from '../support/fake-fhir.ts';
import { serveTerminology, type FakeTerminology } from '../support/fake-terminology.ts';
import { aFolder } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';

const server = useFakeFhir();

const RX = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const DISPLAYS = {
  '1364430': 'apixaban',
  '1364431': 'apixaban 2.5 MG',
  '1364435': 'apixaban 2.5 MG Oral Tablet',
  '1364436': 'Eliquis',
  '1364441': 'apixaban 2.5 MG Oral Tablet [Eliquis]',
  '1364444': 'apixaban 5 MG',
  '1364445': 'apixaban 5 MG Oral Tablet',
  '1364446': 'apixaban 5 MG [Eliquis]',
  '1364447': 'apixaban 5 MG Oral Tablet [Eliquis]',
};

/**
 * What FHIRsmith 0.9.5 (commit 02dfbbe405d301b9fbe2c51701f04beee5e27b3c) found when it was given
 * these codes with their relationships of RxNorm, and asked for each relationship of each code. Of
 * the relationships below, all that is not here found nothing.
 */
const FOUND: readonly [string, string, readonly string[]][] = [
  ['has_ingredient', '1364430', ['1364431', '1364444']],
  ['has_ingredient', '1364436', ['1364446', '1364441', '1364447']],
  ['tradename_of', '1364430', ['1364436']],
  ['tradename_of', '1364444', ['1364446']],
  ['tradename_of', '1364435', ['1364441']],
  ['tradename_of', '1364445', ['1364447']],
  ['consists_of', '1364431', ['1364435']],
  ['consists_of', '1364444', ['1364445']],
  ['consists_of', '1364446', ['1364447']],
  ['ingredient_of', '1364431', ['1364430']],
  ['ingredient_of', '1364444', ['1364430']],
  ['ingredient_of', '1364446', ['1364436']],
  ['ingredient_of', '1364441', ['1364436']],
  ['ingredient_of', '1364447', ['1364436']],
  ['has_tradename', '1364436', ['1364430']],
  ['has_tradename', '1364446', ['1364444']],
  ['has_tradename', '1364441', ['1364435']],
  ['has_tradename', '1364447', ['1364445']],
  ['constitutes', '1364435', ['1364431']],
  ['constitutes', '1364445', ['1364444']],
  ['constitutes', '1364447', ['1364446']],
];
const PAIRS = [
  ['has_ingredient', 'ingredient_of'],
  ['tradename_of', 'has_tradename'],
  ['form_of', 'has_form'],
  ['has_part', 'part_of'],
  ['consists_of', 'constitutes'],
  ['contains', 'contained_in'],
] as const;
const INVERSE = new Map<string, string>(
  PAIRS.flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]),
);

const answering = (filterOf: (property: string, code: string) => string): FakeTerminology => ({
  tellsActivity: false,
  codes: Object.fromEntries(
    Object.entries(DISPLAYS).map(([code, display]) => [`${RX}|${code}`, { display }]),
  ),
  families: Object.fromEntries(
    FOUND.map(([property, code, found]) => [filterOf(property, code), found]),
  ),
});
/** Anything else was refused: `Unknown filter "has_ingredient = 1364430"`. */
const OF_RXNORM = new RegExp(`^(${PAIRS.flat().join('|')}) CUI:`);
const FHIRSMITH = { takesBatches: 'redirects', knownFilters: OF_RXNORM } as const;

const SERVERS: readonly [string, FakeTerminology][] = [
  [
    'FHIRsmith 0.9.5',
    { ...answering((property, code) => `${property} CUI:${code}`), ...FHIRSMITH },
  ],
  [
    // Commit c95bf244a55b5903472433af88dab7eda3752be4, the last to take relationships as the SQL of
    // https://hl7.org/fhir/R4/rxnorm.html does; it found the same by their inverse.
    'FHIRsmith 0.8.1',
    { ...answering((property, code) => `${INVERSE.get(property)} CUI:${code}`), ...FHIRSMITH },
  ],
  [
    // With Lucene, and a CodeSystem whose properties are the relationships. It refuses nothing.
    'HAPI FHIR 8.8.0',
    answering((property, code) => `${property} ${code}`),
  ],
];

const LISTED = ['1364430', '1364435', '1364445'] as const;
const content = () =>
  aFolder({
    'cql/terminology/codes.csv': [
      'system,code,display,group,valueset,source,confidence',
      ...LISTED.map((code) => `RxNorm,${code},${DISPLAYS[code]},a,a,a list,verified`),
      '',
    ].join('\n'),
    'cql/terminology/relations.csv': readFileSync(
      join(ROOT, 'cql/terminology/relations.csv'),
      'utf8',
    ),
    'cql/valuesets/a.json': JSON.stringify({
      resourceType: 'ValueSet',
      url: 'urn:a',
      extension: [
        {
          url: 'urn:nerveroot:extension:filled-from',
          valueCoding: { system: RX, code: '1364430', display: 'apixaban' },
        },
      ],
      compose: {
        include: [
          { system: RX, concept: LISTED.map((code) => ({ code, display: DISPLAYS[code] })) },
        ],
      },
    }),
  });

it.each(SERVERS)('finds products and brand as %s answers', async (_, fake) => {
  serveTerminology(server, fake);
  const where = ['--server', server.base(), '--content', content()];
  const { out, err } = await nerveroot(['terminology', 'refresh', ...where]);
  expect(err).toBe('');
  expect(out.split('\n').slice(0, -2)).toEqual([
    ...(['1364431', '1364444', '1364436', '1364446', '1364441', '1364447'] as const).map(
      (code) =>
        `cql/valuesets/a.json: ${code} (${DISPLAYS[code]}): made of apixaban on the server, and not listed`,
    ),
    'The server says of no code whether it is active.',
    '3 codes and 0 families compared: 6 differences.',
  ]);
});
