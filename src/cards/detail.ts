import { withoutReferences, type CardEvidence, type CardFact } from './evidence.ts';
import { escapeMarkdown } from './template.ts';

/** What the detail of a card is made of. */
export interface DetailParts {
  /** The author's text, filled. */
  readonly now: string;
  readonly evidence: CardEvidence;
  readonly guidance: {
    readonly text: string;
    readonly strength: string;
    readonly toConfirm?: string | undefined;
  };
  readonly rule: string;
  /** Of a critical card no fact is left out. */
  readonly isCritical: boolean;
  /** The day of the request at the site. */
  readonly today: string;
}

/** No card has more words. */
export const LONGEST_CARD = 160;

/** Up to so many words a card lists all that there is; half of all cards are to be about as short. */
export const SHORT_CARD = 100;

/** So many facts, and so many unknowns, are told also where the card is not short any more. */
const FEW_FACTS = 4;
const FEW_UNKNOWNS = 2;

/**
 * What to do, why, what nobody asked, and where that comes from. What does not fit is counted, and
 * stands in the evidence: first what was not asked, then facts of cards that are not critical.
 */
export function composeDetail(parts: DetailParts): string {
  const { now, evidence, isCritical, today } = parts;
  const closing = sourceLine(parts);
  const facts = distinct(evidence.facts);
  let used = countWords(now, closing) + HEADINGS;
  const shown = isCritical ? facts.length : fitting(facts.map(factWords(today)), used, FEW_FACTS);
  const why = [...whyLines(facts.slice(0, shown), today), ...rest(facts.length - shown)];
  used += countWords(...why.map(bullet));
  const unknown = notSaid(seenFirst(evidence.unknown).map(withoutReferences), now).map(
    escapeMarkdown,
  );
  const listed = fitting(unknown.map(bullet), used, FEW_UNKNOWNS);
  const notAsked = [...unknown.slice(0, listed), ...rest(unknown.length - listed)];
  return [
    now === '' ? '' : `**Now**\n\n${now}`,
    section('Why', why),
    section('Not asked', notAsked),
    closing,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Words as a reader counts them: what stands between blanks. */
export function countWords(...texts: readonly string[]): number {
  return texts.flatMap((text) => text.split(/\s+/).filter((word) => word !== '')).length;
}

/** The three headings, and the lines that count what is left out. */
const HEADINGS = countWords('Now', 'Why', 'Not asked', '- and 10 more', '- and 10 more');

function sourceLine({ guidance: { text, strength, toConfirm }, rule }: DetailParts): string {
  const confirm = toConfirm === undefined ? '' : ', partly unconfirmed';
  return `**Source** ${capital(text)}. ${capital(strength)}. Rule ${rule}${confirm}.`;
}

/** How many of the lines fit: a few while there is any room, more while the card is short. */
function fitting(lines: readonly string[], before: number, few: number): number {
  let used = before;
  for (const [i, line] of lines.entries()) {
    used += countWords(line);
    if (used > (i < few ? LONGEST_CARD : SHORT_CARD)) return i;
  }
  return lines.length;
}

function rest(count: number): string[] {
  return count > 0 ? [`and ${count} more`] : [];
}

/** A fact that was recorded several times, with all its days. */
interface DistinctFact {
  readonly words: string;
  readonly dates: readonly (string | undefined)[];
}

function distinct(facts: readonly CardFact[]): DistinctFact[] {
  const byWords = Map.groupBy(facts, ({ words }) => withoutReferences(words));
  return [...byWords].map(([words, all]) => {
    const dated = all.filter(({ date }) => date !== undefined);
    return { words, dates: [...new Set((dated.length > 0 ? dated : all).map((f) => f.date))] };
  });
}

function factWords(today: string) {
  return (fact: DistinctFact): string => `- ${fact.words} ${daysOf(fact, today)}`;
}

/** A line for all facts of the same days. */
function whyLines(facts: readonly DistinctFact[], today: string): string[] {
  const byDays = Map.groupBy(facts, (fact) => daysOf(fact, today));
  return [...byDays].map(([days, all]) =>
    escapeMarkdown(`${all.map(({ words }) => words).join('; ')} (${days})`),
  );
}

function daysOf({ dates }: DistinctFact, today: string): string {
  return dates.map((date) => dayInWords(date, today)).join(', ');
}

/** From so many days on, people think in dates. */
const DAYS_IN_WORDS = 21;

/** A day as people say it at the time: `today`, `9 days ago`, `2026-01-15`. */
export function dayInWords(date: string | undefined, today: string): string {
  if (date === undefined) return 'undated';
  const days = /^\d{4}-\d\d-\d\d$/.test(date)
    ? Math.round((Date.parse(today) - Date.parse(date)) / 86_400_000)
    : Number.NaN;
  if (days === 0) return 'today';
  if (days === 1) return 'yesterday';
  return days > 1 && days < DAYS_IN_WORDS ? `${days} days ago` : date;
}

/** What stands on record and could not be read, and so names its resource, comes before what is only asked for. */
function seenFirst(lines: readonly string[]): string[] {
  return [...lines.filter(namesResource), ...lines.filter((line) => !namesResource(line))];
}

function namesResource(line: string): boolean {
  return withoutReferences(line) !== line;
}

/** What the author's text lists already is not listed again. */
function notSaid(lines: readonly string[], now: string): string[] {
  const said = new Set(now.split('\n').map((line) => line.replace(/^- /, '').trim()));
  return [...new Set(lines)].filter((line) => !said.has(escapeMarkdown(line)));
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `**${heading}**\n\n${lines.map(bullet).join('\n')}`;
}

function bullet(line: string): string {
  return `- ${line}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
