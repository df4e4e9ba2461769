import { beforeAll, describe, expect, it } from 'vitest';
import type { Card } from '../src/cds-hooks/response.ts';
import type { Content } from '../src/content/content.ts';
import { definitionNames, findDefinition, tupleFields } from '../src/elm/definitions.ts';
import { readFact, type ExpressionName, type FactValue, type Facts } from '../src/facts.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { runCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from './support/content.ts';

/** Lines of what is unknown that are no name of a finding, and the define that knows what they ask for. */
const KNOWN_BY: readonly (readonly [line: RegExp, library: string, expression: string])[] = [
  [/^Temperature now/, 'SpinalInfection', 'Temperature Known'],
  [/^Post-void residual of/, 'CaudaEquina', 'Small Residuals'],
  [/^Post-void residual of/, 'CaudaEquina', 'Large Residuals'],
  [/^ESR of/, 'InflammationLabs', 'Recent ESR'],
  [/^eGFR of/, 'ContrastSafety', 'Newest'],
  [/^CRP of/, 'InflammationLabs', 'Recent CRP'],
  [/^The day the weakness began/, 'MotorDeficit', 'Onset Answer'],
  [/^The day the weakness began/, 'MotorDeficit', 'Weakness Denied'],
  [/^The day the signs began/, 'CordSigns', 'Onset'],
  [/^Knee and ankle reflexes/, 'Reflexes', 'Latest Grades'],
  [/^Leg weakness was answered with no/, 'MotorDeficit', 'Onset Answer'],
  [/^The day this episode began/, 'Duration', 'Stated Start'],
  [/^MRC grade of the key/, 'Strength', 'Latest Grades'],
  [/^Which cancer/, 'Malignancy', 'Cancer Conditions On Record'],
  [/^Whether the deficit is long known/, 'MotorDeficit', 'Stable Answer'],
  [/^Whether the pain is new or worse/, 'PainCourse', 'Worse Answer'],
  [/^Whether injection or surgery/, 'ImagingCandidate', 'Considers Answer'],
  [/^Whether the prescriber agreed/, 'Antithrombotics', 'Plan Answer'],
  [/^INR of the last/, 'BleedingLabs', 'Newest INR'],
  [/^Platelets of the last/, 'BleedingLabs', 'Newest Platelets'],
  [/^HbA1c of the last/, 'DiabetesControl', 'Newest HbA1c'],
  [/^Day of the last dose/, 'Antithrombotics', 'Last Dose'],
  [/^Relief after the last injection/, 'InjectionHistory', 'Relief'],
  [/^Another source of fever/, 'SpinalInfection', 'Other Source Answer'],
  [/^Energy of the injury/, 'Fracture', 'High-Energy Answer'],
  [/^Pain, Oswestry or PEG score/, 'Scores', 'Evidence'],
  [/^Whether imaging shows the same root/, 'ImagingFindings', 'Compressed'],
  [/^Side and level found on the report/, 'ImagingFindings', 'Compressed'],
  [/^Root and side found on the lumbar image/, 'ImagingFindings', 'Compressed'],
  [/^Day of the lumbar surgery/, 'ImagingAfterSurgery', 'Surgery Day'],
  [/^Day of the lumbar image/, 'ImagingFindings', 'Image Day'],
];

/** Words for a weak muscle's other leg, and for a sign to compare. */
const TO_COMPARE = /^(.+), (left|right), to compare$/;

let content: Content;
let cases: readonly RuleCase[];
let findings: readonly ExpressionName[];
let asked: readonly ExpressionName[];

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
  const { program } = content;
  findings = [...program.elms.keys()].flatMap((library) =>
    definitionNames(program, library)
      .map((expression) => ({ library, expression }))
      .filter((name) => {
        const fields = tupleFields(findDefinition(program, name) ?? ({} as never));
        return ['name', 'value', 'date', 'source'].every((field) => fields.includes(field));
      }),
  );
  asked = [
    ...KNOWN_BY.map(([, library, expression]) => ({ library, expression })),
    { library: 'Strength', expression: 'Latest Grades' },
    { library: 'Reflexes', expression: 'Latest Grades' },
  ];
});

type Entry = { readonly [name: string]: FactValue };

function entriesOf(value: FactValue): Entry[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item): item is Entry => typeof item === 'object' && item !== null);
}

/** Whether anything is there: a list with entries, a yes, an answer that is yes or no. */
function isKnown(value: FactValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null && 'value' in value)
    return value['value'] !== null;
  return value !== null && value !== false;
}

/** What a card tells as not known: all that its evidence has, and so all that its detail may list. */
function notKnown(card: Card): readonly string[] {
  return card.extension?.['org.nerveroot.evidence'].unknown ?? [];
}

function contradictions(lines: readonly string[], facts: Facts): string[] {
  // What was answered may still be open: the last word on a finding of that name is that it is unknown.
  const byName = Map.groupBy(
    findings.flatMap((name) => entriesOf(readFact(facts, name))),
    ({ name }) => name,
  );
  const known = new Set(
    [...byName].flatMap(([name, all]) =>
      all.every(({ value }) => typeof value === 'boolean') ? [name] : [],
    ),
  );
  const graded = new Set(
    ['Strength', 'Reflexes']
      .flatMap((library) => entriesOf(readFact(facts, { library, expression: 'Latest Grades' })))
      .flatMap(({ muscle, reflex, side }) =>
        [muscle, reflex]
          .filter((name) => typeof name === 'string')
          .map((name) => `${name}, ${side === 'left' ? 'left' : 'right'}`),
      ),
  );
  return lines.filter(
    (line) =>
      known.has(line) ||
      KNOWN_BY.some(
        ([text, library, expression]) =>
          text.test(line) && isKnown(readFact(facts, { library, expression })),
      ) ||
      graded.has(TO_COMPARE.exec(line)?.slice(1, 3).join(', ') ?? ''),
  );
}

describe('what a card lists as not known', () => {
  it('is known by no finding, in any case', async () => {
    expect(findings.length).toBeGreaterThan(30);
    const offences: string[] = [];
    for (const ruleCase of cases) {
      const { decision } = await runCase(ruleCase, content);
      const cards = decision?.response.cards ?? [];
      if (decision === undefined || cards.length === 0) continue;
      const facts = await decision.evaluation.facts([...findings, ...asked]);
      for (const card of cards) {
        for (const line of contradictions(notKnown(card), facts))
          offences.push(`${ruleCase.file}: ${card.source.topic.code} lists "${line}"`);
      }
    }
    expect(offences).toEqual([]);
  });
});
