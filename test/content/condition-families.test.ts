import { expect, it } from 'vitest';
import { loadTerminology } from '../../src/content/load.ts';
import { CodeService } from '../../src/engine/code-service.ts';

const system = 'http://hl7.org/fhir/sid/icd-10-cm';
const { valueSets } = await loadTerminology('.');
const service = new CodeService(valueSets);

/** The value sets that hold a code of ICD-10-CM, by their names. */
function holdersOf(code: string): string[] {
  return service
    .holdersOf({ system, code })
    .map((url) => url.replace('urn:nerveroot:valueset:', ''));
}

// Codes as records write them; most of them are not in the verified list.
it.each([
  ['M45.6', ['axial-spondyloarthritis-conditions']],
  ['M45A7', ['axial-spondyloarthritis-conditions']],
  ['M46.1', ['axial-spondyloarthritis-conditions']],
  ['H20.013', ['anterior-uveitis-conditions']],
  ['K50.012', ['inflammatory-bowel-conditions']],
  ['K51.511', ['inflammatory-bowel-conditions']],
  ['L40.0', ['psoriasis-conditions']],
  ['L40.52', ['spondyloarthritis-joint-conditions']],
  ['M47.22', ['spondylosis-conditions']],
  ['I71.43', ['abdominal-aortic-aneurysm-conditions']],
  ['I71.62', ['abdominal-aortic-aneurysm-conditions']],
  ['I70.213', ['leg-artery-conditions']],
  ['I70.92', ['leg-artery-conditions']],
  ['I82.4Z1', ['leg-vein-thrombosis-conditions', 'venous-thrombosis-conditions']],
  ['I82.512', ['venous-thrombosis-conditions']],
  ['D70.4', ['immunosuppression-conditions']],
  ['D80.5', ['immunosuppression-conditions']],
  ['D81.31', ['immunosuppression-conditions']],
  ['D82.4', ['immunosuppression-conditions']],
  ['D83.1', ['immunosuppression-conditions']],
  ['D84.81', ['immunosuppression-conditions']],
])('%s is of %j', (code, sets) => {
  expect(holdersOf(code)).toEqual(sets);
});

it.each([
  ['lens-induced uveitis', 'H20.21'],
  ['dissection of the aorta', 'I71.02'],
  ['an aneurysm in the chest', 'I71.23'],
  ['atherosclerosis of the aorta', 'I70.0'],
  ['atherosclerosis of a renal artery', 'I70.1'],
  ['atherosclerosis of a site that is not stated', 'I70.91'],
])('%s (%s) is of none', (_what, code) => {
  expect(holdersOf(code)).toEqual([]);
});

it('counts discitis as infection, not as spondyloarthritis', () => {
  const holders = holdersOf('M46.46');
  expect(holders).toContain('spinal-or-bone-infection-conditions');
  expect(holders).not.toContain('axial-spondyloarthritis-conditions');
});
