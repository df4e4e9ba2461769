import { fileURLToPath } from 'node:url';
import { countWords } from '../src/cards/detail.ts';
import type { Card } from '../src/cds-hooks/response.ts';
import type { Content } from '../src/content/content.ts';
import type { RuleCase } from '../src/rule-tests/load-cases.ts';
import { loadCases } from '../src/rule-tests/load-cases.ts';
import { runCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from '../test/support/content.ts';
import { median } from './stats.ts';

/** A card that some case shows, and how many words its detail has. */
export interface CountedCard {
  readonly file: string;
  readonly rule: string;
  readonly card: Card;
  readonly words: number;
}

/** Every card of all cases. */
export async function countCards(
  cases: readonly RuleCase[],
  content: Content,
): Promise<CountedCard[]> {
  const counted: CountedCard[] = [];
  for (const ruleCase of cases) {
    const { decision } = await runCase(ruleCase, content);
    for (const [i, card] of (decision?.response.cards ?? []).entries()) {
      const rule = decision?.rules[i] ?? '';
      counted.push({ file: ruleCase.file, rule, card, words: countWords(card.detail) });
    }
  }
  return counted;
}

/** Words of the details by rule: `rule  cards  median  most  where`. */
export function tableOf(counted: readonly CountedCard[]): string[] {
  const line = (name: string, cards: readonly CountedCard[]): string => {
    const longest = cards.toSorted((a, b) => b.words - a.words)[0];
    const middle = median(cards.map(({ words }) => words));
    return [name.padEnd(7), cards.length, middle, longest?.words ?? 0, longest?.file ?? ''].join(
      '\t',
    );
  };
  const byRule = Map.groupBy(counted, ({ rule }) => rule);
  const rules = [...byRule].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    'rule\tcards\tmedian\tmost\twhere',
    ...rules.map(([rule, cards]) => line(rule, cards)),
    line('all', counted),
  ];
}

// `node bench/card-words.ts [path of cases ...]` prints the table.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = process.argv.slice(2);
  const { cases } = await loadCases(ROOT, paths.length > 0 ? paths : ['test/rules']);
  process.stdout.write(`${tableOf(await countCards(cases, await theContent())).join('\n')}\n`);
}
