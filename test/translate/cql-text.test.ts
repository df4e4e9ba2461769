import { expect, it } from 'vitest';
import { declarationsOf, includedLibraries, libraryName } from '../../src/translate/cql-text.ts';

it.each([
  ["library Plain version '1'", 'Plain'],
  ['library "Quoted Name"', 'Quoted Name'],
  ['/* library Not */ // library Nor\nlibrary This', 'This'],
  ['define X: 1', undefined],
])('reads the library name of %j', (text, name) => {
  expect(libraryName(text)).toBe(name);
});

const TEXT = `library Test version '1.0.0'
using FHIR version '4.0.1'
include Duration version '1.0.0' // include Nothing
include Evidence version '1.0.0' called Lines
codesystem "SNOMED": 'http://snomed.info/sct'
valueset "Pain": 'urn:pain'
parameter Days Integer default 42
context Patient
/* define "Not This": 1 */
define "Long Ago": Duration."Weeks" > Days and Pain.x is null // define "Nor This": 1
  define private function Twice(a Integer):
  a + a + Length('define "In A Text": "Pain"')
define fluent function "Half Of"(a Integer): a
`;

it('reads what a text declares, and where', () => {
  const found = declarationsOf(TEXT).map(
    ({ name, line, column, isFunction }) => `${line}:${column} ${isFunction ? '()' : ''}${name}`,
  );
  expect(found).toEqual([
    '3:1 Duration',
    '4:1 Lines',
    '5:1 SNOMED',
    '6:1 Pain',
    '7:1 Days',
    '10:1 Long Ago',
    '11:3 ()Twice',
    '13:1 ()Half Of',
  ]);
});

it('reads the library that an include stands for, whatever it is called', () => {
  expect(includedLibraries(TEXT)).toEqual(['Duration', 'Evidence']);
});

function mentions(name: string) {
  const declaration = declarationsOf(TEXT).find((one) => one.name === name);
  return declaration?.mentions.map((parts) => parts.join(' of '));
}

it('reads what a declaration mentions, and no text and no comment', () => {
  expect(mentions('Long Ago')).toEqual([
    'Duration of Weeks',
    'Days',
    'and',
    'Pain of x',
    'is',
    'null',
  ]);
  expect(mentions('Twice')).toEqual(['a', 'Integer', 'a', 'a', 'Length']);
});

it('reads on after a quote that is not closed', () => {
  const found = declarationsOf('define "One: 1\ndefine Two: 2\ndefine "Three": 3');
  expect(found.map(({ name }) => name)).toEqual(['Two', 'Three']);
});
