import type { Text, ToldBasis, ToldParameter, ToldRule, ToldSource } from '../basis/told.ts';

/** The number of cases by rule; undefined where an installation has none. */
export type Cases = ReadonlyMap<string, number> | undefined;

/** A rule as JSON: what its page says. */
export function ruleJson(basis: ToldBasis, told: ToldRule, cases: Cases): object {
  const { own, others } = parametersOf(basis, told);
  return {
    content: basis.version,
    rule: told.rule,
    title: told.title,
    words: told.words.map(plainText),
    patients: told.patients,
    shownAt: told.shownAt,
    expected: told.expected,
    silence: told.silence,
    decidedBy: told.decidedBy,
    cases: cases && (cases.get(told.rule) ?? 0),
    guidance: told.guidance,
    strength: told.strength,
    toConfirm: told.toConfirm,
    more: told.more,
    source: told.source,
    evidence: told.evidence,
    parameters: own.map(parameterJson),
    otherParameters: others.map(parameterJson),
    reads: told.reads,
    patientElements: told.patientElements,
    questions: told.questions,
    sources: citedSources(basis, told),
  };
}

/** All rules as JSON: what their list says. */
export function rulesJson({ version, rules, ofAll }: ToldBasis): object {
  return {
    content: version,
    rules: rules.map(({ rule, title, strength, shownAt }) => ({ rule, title, strength, shownAt })),
    ...ofAll,
  };
}

/** The parameters that a rule is decided by: its own, and those of what it builds on. */
export function parametersOf(
  { parameters }: ToldBasis,
  { ownParameters, otherParameters }: ToldRule,
): { readonly own: readonly ToldParameter[]; readonly others: readonly ToldParameter[] } {
  const named = (names: readonly string[]): ToldParameter[] =>
    parameters.filter(({ name }) => names.includes(name));
  return { own: named(ownParameters), others: named(otherParameters) };
}

/** The sources that a rule rests on, and those that are cited for what it builds on. */
export function citedSources(basis: ToldBasis, told: ToldRule): readonly ToldSource[] {
  const { own, others } = parametersOf(basis, told);
  const meanings = [...own, ...others].flatMap(({ meaning }) => meaning);
  const cited = meanings.flatMap((piece) => (typeof piece === 'string' ? [] : piece.key));
  const keys = new Set([...told.cites, ...cited]);
  return basis.sources.filter(({ key }) => keys.has(key));
}

function parameterJson({ name, value, meaning }: ToldParameter): object {
  return { name, value, meaning: plainText(meaning) };
}

function plainText(text: Text): string {
  return text.map((piece) => (typeof piece === 'string' ? piece : piece.key)).join('');
}
