import { afterAll, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { contentOf, faultsOf, miniContent } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const GOOD = `title: A cough
story: Coughs.
try: { hook: patient-view }
patient:
  - { resourceType: Patient, birthDate: today - 45 years }
  - resourceType: Condition
    code: { coding: [{ system: http://snomed.info/sct, code: "386661006" }] }
`;

function withPatient(text: string, file = 'anna.yaml') {
  return miniContent([], { [`hooks/demo-patients/${file}`]: text });
}

it('gives the demo patients by the names of their files', async () => {
  const content = await contentOf(compiler, withPatient(GOOD));
  expect(content.demoPatients.map(({ id, title, hook }) => [id, title, hook])).toEqual([
    ['anna', 'A cough', 'patient-view'],
  ]);
});

it('keeps the version of the content, since demo patients change no answer', async () => {
  const [without, with_] = [
    await contentOf(compiler),
    await contentOf(compiler, withPatient(GOOD)),
  ];
  expect(with_.version).toBe(without.version);
});

it.each([
  [GOOD.replace('birthDate', 'birthday'), '5:30', 'Patient has no element "birthday" in FHIR R4'],
  [GOOD.replace('Condition', 'Unicorn'), '6:5', 'FHIR R4 has no resource type Unicorn'],
  [GOOD.replace('story', 'tale'), '2:1', '"tale": Unrecognized key: "tale"'],
  [
    GOOD.replace('Patient,', 'Patient, id: otto,'),
    '5:30',
    "The Patient's id must be anna, as the file is called",
  ],
  [
    GOOD.replace('Patient,', 'Device,').replace('birthDate: today - 45 years', ''),
    '4:1',
    'A demo patient has one resource of type Patient',
  ],
])('names what is wrong in a demo patient, with its place: %#', async (text, place, message) => {
  const faults = await faultsOf(compiler, withPatient(text));
  expect(faults).toContain(`hooks/demo-patients/anna.yaml:${place}: error: ${message}`);
});

it('holds the codes against the verified list, where the folder keeps one', async () => {
  const content = {
    ...withPatient(GOOD),
    'cql/terminology/codes.csv':
      'system,code,display,confidence\nSNOMED CT,49727002,Cough,verified\n',
  };
  const faults = await faultsOf(compiler, content);
  expect(faults.filter((fault) => fault.includes('demo-patients'))).toEqual([
    'hooks/demo-patients/anna.yaml:7:56: error: Code 386661006 of http://snomed.info/sct is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ]);
});
