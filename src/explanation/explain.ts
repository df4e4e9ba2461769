import type { CardDefinition } from '../cards/definition.ts';
import { findDefinition } from '../elm/definitions.ts';
import type { DecisionResult } from '../decision/decide.ts';
import { ElmReader } from '../elm/elm-reader.ts';
import { NerverootError } from '../errors.ts';
import { parseExpressionName, qualifiedName, type ExpressionName } from '../facts.ts';
import { findChanges, type FoundChanges, type Limits } from './changes.ts';
import type { ClauseResult, Explanation, Subject } from './explanation.ts';
import { given } from './given.ts';
import { shorten } from './shorten.ts';
import { ClauseTree } from './tree.ts';

export interface ExplainOptions {
  /** Rules (`RX-01`) and defines (`Library.Name`); without them the gate and all rules of the service. */
  readonly about?: readonly string[];
  /**
   * `short`: what decides, without the reasons behind reasons. `deep`: what decides, down to
   * what is read; of defines that were asked for by name, all.
   */
  readonly depth?: 'short' | 'deep';
  /** How much may be tried to find what would change the answer; nothing when left out. */
  readonly limits?: Limits;
}

/**
 * Why an answer is as it is: for each subject the tree of clauses with the data behind
 * them, and the single changes that turn it. Holds patient data: for the eyes of
 * whoever asked, never for a log. Throws InvalidInput for a subject that nobody has.
 */
export async function explain(
  decision: DecisionResult,
  { about, depth = 'short', limits }: ExplainOptions = {},
): Promise<Explanation> {
  const reader = new ElmReader(decision.content.program);
  const asked = about?.map((text) => findSubject(text, decision)) ?? allSubjects(decision);
  const clauses: ClauseResult[] = [];
  for (const { name, isDefine } of asked) {
    const how = isDefine && depth === 'deep' ? 'full' : 'cut';
    clauses.push(await new ClauseTree(decision, reader, how).define(name));
  }
  const wanted = asked.map(({ name }, i) => {
    const clause = clauses[i];
    return {
      name,
      value: clause?.value ?? null,
      named: clause ? namedIn(clause) : new Set<string>(),
    };
  });
  const found: FoundChanges = limits
    ? await findChanges(decision, wanted, limits)
    : { changes: [], tried: 0, untried: 0 };
  const subjects = asked.map(({ rule, title }, i): Subject => {
    const whole = clauses[i] as ClauseResult; // one for each
    const clause = depth === 'short' ? shorten(whole) : whole;
    const outcome = subjectOutcome(rule, clause, decision);
    return { ...given({ rule }), title, outcome, clause, changes: found.changes[i] ?? [] };
  });
  return {
    service: decision.service.id,
    hook: decision.service.hook,
    notLookedAt: decision.notLooked,
    undecided: decision.undecided.undecided,
    subjects,
    tried: found.tried,
    untried: found.untried,
  };
}

interface AskedSubject {
  readonly rule?: string;
  readonly title: string;
  readonly name: ExpressionName;
  /** Asked for by its own name. */
  readonly isDefine?: true;
}

function allSubjects({ service }: DecisionResult): AskedSubject[] {
  return [
    { title: 'whether these checks are meant for this patient', name: service.gate },
    ...service.cards.flatMap(ofCard),
  ];
}

function ofCard({ rule, title, show }: CardDefinition): AskedSubject[] {
  return show ? [{ rule, title, name: show }] : [];
}

function findSubject(text: string, { content }: DecisionResult): AskedSubject {
  const card = content.cards.get(text);
  const [subject] = card ? ofCard(card) : [];
  if (subject) return subject;
  if (card) {
    const message = `${text} rests on no define: it tells what could not be decided`;
    throw new NerverootError('InvalidInput', message);
  }
  const name = parseExpressionName(text, '');
  if (findDefinition(content.program, name)) {
    return { title: qualifiedName(name), name, isDefine: true };
  }
  const message = `There is no rule or define ${text}. Rules: ${[...content.cards.keys()].join(', ')}`;
  throw new NerverootError('InvalidInput', message);
}

function subjectOutcome(
  rule: string | undefined,
  { value }: ClauseResult,
  { rules }: DecisionResult,
): Subject['outcome'] {
  if (value === null) return 'unknown';
  if (typeof value !== 'boolean') return 'value';
  if (rule === undefined) return value ? 'true' : 'false';
  if (!value) return 'not shown';
  return rules.includes(rule) ? 'shown' : 'held back';
}

/** References and value sets that a tree names. */
function namedIn(clause: ClauseResult): Set<string> {
  const names = (clause.retrieved ?? []).flatMap(({ valueSet = '', resources }) => [
    valueSet,
    ...resources.map(({ reference }) => reference),
  ]);
  return new Set([...names, ...clause.clauses.flatMap((below) => [...namedIn(below)])]);
}
