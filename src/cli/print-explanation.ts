import type { Change, Clause, Evidence, Explanation, Subject } from '../explanation/explanation.ts';
import type { FactValue } from '../facts.ts';
import { painter } from './paint.ts';

type Paint = ReturnType<typeof painter>;

const MOST_CHANGES = 8;
const MOST_CAUSES = 3;
const LONGEST = 110;

/**
 * An explanation for a terminal: the cards shown with what decides them, then those
 * that one change would show, then the rest in a line each.
 */
export function printExplanation(explanation: Explanation, colour: boolean): string {
  const paint = painter(colour);
  const { subjects, tried, untried } = explanation;
  const isTold = ({ outcome, rule }: Subject): boolean =>
    rule === undefined ? outcome !== 'true' || subjects.length === 1 : /shown|held/.test(outcome);
  void isTold;
  return [...printSubjects(subjects, paint), ...printTried(tried, untried, paint)].join('\n');
}

function printTried(tried: number, untried: number, paint: Paint): string[] {
  if (tried === 0) return [];
  const rest = untried > 0 ? `; ${untried} more were not tried, for want of time` : '';
  const text = `${tried} single changes were tried, each by evaluating again${rest}.`;
  return ['', paint('dim', text)];
}

function printSubjects(subjects: readonly Subject[], paint: Paint): string[] {
  return subjects.flatMap((subject) => ['', ...printSubject(subject, paint)]);
}

/** One subject with its tree and what would change it. */
export function printSubject(subject: Subject, paint: Paint): string[] {
  return [
    heading(subject, paint),
    ...printClause(subject.clause, 1, paint),
    ...printChanges(subject, paint),
  ];
}

function heading({ rule, title, outcome }: Subject, paint: Paint): string {
  const name = rule === undefined ? title : `${rule} ${title}`;
  return `${paint('bold', name)}: ${outcome}`;
}

function printChanges({ changes }: Subject, paint: Paint): string[] {
  if (changes.length === 0) return [];
  const lines = changes.slice(0, MOST_CHANGES).map((change) => `    ${printChange(change)}`);
  const more = changes.length - lines.length;
  return [
    paint('bold', '  What would change this'),
    ...lines,
    ...(more > 0 ? [paint('dim', `    and ${more} more (--json lists all)`)] : []),
  ];
}

function printChange({ text, becomes }: Change): string {
  return `${text}: ${printValue(becomes)}`;
}

/** A clause and those below it, two spaces a level. */
export function printClause(clause: Clause, depth: number, paint: Paint): string[] {
  const { value, place, above, leftOut = 0, retrieved = [] } = clause;
  const notes = [
    place.replace(/^cql\//, ''),
    ...(leftOut > 0 ? [`${leftOut} more that do not decide`] : []),
    ...(above ? ['see above'] : []),
  ];
  const indent = '  '.repeat(depth);
  return [
    `${indent}${markOf(clause, paint)} ${labelOf(clause)}${valueOf(value)}  ${paint('dim', notes.join('; '))}`,
    ...retrieved.flatMap(({ resourceType, codes, notLookedAt, resources }) => {
      const what = codes === undefined ? resourceType : `${resourceType} "${codes}"`;
      const lines = resources.map((resource) => paint('cyan', `← ${printEvidence(resource)}`));
      if (notLookedAt !== undefined) lines.push(paint('yellow', `not looked at: ${what} (${notLookedAt})`));
      if (lines.length === 0) lines.push(paint('dim', `nothing recorded: ${what}`));
      return lines.map((line) => `${indent}    ${line}`);
    }),
    ...clause.clauses.flatMap((below) => printClause(below, depth + 1, paint)),
  ];
}

function markOf({ value, failed }: Clause, paint: Paint): string {
  if (failed) return paint('red', '! cannot be evaluated:');
  if (value === true) return paint('green', '✓');
  if (value === false) return paint('red', '✗');
  return value === null ? paint('yellow', '?') : '·';
}

function labelOf({ define, cql, sides }: Clause): string {
  if (define !== undefined) return define;
  return sides ? `${clip(cql)} (${sides.map(printValue).join(', ')})` : clip(cql);
}

function valueOf(value: FactValue): string {
  return value === null || typeof value === 'boolean' ? '' : `: ${clip(printValue(value))}`;
}

function printEvidence({ reference, what, value, date, counts }: Evidence): string {
  const says = value === undefined ? what : `${what}: ${value}`;
  return `${reference}  ${says}${date === undefined ? '' : `, ${date}`}${counts ? '' : ' (does not count)'}`;
}

/** A value in words: `yes`, `unknown`, a list, the parts of a tuple. */
function printValue(value: FactValue): string {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item: FactValue) => printValue(item)).join('; ');
  }
  const parts = Object.values(value).map(printValue);
  return parts.filter((part, i) => part !== 'unknown' || parts[i - 1] !== part).join(', ');
}

function clip(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
