import { afterAll, beforeAll, expect, it } from 'vitest';
import { restsOnGate } from '../../src/content/rests-on-gate.ts';
import type { Program } from '../../src/engine/program.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const BODY = `define "Adult": true
define "Pain": true
define "Flag": true
define "Gate": "Adult" or ("Flag" or Other."Order")
define "Begins With A Part": "Adult" and "Pain"
define "Holds It Deeper": "Pain" and ("Pain" and "Flag")
define "Holds It In A Define": "Pain" and "Begins With A Part"
define "Holds It In Another Library": Other."Order" and "Pain"
define "Is A Part": "Flag"
define "Is The Gate": "Gate" and "Pain"
define "Rests On Something Else": "Pain"
define "Has It On One Side Of Or": "Adult" or "Pain"
define "Is Not It": not "Adult"
define "Asks Whether": "Adult" is true`;

beforeAll(async () => {
  const other = aLibrary('Other', 'define "Order": true');
  program = await aProgram(compiler, [other, aLibrary('Test', BODY, ['Other'])]);
});
afterAll(() => compiler.translator.close());

it.each([
  ['Begins With A Part', true],
  ['Holds It Deeper', true],
  ['Holds It In A Define', true],
  ['Holds It In Another Library', true],
  ['Is A Part', true],
  ['Is The Gate', true],
  ['Rests On Something Else', false],
  ['Has It On One Side Of Or', false],
  ['Is Not It', false],
  // True or false of it, and never unknown: it may be right, and is not seen.
  ['Asks Whether', false],
])(
  'of what is decided by "%s" it is %s that it is false where the gate is',
  (expression, rests) => {
    const gate = { library: 'Test', expression: 'Gate' };
    expect(restsOnGate(program, gate, { library: 'Test', expression })).toBe(rests);
  },
);
