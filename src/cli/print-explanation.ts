import type {
  ClauseResult,
  Evidence,
  Explanation,
  Retrieved,
  Subject,
} from '../explanation/explanation.ts';
import { isTruth, type FactValue } from '../facts.ts';
import { painter, type Paint } from './paint.ts';
import { listSome } from './print.ts';

const LEGEND = '✓ true  ✗ false  ? unknown  · another value  ← a resource of the record';
const HINT =
  'One rule to its last fact: --why <rule>; one define to its last clause: --why <Library.Name>';
const MOST_CHANGES = 8;
const MOST_CAUSES = 3;
const MOST_NAMES = 6;
const LONGEST = 100;

/**
 * An explanation for a terminal: what is shown, with the clauses that decide it; then
 * what one change would show; then the rest in a line each. What was asked for by
 * name is told with its clauses whatever it came to.
 */
export function printExplanation(
  explanation: Explanation,
  { colour, askedByName }: { colour: boolean; askedByName: boolean },
): string {
  const paint = painter(colour);
  const { subjects, tried, untried } = explanation;
  const inFull = subjects.filter(({ outcome }) => askedByName || isUp(outcome));
  const others = subjects.filter((subject) => !inFull.includes(subject));
  const near = others.filter(({ changes, rule }) => rule !== undefined && changes.length > 0);
  const silent = others.filter((subject) => !near.includes(subject));
  return [
    paint('dim', LEGEND),
    ...printNotLookedAt(explanation, paint),
    ...inFull.flatMap((subject) => ['', ...printSubject(subject, paint)]),
    ...section('One change away', near, paint),
    ...section(inFull.length + near.length > 0 ? 'The rest' : 'Not shown', silent, paint),
    '',
    ...(tried > 0 ? [paint('dim', printTried(tried, untried))] : []),
    ...(askedByName ? [] : [paint('dim', HINT)]),
  ]
    .join('\n')
    .trimEnd();
}

/** Only what was asked for, with its clauses: for where an explanation is part of a report. */
export function printSubjects(explanation: Explanation, colour: boolean): string[] {
  const paint = painter(colour);
  return [
    ...printNotLookedAt(explanation, paint),
    ...explanation.subjects.flatMap((subject) => printSubject(subject, paint)),
  ];
}

function isUp(outcome: Subject['outcome']): boolean {
  return outcome === 'shown' || outcome === 'held back';
}

function printNotLookedAt({ notLookedAt, undecided }: Explanation, paint: Paint): string[] {
  const lines = notLookedAt.map(({ key, reason }) => `Not looked at: ${key} (${reason})`);
  if (undecided.length > 0) lines.push(`Undecided for want of them: ${undecided.join('; ')}`);
  return lines.map((line) => paint('yellow', line));
}

function printTried(tried: number, untried: number): string {
  const rest = untried > 0 ? `; not tried for want of time: ${untried}` : '';
  return `Single changes tried, each by evaluating again: ${tried}${rest}`;
}

/** Subjects without their trees: what they came to, why, and what would change it. */
function section(title: string, subjects: readonly Subject[], paint: Paint): string[] {
  if (subjects.length === 0) return [];
  const lines = subjects.flatMap((subject) => [
    `  ${heading(subject, paint)}${because(subject.clause, paint)}`,
    ...printChanges(subject, MOST_CAUSES, paint),
  ]);
  return ['', paint('bold', title), ...lines];
}

/** One subject with its tree and what would change it. */
function printSubject(subject: Subject, paint: Paint): string[] {
  const changes = printChanges(subject, MOST_CHANGES, paint);
  return [
    heading(subject, paint),
    ...printClause(subject.clause, 1, paint),
    ...(changes.length > 0 ? [paint('bold', '  What would change this'), ...changes] : []),
  ];
}

function heading({ rule, title, outcome, clause }: Subject, paint: Paint): string {
  const name = rule === undefined ? title : `${rule} ${title}`;
  return `${paint('bold', name)}: ${outcome === 'value' ? printValue(clause.value) : outcome}`;
}

/** The first clauses that decide, where the tree divides, ends or turns, in a line. */
function because(clause: ClauseResult, paint: Paint): string {
  const { clauses, value, sides } = clause;
  const [only, another] = clauses;
  const isFact = only?.define !== undefined && !isTruth(only.value);
  if (only && !another && !sides && (isFact || only.value === value)) return because(only, paint);
  const divides = another !== undefined || (only !== undefined && isTruth(only.value));
  const causes = (divides && !sides ? clauses : [clause]).map(
    (each) => `${markOf(each, paint)} ${labelOf(each)}${valueOf(each)}`,
  );
  return `  ${listSome(causes, MOST_CAUSES)}`;
}

function printChanges({ rule, changes }: Subject, most: number, paint: Paint): string[] {
  const becomes = (value: FactValue): string =>
    rule !== undefined && value !== null
      ? value === true
        ? 'shown'
        : 'not shown'
      : printValue(value);
  const lines = changes
    .slice(0, most)
    .map((change) => `    ${change.text}: ${paint('bold', becomes(change.becomes))}`);
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, paint('dim', `    and ${more} more; --json lists all`)] : lines;
}

/** A clause and those below it, two spaces a level. */
function printClause(clause: ClauseResult, depth: number, paint: Paint): string[] {
  const [only] = clause.clauses;
  if (only && clause.define === undefined && clause.clauses.length === 1) {
    // What says the same as the one define below it is left to that one.
    if (only.define !== undefined && only.value === clause.value) {
      return printClause(only, depth, paint);
    }
    if (clause.wraps && only.define !== undefined) {
      return printLine(clause, `: ${printValue(only.value)}`, depth, paint, only);
    }
  }
  return printLine(clause, valueOf(clause), depth, paint, clause);
}

function printLine(
  clause: ClauseResult,
  value: string,
  depth: number,
  paint: Paint,
  { retrieved = [], clauses, above, leftOut = 0 }: ClauseResult,
): string[] {
  const indent = '  '.repeat(depth);
  const notes = [
    clause.place.replace(/^cql\//, ''),
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
    ...(above ? ['see above'] : []),
  ];
  const line = `${markOf(clause, paint)} ${labelOf(clause)}${cutShort(value)}`;
  return [
    `${indent}${line}  ${paint('dim', notes.join('; '))}`,
    ...printRetrieved(retrieved, paint).map((each) => `${indent}    ${each}`),
    ...clauses.flatMap((below) => printClause(below, depth + 1, paint)),
  ];
}

/** The resources and what was not looked at; where there is neither, what was looked for in vain. */
function printRetrieved(retrieved: readonly Retrieved[], paint: Paint): string[] {
  const lines = retrieved.flatMap((each) => [
    ...each.resources.map((resource) => printEvidence(resource, paint)),
    ...(each.notLookedAt === undefined
      ? []
      : [paint('yellow', `not looked at: ${nameOf(each)} (${each.notLookedAt})`)]),
  ]);
  if (lines.length > 0 || retrieved.length === 0) return lines;
  return [paint('dim', `nothing recorded: ${listSome(retrieved.map(nameOf), MOST_NAMES)}`)];
}

function nameOf({ resourceType, codes }: Retrieved): string {
  return codes === undefined ? resourceType : `${resourceType} "${codes}"`;
}

function printEvidence({ reference, what, value, date, counts }: Evidence, paint: Paint): string {
  const says = [
    value === undefined ? what : `${what}: ${value}`,
    ...(date === undefined ? [] : [date]),
  ];
  const note = counts ? '' : paint('dim', ' (read, but does not decide)');
  return `${paint('cyan', `← ${reference}`)}  ${says.join(', ')}${note}`;
}

function markOf({ value, failed }: ClauseResult, paint: Paint): string {
  if (failed) return paint('red', '! cannot be evaluated:');
  if (value === true) return paint('green', '✓');
  if (value === false) return paint('red', '✗');
  return value === null ? paint('yellow', '?') : '·';
}

/** What a mark does not say. */
function valueOf({ value }: ClauseResult): string {
  return isTruth(value) ? '' : `: ${printValue(value)}`;
}

function labelOf({ define, cql, sides }: ClauseResult): string {
  if (define !== undefined) return define;
  return sides ? `${cutShort(cql)} (${sides.map(printValue).join(', ')})` : cutShort(cql);
}

/** A value in words: `yes`, `unknown`, a list, the parts of a tuple. */
function printValue(value: FactValue): string {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    return value.length === 0
      ? 'none'
      : value.map((item: FactValue) => printValue(item)).join('; ');
  }
  const parts = Object.values(value).map(printValue);
  return parts.filter((part, i) => part !== 'unknown' || parts[i - 1] !== part).join(', ');
}

function cutShort(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
