import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { askOther, NO_OTHER_SERVER, OTHER_SERVER } from './hapi.ts';

const SYSTEM = 'http://hl7.org/fhir/sid/icd-10-cm';
const ON_THE_SERVER = {
  resourceType: 'CodeSystem',
  id: 'lungs',
  url: SYSTEM,
  name: 'Lungs',
  status: 'active',
  content: 'complete',
  concept: [
    {
      code: 'J45',
      display: 'Asthma',
      concept: [
        { code: 'J45.2', display: 'Mild asthma' },
        { code: 'J45.8', display: 'Other asthma' },
      ],
    },
    { code: 'R05', display: 'Cough' },
  ],
};

const LIST = 'cql/terminology/codes.csv';
const listIn = (folder: string) => readFileSync(join(folder, LIST), 'utf8');

function contentOf(...rows: readonly string[]): string {
  const listed = rows.map((row) => `${SYSTEM},${row},lungs,asthma,a list,verified\n`);
  const compose = {
    include: [{ system: SYSTEM, filter: [{ property: 'concept', op: 'is-a', value: 'J45' }] }],
  };
  return aFolder({
    [LIST]: `system,code,display,group,valueset,source,confidence\n${listed.join('')}`,
    'cql/valuesets/asthma.json': JSON.stringify({
      resourceType: 'ValueSet',
      url: 'urn:asthma',
      compose,
    }),
  });
}

const refresh = (folder: string, ...more: string[]) =>
  nerveroot(['terminology', 'refresh', '--server', OTHER_SERVER, '--content', folder, ...more]);

describe.skipIf(NO_OTHER_SERVER)('terminology refresh with HAPI FHIR', () => {
  beforeAll(async () => {
    const { status } = await askOther('CodeSystem/lungs', { method: 'PUT', body: ON_THE_SERVER });
    if (status >= 300) throw new Error(`The code system was not stored: ${status}`);
  });

  it('shows a display that differs and a code that is not there, and what the server cannot do', async () => {
    const folder = contentOf('J45,Asthma', 'R05,Coughing', 'R06,Wheezing');
    const before = listIn(folder);
    const { status, out, err } = await refresh(folder);
    expect([status, err]).toEqual([1, '']);
    const [display, unknown, family, ...rest] = out.split('\n');
    expect(display).toBe(`${LIST}:3: R05 (Coughing): called "Cough" on the server`);
    expect(unknown).toBe(`${LIST}:4: R06 (Wheezing): not known on the server`);
    // Without its full-text index it expands no filters.
    expect(family).toMatch(
      `Not compared: J45 and below of ${SYSTEM}: the FHIR server answered 500: HAPI-0389`,
    );
    expect(rest.slice(0, 2)).toEqual([
      'The server says of no code whether it is active.',
      '3 codes and 0 families compared: 2 differences.',
    ]);
    expect(listIn(folder)).toBe(before);
  });

  it('writes what was shown', async () => {
    const folder = contentOf('J45,Asthma', 'R05,Coughing');
    const before = listIn(folder);
    const shown = /--write (\w+)/.exec((await refresh(folder)).out)?.[1] ?? '';
    expect((await refresh(folder, '--write', shown)).status).toBe(0);
    expect(listIn(folder)).toBe(before.replace('Coughing', 'Cough'));
  });

  it('stores nothing on the server', async () => {
    await refresh(contentOf('J45,Asthma', 'R05,Coughing'));
    const { body } = await askOther('Parameters?_summary=count');
    expect(body).toMatchObject({ resourceType: 'Bundle', total: 0 });
  });
});
