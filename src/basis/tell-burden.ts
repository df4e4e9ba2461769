import type { CardDefinition } from '../cards/definition.ts';
import type { Content } from '../content/content.ts';
import { mayBeCritical } from '../content/may-be-critical.ts';

export interface ToldBurden {
  /** How often its card was shown among the cases that the content's budget counts. */
  readonly expected: string | undefined;
  /** When a site makes it silent. */
  readonly silence: string | undefined;
}

/** How often a card is to be expected, and how many overrides are reason to make its rule silent. */
export function tellBurden(card: CardDefinition, { budget, program }: Content): ToldBurden {
  if (budget?.expected === undefined || budget.overrides === undefined)
    return { expected: undefined, silence: undefined };
  const counted = Object.entries(budget.expected[card.rule] ?? {});
  const expected = counted.map(([hook, cards]) => `${cards} at ${hook}`).join(', ');
  const { info, warning } = budget.overrides;
  const isPlain = card.indicator === 'info' || card.indicator === 'warning';
  const said = isPlain
    ? `when more than ${card.indicator === 'info' ? info : warning} of 100 cards are overridden`
    : `when more than ${info} of 100 cards of kind info, or ${warning} of kind warning, are overridden`;
  return {
    expected: expected === '' ? 'fewer than 1' : expected,
    silence: mayBeCritical(card, program)
      ? 'never for its overrides: each of a critical card is looked at by itself'
      : said,
  };
}

/** How often it is expected, and when it is made silent, for the pages. */
export function burdenOf({ expected, silence }: ToldBurden): (readonly [string, string])[] {
  return expected === undefined || silence === undefined
    ? []
    : [
        ['Cards expected for 100 visits or orders', expected],
        ['A site makes it silent', silence],
      ];
}
