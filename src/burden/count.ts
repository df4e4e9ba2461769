import { carriesOrders, type HookName } from '../cds-hooks/hooks.ts';
import type { Indicator } from '../cds-hooks/response.ts';
import type { Content } from '../content/content.ts';
import type { BudgetFile } from '../content/schema.ts';
import type { RuleCase } from '../rule-tests/load-cases.ts';
import { runCase } from '../rule-tests/run-case.ts';

/** What the budget says of some cases at a hook. */
export type Limit = BudgetFile['limits'][number];

/** The cards that the cases of a folder got at a hook. */
export interface Burden {
  /** The name of the folder. */
  readonly cases: string;
  readonly hook: HookName;
  /** How many cases were decided. */
  readonly count: number;
  readonly cards: number;
  readonly byIndicator: Readonly<Record<Indicator, number>>;
  /** Cards by rule, the most first. */
  readonly byRule: readonly { readonly rule: string; readonly cards: number }[];
  /** Cases that got any card. */
  readonly interrupted: number;
  /** The most cards of kind info in any one case. */
  readonly mostInfo: number;
  readonly limit: Limit | undefined;
}

/** What of a budget is past, in words. */
export interface Excess {
  readonly cases: string;
  readonly hook: HookName;
  readonly what: string;
}

/** Cases of a folder, by its name. */
export type CasesByFolder = ReadonlyMap<string, readonly RuleCase[]>;

/** One case at one hook, to be decided. */
export interface PlannedRun {
  readonly folder: string;
  readonly hook: HookName;
  readonly ruleCase: RuleCase;
}

/**
 * The hooks that each case is run at: those that the budget has for its folder, of its own kind, for an
 * order that is selected is signed as well; its own where the budget has none.
 */
export function runsOf(folders: CasesByFolder, limits: readonly Limit[]): readonly PlannedRun[] {
  return [...folders].flatMap(([folder, cases]) =>
    cases.flatMap((ruleCase) => {
      const own = ruleCase.written.hook;
      const limited = limits
        .filter((limit) => limit.cases === folder)
        .map(({ hook }) => hook)
        .filter((hook) => carriesOrders(hook) === carriesOrders(own));
      const hooks = limited.length > 0 ? limited : [own];
      return hooks.map((hook) => ({ folder, hook, ruleCase: at(hook, ruleCase) }));
    }),
  );
}

function at(hook: HookName, ruleCase: RuleCase): RuleCase {
  const { service, ...written } = ruleCase.written;
  const isOwn = hook === written.hook && service !== undefined;
  return { ...ruleCase, written: { ...written, hook, ...(isOwn ? { service } : {}) } };
}

/** Decides each run as a call is decided, and counts the cards; with the cases that were refused. */
export async function countCards(
  content: Content,
  runs: Iterable<PlannedRun>,
  limits: readonly Limit[],
): Promise<{ readonly burdens: readonly Burden[]; readonly refused: readonly string[] }> {
  const answers = new Map<string, { run: PlannedRun; cards: readonly Shown[] }[]>();
  const refused: string[] = [];
  for (const run of runs) {
    const { decision } = await runCase(run.ruleCase, content);
    if (!decision) {
      refused.push(`${run.ruleCase.file}: ${run.ruleCase.written.title} (${run.hook})`);
      continue;
    }
    const cards = decision.response.cards.map(({ indicator }, i): Shown => ({
      indicator,
      rule: decision.rules[i] ?? '',
    }));
    const key = `${run.folder} ${run.hook}`;
    answers.set(key, [...(answers.get(key) ?? []), { run, cards }]);
  }
  const burdens = [...answers.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { folder, hook } = first.run;
    const limit = limits.find((one) => one.cases === folder && one.hook === hook);
    return { cases: folder, hook, limit, ...sum(group.map(({ cards }) => cards)) };
  });
  return { burdens, refused };
}

interface Shown {
  readonly indicator: Indicator;
  readonly rule: string;
}

function sum(answers: readonly (readonly Shown[])[]) {
  const all = answers.flat();
  const of = (kind: Indicator, cards: readonly Shown[]): number =>
    cards.filter(({ indicator }) => indicator === kind).length;
  const byRule = [...Map.groupBy(all, ({ rule }) => rule)]
    .map(([rule, cards]) => ({ rule, cards: cards.length }))
    .toSorted((a, b) => b.cards - a.cards || (a.rule < b.rule ? -1 : 1));
  return {
    count: answers.length,
    cards: all.length,
    byIndicator: {
      critical: of('critical', all),
      warning: of('warning', all),
      info: of('info', all),
    },
    byRule,
    interrupted: answers.filter((cards) => cards.length > 0).length,
    mostInfo: Math.max(0, ...answers.map((cards) => of('info', cards))),
  };
}

/** For so many cases that a hundred are counted. */
export function per100(part: number, { count }: Pick<Burden, 'count'>): number {
  return count === 0 ? 0 : (100 * part) / count;
}

/** What is past the budget. */
export function excessOf(burdens: readonly Burden[]): readonly Excess[] {
  return burdens.flatMap((burden) => {
    const { cases, hook, limit, cards, byIndicator, mostInfo } = burden;
    const of100 = (part: number, most: number | undefined, name: string): string[] =>
      most === undefined || per100(part, burden) <= most
        ? []
        : [`${figure(per100(part, burden))} ${name} for 100 cases, at most ${most}`];
    const found = [
      ...of100(cards, limit?.cards, 'cards'),
      ...of100(byIndicator.critical, limit?.critical, 'critical cards'),
      ...(limit?.infoEach === undefined || mostInfo <= limit.infoEach
        ? []
        : [`${mostInfo} cards of kind info in one case, at most ${limit.infoEach}`]),
    ];
    return found.map((what) => ({ cases, hook, what }));
  });
}

/** At most one decimal place. */
export function figure(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
