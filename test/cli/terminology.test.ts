import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useFakeFhir } from '../support/fake-fhir.ts';
import { serveTerminology, type FakeTerminology } from '../support/fake-terminology.ts';
import { aFolder } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';

const server = useFakeFhir();

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const SNOMED = 'http://snomed.info/sct';
const LIST = `system,code,display,group,valueset,source,confidence
ICD-10-CM,J45,Asthma,lungs,asthma,a list,verified
ICD-10-CM,J45.20,"Mild asthma, plain",lungs,asthma,a list,verified
ICD-10-CM,J45.99,Old asthma,lungs,asthma,a list [deleted FY2020],verified
SNOMED CT,49727002,Cough,lungs,cough,a list,verified
SNOMED CT,49727002,Cough,lungs,asthma,another list,verified
LOINC,1-1,One,lungs,cough,a list,verified
`;
const SET = {
  resourceType: 'ValueSet',
  url: 'urn:asthma',
  compose: {
    include: [{ system: ICD, filter: [{ property: 'concept', op: 'is-a', value: 'J45' }] }],
  },
};
const SAME: FakeTerminology = {
  codes: {
    [`${ICD}|J45`]: { display: 'Asthma' },
    [`${ICD}|J45.20`]: { display: 'Mild asthma, plain' },
    [`${SNOMED}|49727002`]: { display: 'Cough' },
    'http://loinc.org|1-1': { display: 'One' },
  },
  families: { J45: ['J45', 'J45.20', 'J45.30'] },
};
const DIFFERENT: FakeTerminology = {
  codes: {
    [`${ICD}|J45`]: { display: 'Asthma' },
    [`${SNOMED}|49727002`]: { display: 'Coughing, \u001B[31mmostly', inactive: true },
    [`${SNOMED}|1`]: { display: 'Other' },
  },
  families: { J45: ['J45', 'J46'] },
};

function content(): string {
  return aFolder({
    'cql/terminology/codes.csv': LIST,
    'cql/valuesets/asthma.json': JSON.stringify(SET),
  });
}

const refresh = (folder: string, ...more: string[]) =>
  nerveroot(['terminology', 'refresh', '--server', server.base(), '--content', folder, ...more]);
const listIn = (folder: string) => readFileSync(join(folder, 'cql/terminology/codes.csv'), 'utf8');

describe('terminology refresh', () => {
  it('finds nothing where list and server agree', async () => {
    serveTerminology(server, SAME);
    const folder = content();
    expect(await refresh(folder)).toEqual({
      status: 0,
      out: '4 codes and 1 families compared: 0 differences.\n',
      err: '',
    });
  });

  it('shows every difference, and writes nothing', async () => {
    serveTerminology(server, DIFFERENT);
    const folder = content();
    const { status, out, err } = await refresh(folder);
    expect([status, err]).toEqual([1, '']);
    const list = 'cql/terminology/codes.csv';
    expect(out.split('\n').slice(0, -2)).toEqual([
      `${list}:3: J45.20 (Mild asthma, plain): not known on the server`,
      `${list}:5: 49727002 (Cough): inactive on the server`,
      `${list}:5: 49727002 (Cough): called "Coughing,  [31mmostly" on the server`,
      `J45 and below of ${ICD}: more on the server: J46; fewer on the server, without J45.20`,
      'Not compared: 1 code of http://loinc.org: the FHIR server does not hold the system',
      '3 codes and 1 families compared: 4 differences.',
    ]);
    expect(out).toMatch(/^2 of these can be written to the list: --write [0-9a-f]{8}$/m);
    expect(listIn(folder)).toBe(LIST);
  });

  it('takes a right code with a warning about its display for one of another display', async () => {
    serveTerminology(server, { ...DIFFERENT, onlyWarns: true });
    const { out } = await refresh(content());
    expect(out).toContain(':5: 49727002 (Cough): called "Coughing,  [31mmostly" on the server');
  });

  it('writes the difference that was shown, into each row of its code, and no other', async () => {
    serveTerminology(server, DIFFERENT);
    const folder = content();
    const shown = /--write (\w+)/.exec((await refresh(folder)).out)?.[1] ?? '';
    const { status, out } = await refresh(folder, '--write', shown);
    expect(status).toBe(0);
    expect(out).toContain('2 rows written. Next: nerveroot check');
    const day = new Date().toISOString().slice(0, 10);
    const remark = `[inactive on ${new URL(server.base()).host}, seen ${day}]`;
    expect(listIn(folder)).toBe(
      LIST.replaceAll('49727002,Cough', '49727002,"Coughing,  [31mmostly"')
        .replace('cough,a list,', `cough,"a list ${remark}",`)
        .replace('another list', `"another list ${remark}"`),
    );
    const check = await nerveroot(['check', '--content', folder]);
    expect(check.out).toContain('0 errors');
  });

  it('writes nothing when the server says something else than was shown', async () => {
    serveTerminology(server, DIFFERENT);
    const folder = content();
    const { status, err } = await refresh(folder, '--write', 'cafecafe');
    expect([status, err]).toEqual([
      1,
      'Nothing was written: "cafecafe" is not what was shown here.\n',
    ]);
    expect(listIn(folder)).toBe(LIST);
  });

  it('says what a server does not tell or do', async () => {
    serveTerminology(server, { ...SAME, tellsActivity: false });
    server.json('ValueSet/$expand', { resourceType: 'OperationOutcome', issue: [] }, 501);
    const { status, out } = await refresh(content());
    expect(status).toBe(1);
    expect(out).toContain(
      `Not compared: J45 and below of ${ICD}: the FHIR server answered 501\nThe server says of no code whether it is active.\n4 codes and 0 families compared`,
    );
  });

  it('takes a server that knows no code of a system for one without the system', async () => {
    const codes = { [`${SNOMED}|1`]: { display: 'Other' }, [`${ICD}|Z`]: { display: 'Other' } };
    serveTerminology(server, { codes });
    const { status, out } = await refresh(content());
    expect(status).toBe(1);
    expect(out).toContain(
      `Not compared: 2 codes of ${ICD}: the FHIR server knows none of them, so it does not seem to hold the system`,
    );
    expect(out).toContain('0 codes and 0 families compared: 0 differences.');
  });

  it('says that access is refused', async () => {
    server.json('', { resourceType: 'OperationOutcome', issue: [] }, 401);
    const { status, out } = await refresh(content());
    expect(status).toBe(1);
    expect(out).toContain(
      `Not compared: 2 codes of ${ICD}: the FHIR server refused access (401)\n`,
    );
  });
});

it.each([
  [['refresh'], "required option '--server <url>' not specified"],
  [['refresh', '--server', 'tx'], '--server must be an address, like https://…/fhir'],
  [
    ['refresh', '--server', 'https://tx.example', '--token-env', 'NO_SUCH_TOKEN'],
    'The environment variable NO_SUCH_TOKEN is not set',
  ],
  [['expand', '--server', 'https://tx.example'], "'expand' is invalid for argument 'task'"],
])('refuses %j', async (args, message) => {
  const { status, err } = await nerveroot(['terminology', ...args]);
  expect(status).toBe(2);
  expect(err).toContain(message);
});
