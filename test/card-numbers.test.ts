import { beforeAll, expect, it } from 'vitest';
import type { CardDefinition, ResourceTemplate } from '../src/cards/definition.ts';
import type { Template } from '../src/cards/template.ts';
import type { Content } from '../src/content/content.ts';
import { readParameters, type SettableParameter } from '../src/content/parameters.ts';
import { readContentFiles } from '../src/content/read-files.ts';
import { childrenOf, type ElmNode } from '../src/elm/elm-tree.ts';
import { reachableExpressions, reachableParameters } from '../src/elm/references.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';
import { callOfCase } from './support/decide-case.ts';

/**
 * Numbers that are no parameter's, though one has the same: what a source or a scale says, which no
 * site can change. A pattern that no text holds any more fails the test.
 */
const OTHER_NUMBERS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^1 day$/, 'how Duration says that it began yesterday'],
  [/^(?:12|24) months$/, 'how InWords says 365 and 730 days, whichever parameter has them'],
  [
    /within (?:48 hours|1 week|2 weeks)\b|^(?:48 hours|1 week|2 weeks)$|intervals of 48 hours, 1 week and 2 weeks/,
    'when to examine again',
  ],
  [/not easing by 2 weeks|at 2 to 4 weeks/, 'when to see the patient again'],
  [/24 to 72 hours/, 'how soon an image is due'],
  [/(?:\d+ to )?\d+ (?:days|hours) before.*/, 'intervals of a guideline on medicines'],
  [/for 3 months\b/, 'a criterion of coverage'],
  [/(?:days to|up to) two weeks/, 'how long a steroid raises glucose'],
  [/after about 6 weeks of care/, 'what the ACR says'],
  [/ACR speaks of six weeks|ACR (?:\(2021\) )?sets six weeks/, 'what the ACR says'],
  [/a trial of one month/, 'what the ACP and APS say'],
  [/a grade of 2 or less and a long delay/, 'what cohorts found'],
  [/Six weeks of a home programme/, 'the name of a code, as its question asks'],
  [/Systemic steroid for 90 days or longer/, 'the name of a code, as its question asks'],
];

/** What was measured in this patient, and how long ago, which may be the same as a threshold. */
const MEASURED = [
  /\d+ days ago/g,
  /0 to 10: \d+/g,
  /and \d+ more/g,
  /residual (?:> )?\d+ mL/g,
  /\d+ mL residual/g,
  /Age \d+/g,
  /pain for (?:at least )?\d+ days?/g,
  /\d+ days of care/g,
  /Temperature \d+(?:\.\d+)?/g,
  /aneurysm (?:of )?\d+(?:\.\d+)? cm/g,
  /\d+ days after a spinal procedure/g,
  /\d of 9 signs/g,
  /\d of 5 features/g,
  /If it stays at \d/g,
  /first began at the age of \d+/g,
  /key point of [LS]\d/g,
  /(?:INR|Platelets|HbA1c|Glucose) (?:[<>] )?\d+(?:\.\d+)?/g,
];

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
WORDS.push('ten', 'eleven', 'twelve');

let content: Content;
let parameters: ReadonlyMap<string, SettableParameter>;

beforeAll(async () => {
  content = await theContent();
  const files = await readContentFiles(ROOT);
  const { program } = content;
  const world = { program, brokenLibraries: new Set<string>(), faults: [] };
  parameters = readParameters(files.get('hooks') ?? [], world);
});

/** A number in digits or in words. */
function spelt(count: number): string {
  const word = WORDS[count];
  return `(?<![\\d.])(?:${count}(?:\\.0)?${word === undefined ? '' : `|${word}`})`;
}

/** How a text may say so many of a unit. */
function patternOf({ unit, of = '', default: given }: SettableParameter): RegExp {
  const value = Number(given);
  if (unit === 'days') {
    const parts = [
      [1, 'day'],
      [7, 'week'],
      [30, 'month'],
      [365 / 12, 'month'],
      [365, 'year'],
      [1 / 24, 'hour'],
    ] as const;
    const ways = parts.flatMap(([days, name]) =>
      Number.isInteger(value / days) ? [`${spelt(value / days)}[ -]${name}`] : [],
    );
    return new RegExp(ways.join('|'), 'i');
  }
  if (unit === 'years')
    return new RegExp(
      `\\bage[^.;]{0,12}${spelt(value)}\\b(?! ?(?:day|week|month|year|hour))|${spelt(value)} years`,
      'i',
    );
  if (unit !== undefined) return new RegExp(`${spelt(value)} ?${unit}`, 'i');
  const noun = of.replace(/s$/, '');
  return new RegExp(
    `${noun}s?\\b[^.;,:]{0,12}${spelt(value)}\\b(?! ?(?:day|week|month|year|hour))|${spelt(value)}(?: \\w+){0,2} ${noun}`,
    'i',
  );
}

/** The fixed words of a card: of its texts, and of the CQL that its texts print. */
function textsOf(card: CardDefinition): string[] {
  const { guidance, suggestions, annotate, overrideReasons } = card;
  const fixed = [
    card.title,
    card.summary.text,
    card.detail.text,
    ...Object.values(guidance),
    ...card.more,
    ...suggestions.flatMap(({ label, action }) => [
      label.text,
      action.description.text,
      ...('resource' in action ? stringsIn(action.resource) : []),
    ]),
    annotate?.description.text ?? '',
    ...overrideReasons.map(({ display }) => display),
  ].map((text = '') => text.replaceAll(/\{\{[^}]*\}\}/g, '…'));
  const defines = reachableExpressions(content.program, card.expressions);
  return [
    ...fixed,
    ...defines.flatMap(({ library, expression }) => literalsOf(library, expression)),
  ];
}

function stringsIn(template: ResourceTemplate): string[] {
  if (typeof template === 'number' || typeof template === 'boolean') return [];
  if (Array.isArray(template)) return (template as readonly ResourceTemplate[]).flatMap(stringsIn);
  if (typeof template === 'object' && 'fill' in template && typeof template.fill === 'function') {
    return [(template as Template).text];
  }
  return Object.entries(template as Readonly<Record<string, ResourceTemplate>>)
    .filter(([key]) => key !== 'code' && key !== 'system')
    .flatMap(([, child]) => stringsIn(child));
}

/** The sentences in a definition; a text without a blank is a code, a unit or a word. */
function literalsOf(library: string, name: string): string[] {
  const defs = content.program.elms.get(library)?.library.statements?.def ?? [];
  const walk = (node: ElmNode): string[] => {
    const own = node.type === 'Literal' ? String(node['value']) : '';
    return [own, ...childrenOf(node).flatMap(([, child]) => walk(child))];
  };
  return defs
    .filter((def) => def.name === name && def.expression !== undefined)
    .flatMap((def) => walk(def.expression as ElmNode))
    .filter((text) => text.includes(' '));
}

/** The text without the numbers that are no parameter's; `used` gets the patterns that were found. */
function withoutOthers(text: string, used: Set<RegExp> = new Set()): string {
  let rest = text;
  for (const [pattern] of OTHER_NUMBERS) {
    if (!pattern.test(rest)) continue;
    used.add(pattern);
    rest = rest.replaceAll(new RegExp(pattern, `${pattern.flags}g`), '…');
  }
  return rest;
}

/**
 * The content, decided by with a parameter otherwise, and with it those that have the same number of
 * the same: a card may name either.
 */
function withAnother({ unit, of, default: given }: SettableParameter, step: number): Content {
  const alike = [...parameters.values()].filter(
    (one) => one.unit === unit && one.of === of && one.default === given,
  );
  const values = Object.fromEntries(alike.map(({ name }) => [name, Number(given) + step]));
  const own = { parameters: values, services: new Map(), changed: [] };
  return { ...content, sites: new Map([['', own]]) };
}

/** What the cards of a rule say in a case: all that a person reads. */
async function wordsOf(rule: string, ruleCase: RuleCase, by: Content): Promise<string[]> {
  const { sent, decideOn } = callOfCase(ruleCase, by);
  const { response, rules } = await decideOn(sent);
  return response.cards.flatMap((card, i) => {
    const said = [card.summary, card.detail, ...(card.suggestions ?? []).map(({ label }) => label)];
    const text = MEASURED.reduce((words, one) => words.replaceAll(one, '…'), said.join('\n'));
    return rules[i] === rule ? [withoutOthers(text)] : [];
  });
}

it('a number is found however it is said', () => {
  const texts = ['first six weeks', 'below 6 weeks', 'for 42 days', 'a 42-day limit'];
  const days = {
    name: 'T',
    type: 'Integer',
    unit: 'days',
    of: undefined,
    min: 0,
    max: 99,
  } as const;
  const found = (given: string, text: string): boolean =>
    patternOf({ ...days, default: given }).test(text);
  expect(texts.filter((text) => found('42', text))).toEqual(texts);
  expect(texts.filter((text) => found('28', text))).toEqual([]);
});

it('a card prints no number of a parameter but by the parameter', () => {
  const used = new Set<RegExp>();
  const stale = [...content.cards.values()].flatMap((card) => {
    const texts = textsOf(card).map((text) => withoutOthers(text, used));
    const reached = reachableParameters(content.program, card.expressions);
    return reached.flatMap((name) => {
      const parameter = parameters.get(name.replace(/^.*\./, ''));
      if (!parameter) return [];
      const pattern = patternOf(parameter);
      return texts.flatMap((text) =>
        pattern.test(text)
          ? [`${pattern.exec(text)?.[0] ?? ''} (${parameter.name}) in: ${text.trim()}`]
          : [],
      );
    });
  });
  expect([...new Set(stale)]).toEqual([]);
  expect(OTHER_NUMBERS.filter(([pattern]) => !used.has(pattern))).toEqual([]);
});

/** Of a rule, so many cases that show its card: enough that no patient's own number is in all of them. */
const CASES_OF_A_CARD = 5;

it('a number on a card changes with its parameter', async () => {
  const { cases } = await loadCases(ROOT, ['test/rules']);
  const stale: string[] = [];
  let changed = 0;
  for (const { rule, expressions } of content.cards.values()) {
    const own = cases.filter(({ file }) => file.includes(`/${rule}/`));
    const shown: { ruleCase: RuleCase; text: string }[] = [];
    for (const ruleCase of own) {
      if (shown.length === CASES_OF_A_CARD) break;
      if (ruleCase.written.expect.status !== undefined) continue;
      const [text] = await wordsOf(rule, ruleCase, content);
      if (text !== undefined) shown.push({ ruleCase, text });
    }
    for (const name of reachableParameters(content.program, expressions)) {
      const parameter = parameters.get(name.replace(/^.*\./, ''));
      if (!parameter) continue;
      const pattern = patternOf(parameter);
      const outcomes: boolean[] = [];
      for (const { ruleCase, text } of shown.filter((one) => pattern.test(one.text))) {
        // A little more or a little less: one of them leaves the card.
        for (const step of [1, -1]) {
          const by = withAnother(parameter, step);
          const [after] = await wordsOf(rule, ruleCase, by);
          if (after === undefined) continue;
          outcomes.push(pattern.test(after));
          if (after !== text) changed += 1;
        }
      }
      if (outcomes.length > 0 && outcomes.every(Boolean)) stale.push(`${rule}: ${parameter.name}`);
    }
  }
  expect(stale).toEqual([]);
  expect(changed).toBeGreaterThan(0);
});
