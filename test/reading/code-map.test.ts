import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodeMap } from '../../src/reading/code-map.ts';

const LOCAL = 'urn:site:findings';
const SNOMED = 'http://snomed.info/sct';
const LEFT = { system: SNOMED, code: '7771000', display: 'Left' };
const map = new CodeMap([
  {
    source: { system: LOCAL, code: 'SADDLE' },
    target: { system: SNOMED, code: '449813001' },
    isSame: true,
  },
  { source: { system: LOCAL, code: 'L' }, target: LEFT, isSame: false },
  { source: { system: LOCAL, code: 'LT' }, target: LEFT, isSame: true },
]);

describe('a code map', () => {
  it('adds what a local code stands for, and keeps the rest as it came', () => {
    const local = { system: LOCAL, code: 'SADDLE', display: 'Numb saddle' };
    const observation = {
      resourceType: 'Observation',
      code: { coding: [local], text: 'Numb saddle' },
      bodySite: { coding: [{ system: LOCAL, code: 'L' }] },
      component: [{ code: { coding: [{ system: LOCAL, code: 'OTHER' }] } }],
    };
    const before = structuredClone(observation);
    expect(map.translate(observation)).toEqual({
      ...observation,
      code: { coding: [local, { system: SNOMED, code: '449813001' }], text: 'Numb saddle' },
      bodySite: { coding: [{ system: LOCAL, code: 'L' }, LEFT] },
    });
    expect(observation).toEqual(before);
  });

  it('adds a code once, and none that is there', () => {
    const both = {
      coding: [
        { system: LOCAL, code: 'L' },
        { system: LOCAL, code: 'LT' },
      ],
    };
    const there = { coding: [{ system: LOCAL, code: 'L' }, LEFT] };
    const translated = map.translate({ resourceType: 'Observation', both, there });
    expect(translated).toEqual({
      resourceType: 'Observation',
      both: { coding: [...both.coding, LEFT] },
      there,
    });
  });

  it('leaves alone the same code of another system, and a code without one', () => {
    const other = {
      resourceType: 'Observation',
      code: { coding: [{ system: 'urn:else', code: 'L' }, { code: 'L' }, 'L', null] },
    };
    expect(map.translate(other)).toBe(other);
  });

  it('knows the local codes of a code', () => {
    expect(map.sourcesOf(LEFT)).toEqual([
      { system: LOCAL, code: 'L' },
      { system: LOCAL, code: 'LT' },
    ]);
    expect(map.sourcesOf({ system: SNOMED, code: '24028007' })).toEqual([]);
  });

  it('puts before a code the local one that says the same, the first of the file, and none that says less', () => {
    const order = {
      resourceType: 'ServiceRequest',
      code: { coding: [{ system: SNOMED, code: '449813001' }], text: 'Numb saddle' },
      bodySite: [{ coding: [LEFT] }],
    };
    const before = structuredClone(order);
    expect(map.localise(order)).toEqual({
      ...order,
      code: {
        coding: [
          { system: LOCAL, code: 'SADDLE' },
          { system: SNOMED, code: '449813001' },
        ],
        text: 'Numb saddle',
      },
      bodySite: [{ coding: [{ system: LOCAL, code: 'LT' }, LEFT] }],
    });
    expect(order).toEqual(before);
  });

  it('puts no local code where it stands already, or where the site has none', () => {
    const there = { coding: [LEFT, { system: LOCAL, code: 'LT' }] };
    const order = { resourceType: 'ServiceRequest', there, code: { coding: [{ code: '1' }] } };
    expect(map.localise(order)).toBe(order);
  });

  it('only ever adds codings, and adds none the second time', () => {
    const coding = fc.oneof(
      fc.constantFrom({ system: LOCAL, code: 'L' }, { system: LOCAL, code: 'LT' }, LEFT),
      fc.jsonValue(),
    );
    const { element } = fc.letrec((tie) => ({
      element: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue(),
        fc.record({ coding: fc.array(coding) }),
        fc.dictionary(fc.constantFrom('code', 'bodySite', 'component'), tie('element')),
        fc.array(tie('element')),
      ),
    }));
    fc.assert(
      fc.property(element, (value) => {
        const resource = { resourceType: 'Observation', value };
        const translated = map.translate(resource);
        expect(map.translate(translated)).toBe(translated);
        expect(withoutAdded(translated)).toEqual(withoutAdded(resource));
      }),
    );
  });
});

/** The value without any coding that this map may add. */
function withoutAdded(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => JSON.stringify(item) !== JSON.stringify(LEFT)).map(withoutAdded);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, withoutAdded(child)]),
  );
}
