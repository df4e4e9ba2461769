import type { KnownCodes } from '../../src/reading/known.ts';

/** What reading knows of codes in tests of its own: one system, and nothing else unless it is said. */
export function knownCodes(changes: Partial<KnownCodes> = {}): KnownCodes {
  return {
    systems: new Set(['http://loinc.org', 'http://snomed.info/sct']),
    isContradicted: ({ display }) => display === 'false name',
    valueSetsWith: () => [],
    valueSetsBelow: () => [],
    askedOf: () => undefined,
    isDecided: () => false,
    displaysOf: () => [],
    possible: () => [],
    codeOf: () => undefined,
    ranges: new Map(),
    convert: () => undefined,
    modifiers: new Set(),
    ...changes,
  };
}
