import { afterAll, describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/content/cql-libraries.ts';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary } from '../support/cql.ts';
import { faultsOf, MINI_CONTENT, miniContent, type Edit } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const MINI = 'cql/Mini.cql';
const NOT_VERIFIED =
  'is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv';

it.each<readonly [what: string, from: string, to: string, fault: string]>([
  [
    'a syntax error',
    'Today()',
    'Today(',
    '28:1: error: Syntax error at <EOF>: what stands before it is not complete',
  ],
  [
    'a type error',
    'Today()',
    'Today() + true',
    '27:20: error: Could not resolve call to operator Add with signature (System.Date, System.Boolean).',
  ],
  [
    'a unit that UCUM does not have',
    'Today()',
    "5 'milligrams'",
    '27:20: error: milligrams is not a valid UCUM code.',
  ],
  [
    'a value set that no file defines',
    "'urn:mini:valueset:cough'",
    "'urn:mini:valueset:none'",
    '7:1: error: No file in cql/valuesets/ defines value set urn:mini:valueset:none',
  ],
  [
    'a code that is not in the verified list',
    "'386661006'",
    "'1'",
    `8:1: error: Code 1 of http://snomed.info/sct ${NOT_VERIFIED}`,
  ],
  [
    'a code with another display',
    "display 'Fever'",
    "display 'Fevers'",
    '8:1: error: Code 386661006 of http://snomed.info/sct has the display "Fevers", but the verified list says "Fever"',
  ],
])(
  'reports %s where it stands, and not the cards that rest on it',
  async (_what, from, to, fault) => {
    expect(await faultsOf(compiler, miniContent([[MINI, from, to]]))).toEqual([`${MINI}:${fault}`]);
  },
);

it('reports a wrong name once, not where libraries and cards rest on it, and another beside it', async () => {
  const others = {
    'cql/More.cql': aLibrary('More', 'define "Coughs": not Mini."Has Cough"', ['Mini']),
    'cql/Most.cql': aLibrary('Most', 'define "Coughs": More."Coughs" and Elsewhere', ['More']),
    'hooks/cards/RX-03.yaml': MINI_CONTENT['hooks/cards/RX-01.yaml']
      ?.replaceAll('RX-01', 'RX-03')
      .replace('show: Has Cough', 'show: More.Coughs'),
  };
  const edit: Edit = [MINI, 'exists "Coughs"', 'exists "Cougs"'];
  expect(await faultsOf(compiler, miniContent([edit], others))).toEqual([
    `${MINI}:12:41: error: Could not resolve identifier Cougs in the current library. ` +
      'Did you mean "Cough" or "Coughs"? (More rests on it and could not be checked)',
    'cql/Most.cql:6:36: error: Could not resolve identifier Elsewhere in the current library.',
  ]);
});

it('reports files that declare another library, none, or one that is there already', async () => {
  const others = {
    'cql/One.cql': "library Another version '1.0.0'\n",
    'cql/Two.cql': 'define "Nothing": 1\n',
    'cql/Zwei.cql': MINI_CONTENT['cql/Looked.cql'],
  };
  expect(await faultsOf(compiler, miniContent([], others))).toEqual([
    'cql/One.cql:1:1: error: Library Another must stand in Another.cql',
    "cql/Two.cql:1:1: error: The file declares no library; begin it with: library Two version '1.0.0'",
    'cql/Zwei.cql:1:1: error: Library Looked is also declared in cql/Looked.cql',
  ]);
});

it('reports libraries that include each other, and not those that include them', async () => {
  const others = {
    'cql/A.cql': aLibrary('A', 'define X: 1', ['B']),
    'cql/B.cql': aLibrary('B', 'define X: 1', ['A']),
    'cql/C.cql': aLibrary('C', 'define X: A.X', ['A']),
  };
  expect(await faultsOf(compiler, miniContent([], others))).toEqual([
    'cql/A.cql:1:1: error: Libraries must not include each other: A → B → A',
    'cql/B.cql:1:1: error: Libraries must not include each other: B → A → B',
  ]);
});

it('finds the system of a code in the library that an alias stands for', async () => {
  const others = {
    'cql/Terms.cql': aLibrary('Terms', '').replace(
      'context Patient',
      `codesystem "Snomed": 'http://snomed.info/sct'`,
    ),
    'cql/Uses.cql': aLibrary('Uses', '').replace(
      'context Patient',
      `include Terms version '1.0.0' called T\ncode "Fever": '386661006' from T."Snomed" display 'Fever'`,
    ),
  };
  expect(await faultsOf(compiler, miniContent([], others))).toEqual([]);
});

it('reports the faults of several broken files at once, by file and line', async () => {
  const edits: Edit[] = [
    [MINI, 'Today()', 'Today('],
    ['hooks/cards/NC-01.yaml', 'title: Not checked', 'titel: Not checked'],
    ['hooks/override-reasons.yaml', '  display: Already done\n', ''],
    ['cql/valuesets/cough.json', '"Cough"', '"Coughing"'],
  ];
  expect(await faultsOf(compiler, miniContent(edits))).toEqual([
    'cql/Mini.cql:28:1: error: Syntax error at <EOF>: what stands before it is not complete',
    'cql/valuesets/cough.json:8:23: error: Code 49727002 of http://snomed.info/sct has the display "Coughing", but the verified list says "Cough"',
    'hooks/cards/NC-01.yaml:1:1: error: "title": is missing',
    'hooks/cards/NC-01.yaml:2:1: error: "titel": Unrecognized key: "titel"',
    'hooks/cards/RX-01.yaml:31:19: error: hooks/override-reasons.yaml has no reason "already-done"',
    'hooks/override-reasons.yaml:1:1: error: "already-done.display": is missing',
  ]);
});

it('says which nodes are evaluated more slowly, with the first of their places', async () => {
  const slow = 'if Median({ 1, 2 }) > Median({ 3, 4 }) then null else Today()';
  const faults = await faultsOf(compiler, miniContent([[MINI, 'Today()', slow]]));
  expect(faults).toEqual([
    `${MINI}:27:23: warning: 2 nodes of kind Median (Mini.Today Is) are evaluated by the slower engine`,
  ]);
});

it('names no more than three definitions, and refuses what no engine knows', () => {
  const node = { type: 'Levitate', localId: '7' };
  const definitions = ['A.a', 'A.b', 'A.c', 'A.d'];
  const first = { library: 'A', node };
  const faults: ContentFault[] = [];
  checkKinds(
    {
      uncompiled: [{ kind: 'Levitate', isKnown: false, count: 4, definitions, first }],
      locatorOf: (library, localId) => (library === 'A' && localId === '7' ? '3:5-3:9' : undefined),
    },
    new Map([['A', 'cql/A.cql']]),
    faults,
  );
  expect(faults.map(formatFault)).toEqual([
    'cql/A.cql:3:5: error: 4 nodes of kind Levitate (A.a, A.b, A.c, …) are known to no engine',
  ]);
});

const withText = (text: string) =>
  faultsOf(compiler, miniContent([[MINI, 'define "Today Is": Today()', `define "Text": ${text}`]]));

describe('a text of the CQL that is written like the URL of a value set', () => {
  it.each([
    ['misspelt', "'urn:mini:valueset:couhg'", ' Did you mean urn:mini:valueset:cough?', 16],
    ['unlike any', "{ 'urn:mini:valueset:none' }", '', 18],
  ])('is a fault when it is %s', async (_what, text, hint, column) => {
    const name = /urn:[^']+/.exec(text)?.[0] ?? '';
    const dot = hint === '' ? '' : '.';
    expect(await withText(text)).toEqual([
      `${MINI}:27:${column}: error: No file in cql/valuesets/ defines value set ${name}${dot}${hint}`,
    ]);
  });

  it('is found in functions, where they are called or not', async () => {
    const faults = await withText(
      `1\ndefine function Of(sets List<String>): 'urn:mini:valueset:x' in sets`,
    );
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${MINI}:28:`);
  });

  it.each([
    "'urn:mini:valueset:cough'",
    "'urn:mini:valueset:' + 'cough'",
    "'urn:mini:codesystem:cough'",
    "'urn:mini'",
    "''",
  ])('is none when it is one, or something else: %s', async (text) => {
    expect(await withText(text)).toEqual([]);
  });
});
