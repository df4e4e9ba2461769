import type { BudgetFile } from '../content/schema.ts';
import { table } from '../dictionary/gfm.ts';
import { excessOf, figure, per100, type Burden } from './count.ts';

/** How the limits are known, in words. */
const EVIDENCE: Readonly<Record<BudgetFile['evidence'], string>> = {
  P: 'a choice of this project',
  R: 'read',
  S: 'second-hand',
  G: 'general knowledge',
};

/** The cards of each folder and hook beside what the budget allows, as Markdown. */
export function writeBurden(burdens: readonly Burden[], budget: BudgetFile | undefined): string {
  const rules = [...new Set(burdens.flatMap(({ byRule }) => byRule.map(({ rule }) => rule)))];
  const columns = burdens.map(({ cases, hook }) => `${cases}, ${hook}`);
  const sum = burdens.map((burden) => {
    const { cases, hook, count, cards, byIndicator, interrupted, mostInfo, limit } = burden;
    const { critical, warning, info } = byIndicator;
    const of100 = (part: number, most?: number): string =>
      `${figure(per100(part, burden))}${most === undefined ? '' : ` (≤ ${most})`}`;
    return [
      cases,
      hook,
      `${count}`,
      of100(cards, limit?.cards),
      of100(critical, limit?.critical),
      of100(warning),
      of100(info),
      `${mostInfo}${limit?.infoEach === undefined ? '' : ` (≤ ${limit.infoEach})`}`,
      of100(interrupted),
    ];
  });
  const byRule = rules.toSorted().map((rule) => [
    rule,
    ...burdens.map((burden) => {
      const found = burden.byRule.find((one) => one.rule === rule);
      return found ? figure(per100(found.cards, burden)) : '';
    }),
  ]);
  const past = excessOf(burdens).map(({ cases, hook, what }) => `- ${cases}, ${hook}: ${what}`);
  return [
    '# Alert burden',
    'Cards for 100 cases; in brackets what the budget allows.',
    table(
      [
        'cases',
        'hook',
        'number',
        'cards',
        'critical',
        'warning',
        'info',
        'most info in one',
        'cases with any card',
      ],
      sum,
    ),
    '## By rule',
    byRule.length === 0 ? 'No card was shown.' : table(['rule', ...columns], byRule),
    '## Budget',
    budget === undefined
      ? 'The content has no budget (hooks/budget.yaml).'
      : `The limits are ${EVIDENCE[budget.evidence]} (hooks/budget.yaml). To be confirmed: ${budget.toConfirm.trim()}.`,
    ...(budget === undefined
      ? []
      : [past.length === 0 ? 'Nothing is past it.' : `Past it:\n\n${past.join('\n')}`]),
  ].join('\n\n');
}

/** The same as plain data. */
export function burdenJson(
  burdens: readonly Burden[],
  budget: BudgetFile | undefined,
  refused: readonly string[],
): object {
  return {
    budget: budget && { evidence: budget.evidence, toConfirm: budget.toConfirm },
    burdens: burdens.map((burden) => ({
      ...burden,
      per100: {
        cards: rounded(burden.cards, burden),
        critical: rounded(burden.byIndicator.critical, burden),
        warning: rounded(burden.byIndicator.warning, burden),
        info: rounded(burden.byIndicator.info, burden),
      },
    })),
    pastBudget: excessOf(burdens),
    refused,
  };
}

function rounded(part: number, burden: Burden): number {
  return Number(figure(per100(part, burden)));
}
