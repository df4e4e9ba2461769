import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useFakeFhir } from '../support/fake-fhir.ts';
import { serveTerminology, type FakeTerminology } from '../support/fake-terminology.ts';
import { aFolder } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';

const server = useFakeFhir();

const refresh = (folder: string, ...more: string[]) =>
  nerveroot(['terminology', 'refresh', '--server', server.base(), '--content', folder, ...more]);
const expansions = () => server.seen().filter(({ path }) => path.endsWith('$expand')).length;
const lackOf = (out: string) => out.split('\n').filter((line) => line.includes('not listed'));
const listIn = (folder: string) => readFileSync(join(folder, 'cql/terminology/codes.csv'), 'utf8');

describe('terminology refresh of a value set that is filled from a code', () => {
  const RX = 'http://www.nlm.nih.gov/research/umls/rxnorm';
  const RX_LIST = `system,code,display,group,valueset,source,confidence
RxNorm,1,linctus,cough,syrups,a list,verified
RxNorm,2,linctus 5 MG Tablet,cough,syrups,a list,verified
RxNorm,9,linctus 9 MG Tablet,cough,other,decided on,verified
LOINC,1-1,One,lungs,cough,a list,verified
`;
  const syrups = (more: object = {}) => ({
    resourceType: 'ValueSet',
    url: 'urn:syrups',
    extension: [
      {
        url: 'urn:nerveroot:extension:filled-from',
        valueCoding: { system: RX, code: '1', display: 'linctus' },
      },
    ],
    compose: {
      include: [
        { system: 'http://loinc.org', concept: [{ code: '1-1', display: 'One' }] },
        {
          system: RX,
          concept: [
            { code: '1', display: 'linctus' },
            { code: '2', display: 'linctus 5 MG Tablet' },
          ],
        },
      ],
      ...more,
    },
  });
  const RELATIONS = `system,steps,value,source
${RX},made_with + sold_as > sold_as,CUI:{code},a page
${RX},makes + sells > sells,CUI:{code},a page
${RX},made_with + sold_as > sold_as,{code},a page
`;
  const filled = (set: object = syrups(), relations = RELATIONS) =>
    aFolder({
      'cql/terminology/codes.csv': RX_LIST,
      'cql/terminology/relations.csv': relations,
      'cql/valuesets/syrups.json': JSON.stringify(set),
    });
  const KNOWS: FakeTerminology = {
    codes: {
      [`${RX}|1`]: { display: 'linctus' },
      [`${RX}|2`]: { display: 'linctus 5 MG Tablet' },
      [`${RX}|3`]: { display: 'linctus 5 MG Tablet [Hem, "mild"]' },
      [`${RX}|4`]: { display: 'linctus 7 MG Tablet' },
      [`${RX}|9`]: { display: 'linctus 9 MG Tablet' },
      'http://loinc.org|1-1': { display: 'One' },
    },
    families: {
      'made_with CUI:1': ['2', '4', '9', '1'],
      'sold_as CUI:2': ['3'],
      'sold_as CUI:4': ['3'],
    },
  };

  it('shows each code that it lacks, once, and writes nothing', async () => {
    serveTerminology(server, KNOWS);
    const folder = filled();
    const { status, out, err } = await refresh(folder);
    expect([status, err]).toEqual([1, '']);
    expect(out.split('\n').slice(0, -2)).toEqual([
      'cql/valuesets/syrups.json: 4 (linctus 7 MG Tablet): made of linctus on the server, and not listed',
      'cql/valuesets/syrups.json: 3 (linctus 5 MG Tablet [Hem, "mild"]): made of linctus on the server, and not listed',
      '4 codes and 0 families compared: 2 differences.',
    ]);
    expect(out).toMatch(/^2 of these can be written to the list: --write [0-9a-f]{8}$/m);
    expect(listIn(folder)).toBe(RX_LIST);
  });

  it('writes what was shown into the list and the value set, so that check and refresh find nothing', async () => {
    serveTerminology(server, KNOWS);
    const folder = filled();
    const shown = /--write (\w+)/.exec((await refresh(folder)).out)?.[1] ?? '';
    const { status, out } = await refresh(folder, '--write', shown);
    expect(status).toBe(0);
    expect(out).toContain('2 rows written. Next: nerveroot check');
    const day = new Date().toISOString().slice(0, 10);
    const source = `${new URL(server.base()).host} ValueSet/$expand: made of 1, seen ${day}`;
    expect(listIn(folder)).toBe(
      RX_LIST.replace(
        'RxNorm,2,',
        () => `RxNorm,4,linctus 7 MG Tablet,cough,syrups,"${source}",verified
RxNorm,3,"linctus 5 MG Tablet [Hem, ""mild""]",cough,syrups,"${source}",verified
RxNorm,2,`,
      ),
    );
    const text = readFileSync(join(folder, 'cql/valuesets/syrups.json'), 'utf8');
    const { compose } = JSON.parse(text) as ReturnType<typeof syrups>;
    expect(compose.include[1]?.concept).toEqual([
      { code: '1', display: 'linctus' },
      { code: '2', display: 'linctus 5 MG Tablet' },
      { code: '4', display: 'linctus 7 MG Tablet' },
      { code: '3', display: 'linctus 5 MG Tablet [Hem, "mild"]' },
    ]);
    expect((await nerveroot(['check', '--content', folder])).out).toContain('0 errors');
    expect((await refresh(folder)).out).toContain('6 codes and 0 families compared: 0 differences');
  });

  it('writes one row for a code that two value sets lack', async () => {
    serveTerminology(server, KNOWS);
    const folder = aFolder({
      'cql/terminology/codes.csv': RX_LIST,
      'cql/terminology/relations.csv': RELATIONS,
      'cql/valuesets/syrups.json': JSON.stringify(syrups()),
      'cql/valuesets/more.json': JSON.stringify({ ...syrups(), url: 'urn:more' }),
    });
    const shown = /--write (\w+)/.exec((await refresh(folder)).out)?.[1] ?? '';
    expect((await refresh(folder, '--write', shown)).out).toContain('2 rows written');
    expect(listIn(folder).match(/^RxNorm,4,/gm)).toHaveLength(1);
    expect((await refresh(folder)).out).toContain(': 0 differences');
  });

  it('writes nothing when the server knows other codes than were shown', async () => {
    serveTerminology(server, KNOWS);
    const folder = filled();
    const shown = /--write (\w+)/.exec((await refresh(folder)).out)?.[1] ?? '';
    serveTerminology(server, { ...KNOWS, families: { 'made_with CUI:1': ['4'] } });
    expect((await refresh(folder, '--write', shown)).err).toContain('Nothing was written');
    expect(listIn(folder)).toBe(RX_LIST);
  });

  it('leaves out what the value set takes out', async () => {
    serveTerminology(server, { ...KNOWS, families: { 'made_with CUI:1': ['9', '4'] } });
    const exclude = [{ system: RX, concept: [{ code: '9', display: 'linctus 9 MG Tablet' }] }];
    const { out } = await refresh(filled(syrups({ exclude })));
    expect(out).toContain('4 (linctus 7 MG Tablet)');
    expect(out).not.toContain('9 (linctus');
  });

  it('says which step a server does not go, and what it does not name', async () => {
    serveTerminology(server, { ...KNOWS, families: { 'made_with CUI:1': ['77'] } });
    const what = `Not compared: what is made of 1 of ${RX}`;
    expect((await refresh(filled())).out).toContain(
      `${what}: 1 of its codes have no display there`,
    );
    serveTerminology(server, { ...KNOWS, families: {} });
    expect((await refresh(filled())).out).toContain(
      `${what}: the FHIR server finds nothing by the relations in cql/terminology/relations.csv`,
    );
    server.json('ValueSet/$expand', { resourceType: 'OperationOutcome', issue: [] }, 422);
    const { status, out } = await refresh(filled());
    expect(status).toBe(1);
    expect(out).toContain(`${what}: made_with: the FHIR server answered 422`);
  });

  const LACKS = [
    'cql/valuesets/syrups.json: 4 (linctus 7 MG Tablet): made of linctus on the server, and not listed',
    'cql/valuesets/syrups.json: 3 (linctus 5 MG Tablet [Hem, "mild"]): made of linctus on the server, and not listed',
  ];

  it.each([
    ['what is so related to the code', 'CUI:', 'made_with', 'sold_as'],
    ['what the code is so related to', 'CUI:', 'makes', 'sells'],
    ['what is so related, by the bare code', '', 'made_with', 'sold_as'],
  ])('takes the first way whose first relation finds something: %s', async (_, cui, make, sell) => {
    const families = {
      [`${make} ${cui}1`]: ['2', '4', '9', '1'],
      [`${sell} ${cui}2`]: ['3'],
      [`${sell} ${cui}4`]: ['3'],
    };
    serveTerminology(server, { ...KNOWS, families });
    expect(lackOf((await refresh(filled())).out)).toEqual(LACKS);
  });

  it('goes no way whose first relation finds nothing, since it may lead the other way', async () => {
    serveTerminology(server, {
      ...KNOWS,
      families: { 'sold_as CUI:1': ['4'], 'sells CUI:1': ['3'] },
    });
    expect(lackOf((await refresh(filled())).out)).toEqual([]);
  });

  it('shows what other relations find where one is refused, and asks no more for that one', async () => {
    serveTerminology(server, { ...KNOWS, knownFilters: /^made_with CUI:/ });
    const { out } = await refresh(filled());
    expect(lackOf(out)).toEqual(LACKS.slice(0, 1));
    expect(out).toContain(
      `Not compared: what is made of 1 of ${RX}: sold_as: the FHIR server answered 500: Unknown filter "sold_as = CUI:1"\n`,
    );
    expect(expansions()).toBe(2);
  });

  it('says how the first way is refused where every way is', async () => {
    serveTerminology(server, { ...KNOWS, knownFilters: /^other / });
    const { out } = await refresh(filled());
    expect(out.split('\n').filter((line) => line.startsWith('Not compared'))).toEqual([
      `Not compared: what is made of 1 of ${RX}: made_with: the FHIR server answered 500: Unknown filter "made_with = CUI:1"`,
    ]);
  });

  it('asks about half of the codes where all are too many for the server', async () => {
    const codes = { ...KNOWS.codes, [`${RX}|5`]: { display: 'linctus 9 MG Pack' } };
    const families = {
      'made_with CUI:1': ['2', '4'],
      'sold_as CUI:2': ['3'],
      'sold_as CUI:4': ['5', '3'],
    };
    serveTerminology(server, { codes, families, mostCodes: 1 });
    expect((await refresh(filled())).out).toContain(
      `finds nothing by the relations in cql/terminology/relations.csv, and refuses made_with: the FHIR server answered 422: The expansion has too many codes\n`,
    );
    serveTerminology(server, {
      codes,
      families: { ...families, 'sold_as CUI:2': ['3', '9'] },
      mostCodes: 2,
    });
    const { out } = await refresh(filled());
    expect(lackOf(out)).toHaveLength(3);
    expect(out).not.toContain('Not compared');
  });

  it('asks once about a code that fills two value sets', async () => {
    serveTerminology(server, { ...KNOWS, families: {} });
    const folder = aFolder({
      'cql/terminology/codes.csv': RX_LIST,
      'cql/terminology/relations.csv': RELATIONS,
      'cql/valuesets/syrups.json': JSON.stringify(syrups()),
      'cql/valuesets/more.json': JSON.stringify({ ...syrups(), url: 'urn:more' }),
    });
    const { out } = await refresh(folder);
    expect(out.match(/^Not compared/gm)).toHaveLength(1);
    expect(expansions()).toBe(3);
  });

  it('asks for nothing of a system that the server does not hold', async () => {
    serveTerminology(server, { codes: { 'http://loinc.org|1-1': { display: 'One' } } });
    const { out } = await refresh(filled());
    expect(out).toContain(
      `Not compared: 3 codes of ${RX}: the FHIR server does not hold the system`,
    );
    expect(expansions()).toBe(0);
  });

  it.each([
    [
      'a code that it does not hold',
      syrups({
        include: [{ system: RX, concept: [{ code: '2', display: 'linctus 5 MG Tablet' }] }],
      }),
      RELATIONS,
      'Code 1 of http://www.nlm.nih.gov/research/umls/rxnorm is not in the value set that is filled from it',
    ],
    [
      'a system without relations',
      syrups(),
      'system,steps,value,source\n',
      'cql/terminology/relations.csv does not say how codes of http://www.nlm.nih.gov/research/umls/rxnorm are related',
    ],
    [
      'a relation of no system',
      syrups(),
      `${RELATIONS}rxnorm,sold_as,CUI:{code},\n`,
      'cql/terminology/relations.csv:5:1: error: The code system "rxnorm" is no URL',
    ],
    [
      'an empty step',
      syrups(),
      `${RELATIONS}${RX},sold_as >,CUI:{code},\n`,
      'cql/terminology/relations.csv:5:1: error: A step is empty; write filter properties with + between them, and > between steps',
    ],
    [
      'a value without a code',
      syrups(),
      `${RELATIONS}${RX},sold_as,CUI:,\n`,
      'cql/terminology/relations.csv:5:1: error: The value "CUI:" must hold {code}, where the code stands',
    ],
  ])('is refused by check with %s', async (_what, set, relations, message) => {
    const { status, out, err } = await nerveroot(['check', '--content', filled(set, relations)]);
    expect(status).toBe(1);
    expect(out + err).toContain(message);
  });
});
