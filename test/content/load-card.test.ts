import { afterAll, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { faultsOf, MINI_CONTENT, miniContent, type Edit } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const CARD = 'hooks/cards/RX-01.yaml';
const ORDERS = 'hooks/cards/RX-02.yaml';
const NOT_CHECKED = 'hooks/cards/NC-01.yaml';
const MINI_HAS =
  'It has: In Scope, Coughs, Has Cough, Has Order, Facts Used, What Is Unknown, Urgency, Orders, Number Of Coughs, Today Is';

/** One edit of a card, and all that the loader says of it. */
type Row = [what: string, file: string, from: string, to: string, ...faults: string[]];

/** What the loader says after the edit, and what it must say. */
async function compare([, file, from, to, ...faults]: Row) {
  const edit: Edit = [file, from, to];
  const said = await faultsOf(compiler, miniContent([edit]));
  return { said, expected: faults.map((fault) => `${file}:${fault}`) };
}

it.each<Row>([
  [
    'an expression in other letters, with the one that was meant',
    CARD,
    'show: Has Cough',
    'show: has cough',
    '4:1: error: CQL library Mini has no expression "has cough". Did you mean "Has Cough"?',
  ],
  [
    'a misspelt expression, with the one that was meant',
    CARD,
    'show: Has Cough',
    'show: Has Cogh',
    '4:1: error: CQL library Mini has no expression "Has Cogh". Did you mean "Has Cough"?',
  ],
  [
    'an expression that is nowhere, with those there are',
    CARD,
    'show: Has Cough',
    'show: Wheeze',
    `4:1: error: CQL library Mini has no expression "Wheeze". ${MINI_HAS}`,
  ],
  [
    'an expression of another type than "show" takes',
    CARD,
    'show: Has Cough',
    'show: Coughs',
    '4:1: error: Mini.Coughs must be Boolean, but is List<FHIR.Condition>',
  ],
  [
    'an expression of another type than "indicator" takes',
    CARD,
    'expression: Urgency',
    'expression: Has Cough',
    '5:14: error: Mini.Has Cough must be String, but is Boolean',
  ],
  [
    'an expression of another type than "unknown" takes',
    CARD,
    'unknown: What Is Unknown',
    'unknown: Urgency',
    '10:1: error: Mini.Urgency must be List<String>, but is String',
  ],
  [
    'facts without the fields of a fact',
    CARD,
    'facts: Facts Used',
    'facts: Orders',
    '9:1: error: Each item of Mini.Orders needs fact, date, source',
  ],
  [
    'a library that is nowhere, once and not at every mention',
    CARD,
    'library: Mini',
    'library: Maxi',
    '3:1: error: There is no CQL library Maxi',
  ],
  [
    'an indicator that CDS Hooks does not have',
    CARD,
    'indicator: { expression: Urgency }',
    'indicator: loud',
    '5:1: error: "indicator": must be info, warning, critical or { expression: <a String define> }',
  ],
  [
    '"show" without "library"',
    CARD,
    'library: Mini\n',
    '',
    '1:1: error: "library" and "show" go together: a card is shown by an expression of a library',
    '3:1: error: Write it as Library.Define',
    '4:14: error: Write it as Library.Define',
    '5:1: error: {{Number Of Coughs}}: Write it as Library.Define',
    '8:1: error: Write it as Library.Define',
    '9:1: error: Write it as Library.Define',
  ],
  [
    'an annotation of a card that is about no order',
    NOT_CHECKED,
    'guidance:',
    'annotate: { description: Rated, extension: { url: "https://a.example/x", valueCode: good } }\nguidance:',
    '7:1: error: A card without "show" is about no order',
  ],
  [
    'an annotation of items that refer to no order',
    CARD,
    'facts: Facts Used',
    'forEach: Facts Used\nfacts: Facts Used\nannotate: { description: Rated, extension: { url: "https://a.example/x", valueCode: good } }',
    '9:1: error: Each item of Mini.Facts Used needs reference',
  ],
  [
    'an annotation with a code that nobody verified',
    ORDERS,
    'guidance:',
    'annotate: { description: Rated, extension: { url: "https://a.example/x", valueCoding: { system: "https://a.example", code: good } } }\nguidance:',
    '10:118: error: Code good of https://a.example is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ],
  [
    'an annotation that depends on the patient',
    ORDERS,
    'guidance:',
    'annotate: { description: Rated, extension: { url: "https://a.example/x", valueString: "{{item.display}}" } }\nguidance:',
    '10:33: error: An extension is the same for every patient; it holds no {{tags}}',
  ],
  [
    'an annotation without a value',
    ORDERS,
    'guidance:',
    'annotate: { description: Rated, extension: { url: "https://a.example/x" } }\nguidance:',
    '10:33: error: "annotate.extension": needs "url" and one value, like valueCodeableConcept',
  ],
  [
    'an annotation under a condition that is no Boolean',
    ORDERS,
    'guidance:',
    'annotate: { when: Urgency, description: Rated, extension: { url: "https://a.example/x", valueCode: good } }\nguidance:',
    '10:13: error: Mini.Urgency must be Boolean, but is String',
  ],
])('reports %s', async (...row) => {
  const { said, expected } = await compare(row);
  expect(said).toEqual(expected);
});

it.each<Row>([
  [
    'a template that names no fact',
    CARD,
    '{{Number Of Coughs}}',
    '{{Number}}',
    `6:1: error: {{Number}}: CQL library Mini has no expression "Number". ${MINI_HAS}`,
  ],
  [
    'a template that names no library',
    CARD,
    '{{Number Of Coughs}}',
    '{{Max.Number}}',
    '6:1: error: {{Max.Number}}: There is no CQL library Max',
  ],
  [
    'a field that the items do not have',
    ORDERS,
    'Order {{item.display}}.',
    'Order {{item.name}}.',
    '8:1: error: {{item.name}}: the items of Mini.Orders have display, reference',
  ],
  [
    'a define without its library in the card that is shown without one',
    NOT_CHECKED,
    'Undecided:',
    '{{Has Cough}}',
    '5:1: error: {{Has Cough}}: a card without "show" can name undecided, data, isUndecided, siteChanges, isChangedBySite, isOnlyChangedBySite and defines as Library.Define',
  ],
  [
    'a define that is not there in the card that is shown without one',
    NOT_CHECKED,
    'Undecided:',
    '{{Mini.Has Cold}}',
    `5:1: error: {{Mini.Has Cold}}: CQL library Mini has no expression "Has Cold". ${MINI_HAS}`,
  ],
  [
    'a lack that is untold of a card that is shown by a define',
    CARD,
    'title: Cough',
    'title: Cough\ntoldWhere: { Condition: Mini.Has Cough }',
    '3:1: error: Only a card without "show" tells what data are lacking',
  ],
  [
    'a lack of a type that is none',
    NOT_CHECKED,
    'title: Not checked',
    'title: Not checked\ntoldWhere: { Conditions: Mini.Has Cough }',
    '3:14: error: FHIR R4 has no resource type Conditions; write one, Patient.birthDate, or a rule',
  ],
  [
    'an inverted section',
    CARD,
    'Listen',
    '{{^Has Cough}}Fine{{/Has Cough}}',
    '7:1: error: {{^Has Cough}} is refused: unknown would read as no. Write a define that is true in that case',
  ],
  [
    'an unescaped value',
    CARD,
    '{{patientId}}.',
    '{{{patientId}}}.',
    '7:1: error: {{{patientId}}} is refused: every value is escaped. Write {{patientId}}',
  ],
  [
    'a partial',
    CARD,
    '{{patientId}}.',
    '{{>patientId}}.',
    '7:1: error: The tag {{>patientId}} is refused. Use {{name}} and {{#name}}…{{/name}}',
  ],
  [
    'a tag that is not closed',
    CARD,
    '{{patientId}}.',
    '{{patientId.',
    '7:1: error: Unclosed tag at 36',
  ],
  [
    'a section that is not closed',
    CARD,
    'Listen',
    '{{#Has Cough}}Listen',
    '7:1: error: Unclosed section "Has Cough" at 52',
  ],
  [
    'a summary of more than 139 characters of its own',
    CARD,
    'Coughs recorded - ',
    'C'.repeat(140),
    '6:1: error: A summary has at most 139 characters; this one has 140',
  ],
])('reports %s', async (...row) => {
  const { said, expected } = await compare(row);
  expect(said).toEqual(expected);
});

it.each<Row>([
  [
    'an override reason that is not in the list',
    CARD,
    '[already-done]',
    '[already-done, because]',
    '31:33: error: hooks/override-reasons.yaml has no reason "because"',
  ],
  [
    'a code that is not in the verified list',
    CARD,
    '"399208008"',
    '"1"',
    '29:49: error: Code 1 of http://snomed.info/sct is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ],
  [
    'a code with another display',
    CARD,
    'display: Chest X-ray',
    'display: Radiograph',
    '29:49: error: Code 399208008 of http://snomed.info/sct has the display "Radiograph", but the verified list says "Chest X-ray"',
  ],
  [
    'a resource type that FHIR R4 lacks, and not its elements',
    CARD,
    'resourceType: ServiceRequest',
    'resourceType: ServiceOrder',
    '24:9: error: FHIR R4 has no resource type ServiceOrder',
  ],
  [
    'an element that FHIR R4 lacks',
    CARD,
    'intent: proposal',
    'intention: proposal',
    '26:9: error: ServiceRequest has no element "intention" in FHIR R4',
  ],
  [
    'a choice of a type that the element cannot have',
    CARD,
    'intent: proposal',
    'occurrenceBoolean: true',
    '26:9: error: ServiceRequest has no element "occurrenceBoolean" in FHIR R4',
  ],
  [
    'an action that is neither create nor delete',
    ORDERS,
    'type: delete',
    'type: remove',
    `19:7: error: "suggestions.0.action.type": Invalid discriminator value. Expected 'create' | 'delete'`,
  ],
  [
    'a card without source',
    CARD,
    'source:\n  label: A guideline\n  url: https://example.org/guideline\n',
    '',
    '1:1: error: "source": is missing',
  ],
  [
    'a source that is not under https',
    CARD,
    'https://example.org',
    'http://example.org',
    '16:3: error: "source.url": Invalid URL',
  ],
])('reports %s', async (...row) => {
  const { said, expected } = await compare(row);
  expect(said).toEqual(expected);
});

it('takes an element in each type that the choice has', async () => {
  const edit: Edit = [CARD, 'intent: proposal', 'occurrenceDateTime: "{{Today Is}}"'];
  expect(await faultsOf(compiler, miniContent([edit]))).toEqual([]);
});

it('reports a rule that stands in the file of another', async () => {
  const edit: Edit = [ORDERS, 'rule: RX-02', 'rule: RX-01'];
  expect(await faultsOf(compiler, miniContent([edit]))).toEqual([
    `${ORDERS}:1:1: error: Rule RX-01 must stand in RX-01.yaml`,
  ]);
});

it('reports a rule that stands in a .yaml and in a .yml file', async () => {
  const twice = miniContent([], { 'hooks/cards/RX-01.yml': MINI_CONTENT[CARD] });
  expect(await faultsOf(compiler, twice)).toEqual([
    'hooks/cards/RX-01.yml:1:1: error: Rule RX-01 stands in two files, ending in .yaml and .yml',
  ]);
});

it('is not blamed for the items of a library that does not compile', async () => {
  const faults = await faultsOf(
    compiler,
    miniContent([
      ['cql/Mini.cql', 'Today()', 'Nowhere'],
      [
        'hooks/cards/RX-02.yaml',
        'suggestions:',
        `annotate:
  description: Rated
  extension: { url: https://example.org/rating, valueString: low }
suggestions:`,
      ],
    ]),
  );
  expect(faults).toEqual([
    'cql/Mini.cql:27:20: error: Could not resolve identifier Nowhere in the current library.',
  ]);
});
