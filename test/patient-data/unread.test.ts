import { expect, it } from 'vitest';
import { isUnread, withoutContradicted, type KnownCodes } from '../../src/patient-data/unread.ts';

const KNOWN: KnownCodes = {
  systems: new Set(['http://loinc.org', 'http://snomed.info/sct']),
  isContradicted: ({ display }) => display === 'false name',
};
const condition = (code?: unknown) => ({ resourceType: 'Condition', id: 'c', code });

it.each([
  ['words alone', { text: 'Cough' }, true],
  ['a local code', { coding: [{ system: 'urn:local', code: '1' }] }, true],
  ['a code without a system', { coding: [{ code: '49727002' }] }, true],
  ['a system without a code', { coding: [{ system: 'http://snomed.info/sct' }] }, true],
  ['an empty code', { coding: [{ system: 'http://snomed.info/sct', code: '' }] }, true],
  ['codings of no form', { coding: 'x', text: 3 }, true],
  [
    'a code of a known system',
    { coding: [{ system: 'http://snomed.info/sct', code: '1' }] },
    false,
  ],
  [
    'one under another name of it',
    { coding: [{ system: 'urn:oid:2.16.840.1.113883.6.96', code: '1' }] },
    false,
  ],
  ['nothing that could be shown', undefined, false],
])('takes a resource with %s for unread or not', (_what, code, expected) => {
  expect(isUnread(condition(code), KNOWN)).toBe(expected);
});

it('takes away the codings that their display contradicts, and nothing else', () => {
  const right = { system: 'http://loinc.org', code: '1-1', display: 'true name' };
  const torn = { system: 'http://loinc.org', code: '2-2', display: 'false name' };
  const given = condition({ text: 'Words', coding: [torn, right, 'odd', null] });
  expect(withoutContradicted(given, KNOWN)).toEqual(
    condition({ text: 'Words', coding: [right, 'odd', null] }),
  );
  expect(given.code).toEqual({ text: 'Words', coding: [torn, right, 'odd', null] });
});

it.each([condition(), condition({ text: 'Words' }), condition({ coding: [{ code: 'x' }] })])(
  'gives back the same object where there is nothing to take away: %j',
  (given) => {
    expect(withoutContradicted(given, KNOWN)).toBe(given);
  },
);
