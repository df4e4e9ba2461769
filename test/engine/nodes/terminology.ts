import { FAILS, type NodeTable } from '../../support/node-cases.ts';

/** Value sets and codes, and what is read from the record. */
export const TERMINOLOGY: NodeTable = {
  Retrieve: [
    [
      '[Condition]',
      [
        { reference: 'Condition/c1' },
        { reference: 'Condition/c2' },
        { reference: 'Condition/c3' },
        { reference: 'Condition/c4' },
      ],
    ],
    ['[Procedure]', []],
    ['[Condition: "Coughs"]', [{ reference: 'Condition/c1' }, { reference: 'Condition/c3' }]],
    ['[Condition: "Dry"]', [{ reference: 'Condition/c1' }, { reference: 'Condition/c3' }]],
    [
      '[Condition: code in "Coughs"]',
      [{ reference: 'Condition/c1' }, { reference: 'Condition/c3' }],
    ],
    ['[Condition: code in { "Dry", "Wet" }]', FAILS],
    ['[Condition: code ~ "Dry"]', [{ reference: 'Condition/c1' }, { reference: 'Condition/c3' }]],
    ['[Condition: "Pains"]', [{ reference: 'Condition/c2' }]],
    ['[Observation: "Coughs"]', [{ reference: 'Observation/o1' }]],
    ['[Condition: category in "Coughs"]', [{ reference: 'Condition/c1' }]],
    ['[Condition: code in (null as List<Code>)]', []],
    ['[Condition: "Any Cough"]', [{ reference: 'Condition/c1' }, { reference: 'Condition/c3' }]],
    ['[Patient]', [{ reference: 'Patient/p1' }]],
    ['[Condition: code in ({} as List<Code>)]', FAILS],
    ['[Observation: status in "Coughs"]', []],
  ],
  ValueSetRef: [
    ['"One".code in "Coughs"', true],
    ['"Coughs".id', 'urn:coughs'],
    ['"Coughs" ~ "Coughs"', true],
    ['"Coughs" = "Pains"', false],
  ],
  InValueSet: [
    ['"Dry" in "Coughs"', true],
    ['"Ache" in "Coughs"', false],
    ['(null as Code) in "Coughs"', false],
    ['\'dry\' in "Coughs"', false],
    ['ToConcept("Dry") in "Coughs"', true],
    ['"One".code in "Coughs"', true],
    ['"One".code in "Pains"', false],
    ['Patient.maritalStatus in "Coughs"', false],
    ['Code { code: \'dry\' } in "Coughs"', false],
    ["Code { code: 'dry', system: 'urn:s', version: '9' } in \"Coughs\"", true],
    ['"Any Cough" in "Coughs"', true],
    ['((1) X where X > 2 return "Dry") in "Coughs"', false],
  ],
  AnyInValueSet: [
    ['{ "Ache", "Dry" } in "Coughs"', true],
    ['{ "Ache" } in "Coughs"', false],
    ['(null as List<Code>) in "Coughs"', false],
    ['({} as List<Code>) in "Coughs"', false],
    ['{ null, "Dry" } in "Coughs"', true],
    ['{ null as Code } in "Coughs"', false],
    ['"One".category in "Coughs"', true],
  ],
  CodeSystemRef: [
    ['"S"', { id: 'urn:s', version: null, name: 'S' }],
    ['"T"', { id: 'urn:t', version: '2', name: 'T' }],
  ],
  CodeRef: [
    ['"Dry"', { system: 'urn:s', code: 'dry', display: 'Dry cough' }],
    ['"Ache"', { system: 'urn:t', code: 'ache' }],
  ],
};
