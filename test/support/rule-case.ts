import type { CaseFile } from '../../src/rule-tests/case-file.ts';
import type { RuleCase } from '../../src/rule-tests/load-cases.ts';
import { aCough } from './mini-content.ts';

/** A patient in the scope of the mini content. */
export const MINI_PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  active: true,
  birthDate: '1980-01-01',
};

/** A case over the mini content: a patient with a cough, unless told otherwise. */
export function aCase(
  written: Partial<CaseFile> = {},
  resources: RuleCase['resources'] = [MINI_PATIENT, aCough()],
): RuleCase {
  return {
    file: 'test/rules/RX-01/case.yaml',
    resources,
    written: { title: 'A case', hook: 'patient-view', expect: { cards: ['RX-01'] }, ...written },
  };
}
