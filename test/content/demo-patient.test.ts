import { expect, it } from 'vitest';
import { DEMO_FOLDER, loadDemoPatients } from '../../src/content/demo-patient.ts';
import { formatFault } from '../../src/content/fault.ts';
import { readVerifiedCodes } from '../../src/content/terminology.ts';
import { FhirModel } from '../../src/engine/fhir-model.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';
import { aFolder } from '../support/folder.ts';

const model = new FhirModel(readModelInfo());

const GOOD = `title: A cough
story: Coughs.
try: { hook: patient-view }
patient:
  - { resourceType: Patient, birthDate: today - 45 years }
  - resourceType: Condition
    code: { coding: [{ system: http://snomed.info/sct, code: "386661006" }] }
`;

function folderWith(text: string) {
  return { [`${DEMO_FOLDER}/anna.yaml`]: text };
}

it('gives the demo patients by the names of their files', async () => {
  const { patients } = await loadDemoPatients(aFolder(folderWith(GOOD)), model);
  expect(patients.map(({ id, title, hook }) => [id, title, hook])).toEqual([
    ['anna', 'A cough', 'patient-view'],
  ]);
});

it('leaves out a faulty story, and gives the others', async () => {
  const files = { ...folderWith(GOOD), [`${DEMO_FOLDER}/otto.yaml`]: 'title: Otto' };
  const { patients, faults } = await loadDemoPatients(aFolder(files), model);
  expect([patients.map(({ id }) => id), faults.length]).toEqual([['anna'], 3]);
});

it('finds none where there is no folder of them', async () => {
  expect(await loadDemoPatients(aFolder(), model)).toEqual({ patients: [], faults: [] });
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
  const { faults } = await loadDemoPatients(aFolder(folderWith(text)), model);
  expect(faults.map(formatFault)).toContain(
    `hooks/demo-patients/anna.yaml:${place}: error: ${message}`,
  );
});

it('holds the codes against the verified list when it is given', async () => {
  const text = 'system,code,display,confidence\nSNOMED CT,49727002,Cough,verified\n';
  const verified = readVerifiedCodes([{ file: 'codes.csv', text }], []);
  const { faults } = await loadDemoPatients(aFolder(folderWith(GOOD)), model, verified);
  expect(faults.map(formatFault)).toEqual([
    'hooks/demo-patients/anna.yaml:7:56: error: Code 386661006 of http://snomed.info/sct is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ]);
});
