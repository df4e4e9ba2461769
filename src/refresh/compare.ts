import type { ReadValueSet } from '../content/value-sets.ts';
import type { VerifiedCode } from '../content/terminology.ts';
import { codeKey, isInFamily, type CodeFamily } from '../engine/codes.ts';
import type { CodeVerdict, TerminologyServer } from '../fhir/terminology.ts';

/** Where a code of the list and the server differ. */
export interface CodeDifference {
  readonly code: VerifiedCode;
  readonly kind: 'unknown' | 'inactive' | 'display';
  /** How the server calls the code, where that is the difference. */
  readonly display?: string | undefined;
}

/** Where a family of the value sets and the server differ; codes as the server spells them. */
export interface FamilyDifference {
  readonly family: CodeFamily;
  /** Of the family by the server, and not held by the value set's rule. */
  readonly more: readonly string[];
  /** Listed and held by the rule, and not of the family by the server. */
  readonly fewer: readonly string[];
}

/** What could not be compared, and why. */
export interface NotCompared {
  readonly what: string;
  readonly reason: string;
}

export interface Comparison {
  readonly codes: readonly CodeDifference[];
  readonly families: readonly FamilyDifference[];
  readonly notCompared: readonly NotCompared[];
  readonly compared: { readonly codes: number; readonly families: number };
  /** The code systems of which the server knows at least one code. */
  readonly held: ReadonlySet<string>;
  /** False when the server told of no code whether it is active. */
  readonly tellsActivity: boolean;
}

/**
 * Compares the verified list and the families of the value sets with a terminology
 * server. The list's own rows are asked about, once a code; never what was recorded of
 * patients. Never rejects: what fails is not compared, and said so.
 */
export async function compareTerminology(
  list: readonly VerifiedCode[],
  valueSets: readonly ReadValueSet[],
  server: TerminologyServer,
): Promise<Comparison> {
  const bySystem = Map.groupBy(distinct(list, codeKey), ({ system }) => system);
  const notCompared: NotCompared[] = [];
  const codes: CodeDifference[] = [];
  const held = new Set<string>();
  let tellsActivity = false;
  let compared = 0;
  for (const [system, ofSystem] of bySystem) {
    const seen = await compareSystem(system, ofSystem, server);
    if (seen.isHeld) held.add(system);
    notCompared.push(...seen.notCompared);
    codes.push(...seen.differences);
    compared += seen.compared;
    tellsActivity ||= seen.tellsActivity;
  }
  const families: FamilyDifference[] = [];
  let expanded = 0;
  for (const family of distinct(valueSets.flatMap(familiesOf), familyName)) {
    if (!held.has(family.system)) continue;
    const difference = await compareFamily(family, bySystem.get(family.system) ?? [], server);
    if ('reason' in difference) notCompared.push(difference);
    else expanded += 1;
    if ('more' in difference && difference.more.length + difference.fewer.length > 0)
      families.push(difference);
  }
  const counts = { codes: compared, families: expanded };
  return { codes, families, notCompared, compared: counts, held, tellsActivity };
}

/** A family as people write it. */
export function familyName({ system, kind, written }: CodeFamily): string {
  return `${written}${kind === 'code and below' ? ' and below' : ''} of ${system}`;
}

function familiesOf({ families = [], excluded = [] }: ReadValueSet): CodeFamily[] {
  return [...families, ...excluded].filter(({ kind }) => kind !== 'code');
}

interface SystemSeen {
  readonly isHeld: boolean;
  readonly differences: readonly CodeDifference[];
  readonly notCompared: readonly NotCompared[];
  readonly compared: number;
  readonly tellsActivity: boolean;
}

async function compareSystem(
  system: string,
  codes: readonly VerifiedCode[],
  server: TerminologyServer,
): Promise<SystemSeen> {
  const verdicts = await server.validate(
    codes.map(({ code, display }) => ({ system, code, display })),
  );
  const asked = codes.map((code, i) => ({ code, verdict: verdicts[i] ?? FAILED }));
  const wrong = asked.filter(({ verdict }) => verdict.state === 'wrong');
  // A wrong display and an unknown code look alike, so those are asked without the display.
  const bare = await server.validate(wrong.map(({ code: { code } }) => ({ system, code })));
  const settled = new Map(wrong.map(({ code }, i) => [code, bare[i] ?? FAILED]));

  const final = asked.map(({ code, verdict }) => ({
    code,
    verdict: settled.get(code) ?? verdict,
    wasRefused: settled.has(code),
  }));
  const answered = final.filter(({ verdict }) => isAnswer(verdict));
  const isHeld = answered.some(({ verdict }) => verdict.state === 'right');
  const failures = final.flatMap(({ verdict }) => (isAnswer(verdict) ? [] : [reasonFor(verdict)]));
  const reasons = [...Map.groupBy(failures, (reason) => reason)].map(([reason, { length }]) => ({
    what: `${length} ${length === 1 ? 'code' : 'codes'} of ${system}`,
    reason,
  }));
  // Not one right code is no list of errors: it is another system, or none.
  const none = { what: `${answered.length} codes of ${system}`, reason: NO_CODE };
  const isMissing = answered.length > 0 && !isHeld;
  return {
    isHeld,
    differences: isHeld ? answered.flatMap(differenceOf) : [],
    notCompared: isMissing ? [...reasons, none] : reasons,
    compared: isHeld ? answered.length : 0,
    tellsActivity: answered.some(
      ({ verdict }) => 'inactive' in verdict && verdict.inactive !== undefined,
    ),
  };
}

const FAILED: CodeVerdict = { state: 'failed', reason: 'the FHIR server did not answer' };
const NO_CODE = 'the FHIR server knows none of them, so it does not seem to hold the system';

function isAnswer({ state }: CodeVerdict): boolean {
  return state === 'right' || state === 'wrong';
}

function reasonFor(verdict: CodeVerdict): string {
  return verdict.state === 'failed' ? verdict.reason : 'the FHIR server does not hold the system';
}

function differenceOf({
  code,
  verdict,
  wasRefused,
}: {
  code: VerifiedCode;
  verdict: CodeVerdict;
  wasRefused: boolean;
}): CodeDifference[] {
  if (verdict.state === 'wrong') return [{ code, kind: 'unknown' }];
  if (verdict.state !== 'right') return [];
  const { display, inactive } = verdict;
  return [
    ...(inactive === true ? [{ code, kind: 'inactive' } as const] : []),
    ...(wasRefused && display !== code.display
      ? [{ code, kind: 'display', display } as const]
      : []),
  ];
}

async function compareFamily(
  family: CodeFamily,
  listed: readonly VerifiedCode[],
  server: TerminologyServer,
): Promise<FamilyDifference | NotCompared> {
  const { system, kind, written: value } = family;
  const filter =
    kind === 'pattern'
      ? { property: 'code', op: 'regex', value }
      : { property: 'concept', op: 'is-a', value };
  const expansion = await server.expand([{ system, filter: [filter] }]);
  if (expansion.state === 'failed') return { what: familyName(family), reason: expansion.reason };
  const there = new Set(expansion.codes.map(codeKey));
  return {
    family,
    more: expansion.codes.filter((code) => !isInFamily(family, code)).map(({ code }) => code),
    fewer: listed
      .filter((code) => isInFamily(family, code) && !there.has(codeKey(code)))
      .map(({ code }) => code),
  };
}

function distinct<T>(list: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(list.toReversed().map((item) => [key(item), item])).values()].toReversed();
}
