import { expect, it } from 'vitest';
import { distrustOf, readCodes, readOrders } from '../../src/decision/read-codes.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { CodeMap } from '../../src/patient-data/code-map.ts';
import { hasUnreadReason, isUnread } from '../../src/patient-data/unread.ts';

const SNOMED = 'http://snomed.info/sct';
const given = (id: string, code: unknown, resourceType = 'Condition'): Resource => ({
  resourceType,
  id,
  code,
});
const local = given('local', { coding: [{ system: 'urn:site', code: 'C1' }] });
const words = given('words', { text: 'Cough' });
const torn = given('torn', { coding: [{ system: SNOMED, code: '1', display: 'false' }] });
const right = given('right', { coding: [{ system: SNOMED, code: '1', display: 'true' }] });
const note = given('note', { text: 'Cough' }, 'DocumentReference');

const known = {
  systems: new Set([SNOMED]),
  isContradicted: ({ display }: { display?: string | undefined }) => display === 'false',
};
const map = new CodeMap([
  { source: { system: 'urn:site', code: 'C1' }, target: { system: SNOMED, code: '2' } },
]);
const read = (toRules: (resource: Resource) => Resource) =>
  readCodes([local, words, torn, right, note], toRules, { types: new Set(['Condition']), known });

it('hands on what no rule can read as it came, and what it is made of to the rules', () => {
  const { unread, untrusted, resources } = read((resource) => resource);
  expect(unread).toEqual([local, words]);
  expect(untrusted).toEqual([torn]);
  expect(resources).toEqual([local, words, given('torn', { coding: [] }), right, note]);
});

it('takes a local code that the site has mapped for read', () => {
  const { unread } = read((resource) => map.translate(resource));
  expect(unread).toEqual([words]);
});

it('says of an entry that is not trusted which it is, and what to do', () => {
  expect(distrustOf(torn)).toEqual({
    key: 'Condition/torn',
    resourceType: 'Condition',
    reason: 'a code and its display contradict each other; correct one of them',
  });
  expect(distrustOf({ resourceType: 'Condition' }).key).toBe('a Condition without id');
});

const order = (id: string, code: unknown, ...reasonCode: unknown[]): Resource => ({
  resourceType: 'ServiceRequest',
  id,
  code,
  reasonCode,
});

it('tells of orders which say in words only what is ordered, and which say so why', () => {
  const coded = order('coded', right['code'], right['code']);
  const inWords = order('words', words['code'], right['code']);
  const tornOrder = order('torn', torn['code'], torn['code']);
  const why = order('why', right['code'], words['code'], torn['code']);
  const orders = readOrders([coded, inWords, tornOrder, why], (resource) => resource, known);
  expect(orders.map((one) => one.order)).toEqual([
    coded,
    inWords,
    order('torn', { coding: [] }, { coding: [] }),
    order('why', right['code'], words['code'], { coding: [] }),
  ]);
  const unread = orders.filter((one) => isUnread(one.order, known));
  expect(unread.map((one) => one.coded)).toEqual([inWords, tornOrder]);
  const unreadReasons = orders.filter((one) => hasUnreadReason(one.order, known));
  expect(unreadReasons.map((one) => one.coded)).toEqual([tornOrder, why]);
});

it('hands on an order with the codes that a site has mapped', () => {
  const mapped = order('local', local['code']);
  const [found] = readOrders([mapped], (resource) => map.translate(resource), known);
  const coded = map.translate(mapped);
  expect(found).toEqual({ given: mapped, coded, order: coded });
});
