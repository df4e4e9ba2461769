import { expect, it } from 'vitest';
import { partsOf } from '../../src/reading/parts.ts';

const SHARED = {
  status: 'final',
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2026-03-01',
  bodySite: { text: 'left' },
};
const code = (text: string) => ({ code: { text } });

it('makes each component an Observation with what it shares with the panel', () => {
  const panel = {
    resourceType: 'Observation',
    id: 'panel',
    ...SHARED,
    ...code('panel'),
    note: [{ text: 'not shared' }],
    component: [
      { ...code('one'), valueInteger: 1 },
      { ...code('two'), valueInteger: 2 },
    ],
  };
  const part = {
    resourceType: 'Observation',
    ...SHARED,
    derivedFrom: [{ reference: 'Observation/panel' }],
  };
  expect(partsOf(panel)).toEqual([
    { ...part, ...code('one'), valueInteger: 1 },
    { ...part, ...code('two'), valueInteger: 2 },
  ]);
});

it('takes what a member that it contains says of itself over what the panel says', () => {
  const panel = {
    resourceType: 'Observation',
    status: 'final',
    effectiveDateTime: '2026-03-01',
    hasMember: [{ reference: '#in' }, { reference: 'Observation/elsewhere' }, { reference: '#p' }],
    contained: [
      { resourceType: 'Observation', id: 'in', status: 'preliminary', ...code('in') },
      { resourceType: 'Patient', id: 'p' },
      { resourceType: 'Observation', id: 'no-member', ...code('other') },
    ],
  };
  expect(partsOf(panel)).toEqual([
    {
      resourceType: 'Observation',
      status: 'preliminary',
      effectiveDateTime: '2026-03-01',
      ...code('in'),
      derivedFrom: [{ reference: 'Observation/without id' }],
    },
  ]);
});

it('takes the results that a report contains, in kinds of their own', () => {
  const report = {
    resourceType: 'DiagnosticReport',
    id: 'r',
    ...SHARED,
    category: [code('laboratory')],
    ...code('report'),
    result: [{ reference: '#in' }, { reference: 'Observation/elsewhere' }],
    contained: [{ resourceType: 'Observation', id: 'in', ...code('in'), valueBoolean: true }],
  };
  expect(partsOf(report)).toEqual([
    {
      resourceType: 'Observation',
      ...SHARED,
      ...code('in'),
      valueBoolean: true,
      derivedFrom: [{ reference: 'DiagnosticReport/r' }],
    },
  ]);
});

it.each([
  ['an Observation without parts', { resourceType: 'Observation', component: [] }],
  ['another resource', { resourceType: 'DiagnosticReport', component: [code('one')] }],
  ['parts of no form', { resourceType: 'Observation', component: 'one', hasMember: ['two'] }],
])('finds none in %s', (_what, resource) => {
  expect(partsOf(resource)).toEqual([]);
});
